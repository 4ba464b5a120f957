"""The launcher: Streamlit's pages, the routes beside them, and the workers that train.

`streamlit run app.py`, `python app.py` and `python -m dashboard serve` all start this.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from dashboard.runs.supervisor import start_worker
from dashboard.settings import read_settings
from dashboard.ui.cookies import CookieMiddleware
from dashboard.ui.headers import SecurityHeadersMiddleware, security_headers, shell_scripts
from dashboard.ui.look import SCROLL_SCRIPT
from dashboard.ui.problems import show_problem
from dashboard.ui.routes import routes


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Keep the workers running for as long as the server runs."""
    workers = start_worker(read_settings())
    try:
        yield {"workers": workers}
    finally:
        workers.stop()


app = st.App(
    "dashboard/ui/main.py",
    routes=routes(),
    middleware=[
        Middleware(SecurityHeadersMiddleware, security_headers([*shell_scripts(), SCROLL_SCRIPT])),
        Middleware(CookieMiddleware),
    ],
    lifespan=lifespan,
    on_script_error=show_problem,
)

if __name__ == "__main__":
    settings = read_settings()
    with suppress(KeyboardInterrupt):  # Ctrl+C is how a person ends it
        app.run(
            config={
                "server.address": settings.host,
                "server.port": settings.port,
                "server.maxUploadSize": settings.max_upload_mb,
                "browser.gatherUsageStats": False,
            }
        )
