"""Every page and every route, tried by everybody: what is not for somebody looks as if it were not there."""

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dashboard.runs.records import RunRecord
from dashboard.runs.schema import LINKS
from dashboard.runs.store import Store
from dashboard.sharing.links import LinkBook, LinkTerms
from dashboard.sharing.person_cookie import new_browser
from dashboard.ui.addresses import PAGES
from dashboard.ui.cookies import CookieMiddleware
from dashboard.ui.routes import routes
from tests.pages.conftest import OpenPage, everything

OF_A_RUN = {
    "anomalies",
    "review",
    "trust",
    "compare",
    "train",
    "runs",
}  # these show a run by its id
ROUTES = {"/api/upload", "/healthz", "/readyz", "/metrics", "/l/{token}", "/r/{token}"}
LOUD = "u002"
MISSING = "x" * 22

Trained = tuple[Store, RunRecord]


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:  # noqa: ARG001 - opened by the routes too
    app = Starlette(routes=list(routes()), middleware=[Middleware(CookieMiddleware)])
    with TestClient(app) as opened:
        yield opened


def holder(store: Store, run: RunRecord, *, ended: str = "", **terms: object) -> str:
    """A browser that has opened a link to the run, which has perhaps ended since."""
    browser, book = new_browser(), LinkBook(store.engine)
    link, token = book.make(run.id, LinkTerms(**terms))
    book.open(token, browser)
    if ended == "revoked":
        book.revoke(run.id, link.id)
    elif ended == "expired":
        over = update(LINKS).where(LINKS.c.id == link.id).values(expires=time.time() - 1)
        with store.engine.begin() as connection:
            connection.execute(over)
    return browser


def seen(open_page: OpenPage, name: str, person: str, run_id: str, dataset_id: str) -> str:
    """All that a page shows to somebody who asks for a run and its dataset, without their ids."""
    page = open_page(
        name, person=person, run=run_id, runs=f"{run_id},{run_id}", dataset=dataset_id, user=LOUD
    )
    assert not page.exception
    return everything(page).replace(run_id, "RUN").replace(dataset_id, "DATASET")


def test_the_table_knows_every_page_and_every_route() -> None:
    assert set(PAGES) == OF_A_RUN | {"data", "learn"}
    assert {route.path for route in routes()} == ROUTES


@pytest.mark.parametrize("name", sorted(PAGES))
def test_what_is_not_theirs_is_to_everybody_as_if_it_were_not_there(
    name: str, trained: Trained, open_page: OpenPage
) -> None:
    store, run = trained
    strangers = {
        "nobody": new_browser(),
        "another owner": "browser-of-another-owner",
        "revoked": holder(store, run, ended="revoked"),
        "expired": holder(store, run, ended="expired", may_review=True),
    }
    absent = seen(open_page, name, new_browser(), MISSING, MISSING)
    for who, browser in strangers.items():
        assert seen(open_page, name, browser, run.id, run.dataset_id) == absent, who
    assert LOUD not in absent


@pytest.mark.parametrize("may_review", [False, True])
def test_who_holds_a_link_reaches_the_run_and_not_its_file(
    may_review: bool, trained: Trained, open_page: OpenPage
) -> None:
    store, run = trained
    browser = holder(store, run, may_review=may_review)
    pages = {
        name: seen(open_page, name, browser, run.id, run.dataset_id)
        for name in ("anomalies", "review")
    }
    assert [name for name, page in pages.items() if LOUD not in page] == []
    assert ("to view and review." in pages["review"]) is may_review
    absent = seen(open_page, "data", browser, MISSING, MISSING)
    assert seen(open_page, "data", browser, run.id, run.dataset_id) == absent


@pytest.mark.parametrize("path", ["/l/unknown", "/r/unknown", "/metrics", "/api/upload"])
def test_a_route_gives_nothing_to_whoever_brings_no_token(path: str, client: TestClient) -> None:
    answer = client.put(path) if path == "/api/upload" else client.get(path)
    assert answer.status_code in {401, 404}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_what_is_open_to_all_says_nothing_of_anybody(path: str, client: TestClient) -> None:
    assert client.get(path).text.strip('{}"') in {
        "ok",
        'store":true,"worker":false,"disk":true',
    }
