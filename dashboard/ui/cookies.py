"""Gives every browser its cookie with the first page that it is answered."""

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.errors import ClickwatchError
from dashboard.sharing.person_cookie import new_browser
from dashboard.ui.person import person_cookie

LOG = structlog.get_logger()
TO_PROGRAMS = "/api/"  # known by their tokens


class CookieMiddleware:
    """Puts the browser's id into `request.state.browser`, and the cookie into answers to a browser.

    It is renewed with each page, so that it ends only where a browser stays away for a year.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"].startswith(TO_PROGRAMS):
            await self._app(scope, receive, send)
            return
        try:
            cookie = person_cookie()
        except ClickwatchError as problem:  # the page itself tells the person
            LOG.warning("no cookie can be signed", reason=str(problem))
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        browser = cookie.read_header(asked.get("cookie", "")) or new_browser()
        scope.setdefault("state", {})["browser"] = browser

        async def send_with_cookie(message: Message) -> None:
            starts = message["type"] == "http.response.start"
            # another site's form comes without the cookie, and must not take it away
            if starts and scope["method"] == "GET" and _is_page(asked, message):
                answered = MutableHeaders(scope=message)
                secure = scope.get("scheme") == "https"
                answered.append("set-cookie", cookie.write(browser, secure=secure))
                if "no-store" not in answered.get("cache-control", ""):
                    answered["cache-control"] = "private, no-cache"  # nobody else's to keep
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _is_page(asked: Headers, message: Message) -> bool:
    """Whether a person's browser opens this address, rather than a script or a picture of a page."""
    answered = Headers(raw=message["headers"])
    return "text/html" in asked.get("accept", "") or answered.get("content-type", "").startswith(
        "text/html"
    )
