"""The addresses of links: each opens what it was made for, and refuses all else in one and the same way."""

import html

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.errors import DamagedError, NotFoundError
from dashboard.runs.database import AWAY, is_away
from dashboard.sharing.access import Sight
from dashboard.sharing.links import NO_LINK, Link, LinkBook, LinkKind
from dashboard.ui.kept import whole_store
from dashboard.ui.reports import report_of

# A token is kept from other sites, other people's caches and search engines. What a report shows
# came from strangers' files: it has no part in the app's own site.
HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "sandbox allow-scripts allow-downloads allow-modals; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}
SENTENCE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Clickwatch</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:20vh auto;padding:0 1rem}}</style>
</head><body><h1>Clickwatch</h1><p>{}</p></body></html>
"""


def link_routes() -> list[Route]:
    """Return the routes of links."""
    return [
        Route("/l/{token}", open_link, methods=["GET"]),
        Route("/r/{token}", open_report, methods=["GET"]),
    ]


async def open_link(request: Request) -> Response:
    """Open a link in this browser, and go on to what it shows, without the token in the address."""
    token = request.path_params["token"]
    try:
        link = await run_in_threadpool(_open, token, request.state.browser)
    except NotFoundError:
        return _refuse()
    except SQLAlchemyError as error:
        return _say_that_it_is_away(error)
    return RedirectResponse(_place_of(link, token), status_code=303, headers=HEADERS)


async def open_report(request: Request) -> Response:
    """Answer the report of the run that a link is to."""
    try:
        report = await run_in_threadpool(_report, request.path_params["token"])
    except NotFoundError:
        return _refuse()
    except DamagedError as error:
        return _say(str(error), 500)
    except SQLAlchemyError as error:
        return _say_that_it_is_away(error)
    return HTMLResponse(report, headers=HEADERS)


def _open(token: str, browser: str) -> Link:
    return LinkBook(whole_store().engine).open(token, browser)


def _report(token: str) -> bytes:
    book = LinkBook(whole_store().engine)
    link = book.open(token, kinds=(LinkKind.RUN, LinkKind.REPORT))
    return report_of(Sight(link.run_id, link.masked))


def _place_of(link: Link, token: str) -> str:
    return {
        LinkKind.RUN: f"/anomalies?run={link.run_id}",
        LinkKind.VIEW: f"/shared?link={link.id}",
        LinkKind.REPORT: f"/r/{token}",
    }[link.kind]


def _refuse() -> Response:
    return _say(NO_LINK, 404)


def _say_that_it_is_away(error: SQLAlchemyError) -> Response:
    if not is_away(error):
        raise error
    return _say(AWAY, 503)


def _say(sentence: str, status: int) -> Response:
    page = SENTENCE.format(html.escape(sentence))
    return HTMLResponse(page, status_code=status, headers=HEADERS)
