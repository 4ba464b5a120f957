"""No browser, and no program without a cookie, may ask so often that others wait."""

from functools import lru_cache

from aiolimiter import AsyncLimiter
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.errors import ClickwatchError
from dashboard.settings import read_settings
from dashboard.ui.person import person_cookie

NEVER_COUNTED = ("/healthz", "/readyz", "/metrics", "/_stcore/health")  # asked by a watch over it
REMEMBERED = 10_000  # browsers and addresses that asked last
TRY_AGAIN_SECONDS = 5


class RequestLimitMiddleware:
    """Counts the requests and the clicks of each browser, by its cookie; of others by their address.

    Each may ask `CLICKWATCH_REQUESTS_PER_MINUTE` times at once, and then as often as that a minute. Requests
    beyond are answered 429; what an open page sends waits for its turn, so that no click is lost.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._most = read_settings().requests_per_minute
        self._turns_of = lru_cache(REMEMBERED)(lambda _who: AsyncLimiter(self._most, 60))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or count what comes through one open page."""
        if scope["type"] not in {"http", "websocket"} or scope["path"] in NEVER_COUNTED:
            await self._app(scope, receive, send)
            return
        turns = self._turns_of(_who_asks(scope))
        if scope["type"] == "websocket":

            async def receive_in_turn() -> Message:
                message = await receive()
                await turns.acquire()
                return message

            await self._app(scope, receive_in_turn, send)
        elif turns.has_capacity():
            await turns.acquire()
            await self._app(scope, receive, send)
        else:
            await _refusal(self._most)(scope, receive, send)


def _who_asks(scope: Scope) -> str:
    """Return the browser's id, signed by this installation; else the address that asks."""
    try:
        browser = person_cookie().read_header(Headers(scope=scope).get("cookie", ""))
    except ClickwatchError:  # the page itself tells the person that no cookie can be signed
        browser = None
    host, _port = scope.get("client") or ("unknown", 0)
    return browser or host


def _refusal(most: int) -> JSONResponse:
    problem = f"More than {most:,} requests came within a minute. Wait a moment, then try again."
    return JSONResponse(
        {"problem": problem}, status_code=429, headers={"retry-after": str(TRY_AGAIN_SECONDS)}
    )
