"""The API among the routes of the server. It is loaded with the first request: FastAPI takes its time."""

import threading
from collections.abc import Callable

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.runs.store import Store

LOG = structlog.get_logger()
ROOT = "/api/v1"


def api_route(open_store: Callable[[], Store], find_key: Callable[[], bytes]) -> Mount:
    """Return the route below which the API answers. find_key: the installation's key."""
    return Mount(ROOT, app=Api(open_store, find_key))


class Api:
    """The ASGI application, made when it is first asked for."""

    def __init__(self, open_store: Callable[[], Store], find_key: Callable[[], bytes]) -> None:
        self._open_store, self._find_key = open_store, find_key
        self._app: ASGIApp | None = None
        self._making = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        app = self._app or await run_in_threadpool(self._make)
        try:
            await app(scope, receive, send)
        except Exception as error:  # it has been answered; a bug is logged without its message
            LOG.exception("request failed", exc_info=error)

    def _make(self) -> ASGIApp:
        with self._making:
            if self._app is None:
                from dashboard.api.application import make_app  # noqa: PLC0415

                self._app = make_app(self._open_store, self._find_key)
            return self._app
