"""The launcher: Streamlit's pages, the routes and the API beside them, and the workers that train.

`streamlit run app.py`, `python app.py` and `python -m dashboard serve` all start this.
"""

import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from dashboard.api.mounting import api_route
from dashboard.errors import ClickwatchError
from dashboard.runs.logs import configure_logging
from dashboard.runs.places import Places
from dashboard.runs.store import Store
from dashboard.runs.supervisor import start_worker
from dashboard.runs.sweep import sweep
from dashboard.runs.tidying import keep_tidy
from dashboard.runs.unfinished import temporary_files_in
from dashboard.settings import AppSettings, read_settings
from dashboard.ui.cookies import CookieMiddleware
from dashboard.ui.headers import SecurityHeadersMiddleware, security_headers, shell_scripts
from dashboard.ui.kept import find_key, whole_store
from dashboard.ui.problems import show_problem
from dashboard.ui.request_ids import RequestIdMiddleware
from dashboard.ui.request_limit import RequestLimitMiddleware
from dashboard.ui.routes import routes
from dashboard.ui.scripts import SCRIPTS
from dashboard.ui.settling import settle_what_is_loaded

REFUSED = 2


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Keep the workers running for as long as the server runs."""
    settle_what_is_loaded()
    settings = read_settings()
    configure_logging(settings.log_level)
    _refuse_what_cannot_be_used(settings)
    places = Places.of(settings)
    sweep(places)
    workers, ended = start_worker(settings), threading.Event()
    if places.cache is not None and not settings.embedded_worker:
        threading.Thread(
            target=keep_tidy, args=(whole_store(), ended), daemon=True, name="tidy"
        ).start()
    try:
        with temporary_files_in(places.work):
            yield {"workers": workers}
    finally:
        ended.set()
        workers.stop()


def _refuse_what_cannot_be_used(settings: AppSettings) -> None:
    """End with one sentence where the data home is not sound, whichever way the server was started."""
    try:
        store = Store.open(settings)
        store.check_shared_files()
        store.close()
    except ClickwatchError as error:
        sys.stderr.write(f"{error}\n")
        os._exit(REFUSED)  # an exception would be told by the server with a page of its own lines


app = st.App(
    "dashboard/ui/main.py",
    routes=[*routes(), api_route(whole_store, find_key)],
    middleware=[
        Middleware(RequestIdMiddleware),
        Middleware(SecurityHeadersMiddleware, security_headers([*shell_scripts(), *SCRIPTS])),
        Middleware(RequestLimitMiddleware),
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
