"""Every request has an id: in its answer, and in each line that is logged while it is answered."""

import secrets

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-request-id"


def begin_request() -> str:
    """Give what is answered from here on, in this thread or task, an id of its own; returns it."""
    request_id = secrets.token_hex(4)
    structlog.contextvars.bind_contextvars(request=request_id)
    return request_id


def request_id() -> str:
    """Return the id of what is being answered."""
    return structlog.contextvars.get_contextvars().get("request") or begin_request()


class RequestIdMiddleware:
    """Gives each request of the server's routes an id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        given = begin_request()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = given
            await send(message)

        await self._app(scope, receive, send_with_id)
