"""No program may send more in a request than a request needs: all but files of counts is held in memory."""

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.problems import answer

MOST_BYTES = 2_000_000
REFUSAL = f"A request takes at most {MOST_BYTES // 1_000_000} MB. Send less at once."


class BodyLimitMiddleware:
    """Refuses what is longer, when its length is declared or as soon as it is reached."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"].endswith("/datasets"):
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        received = 0

        async def receive_some() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MOST_BYTES:
                raise HTTPException(413, REFUSAL)
            return message

        if declared.isdecimal() and int(declared) > MOST_BYTES:
            await answer(413, REFUSAL)(scope, receive, send)
        else:
            await self._app(scope, receive_some, send)
