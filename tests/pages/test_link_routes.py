"""The addresses of links: what each opens and keeps, and that all refusals are one and the same."""

import re
import time
from collections.abc import Iterator
from io import BytesIO

import pytest
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dashboard.runs.muting import Normal
from dashboard.runs.records import RunRecord
from dashboard.runs.reviewing import Person, Stretch, Verdict
from dashboard.runs.reviews import Judgement
from dashboard.runs.schema import LINKS
from dashboard.runs.store import Store
from dashboard.settings import AppSettings
from dashboard.sharing.links import NO_LINK, LinkBook, LinkKind, LinkTerms
from dashboard.sharing.packing import unpack
from dashboard.ui.cookies import CookieMiddleware
from dashboard.ui.person import person_cookie
from dashboard.ui.routes import routes
from tests.pages.conftest import _serve, counts_csv, unescaped
from tests.pages.finishing import finish_run

LOUD = "u002"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[AppSettings, RunRecord]:
    """A data home with one finished run."""
    settings = AppSettings(home=tmp_path_factory.mktemp("linked"), log_level="error")
    store = Store.open(settings)
    dataset = store.add_dataset(BytesIO(counts_csv()), "clicks.csv", owner="browser-ann")
    run = finish_run(store, dataset, "robust-z")
    store.close()
    return settings, run


@pytest.fixture
def store(home: tuple[AppSettings, RunRecord], monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from _serve(home[0], monkeypatch)


@pytest.fixture
def run(home: tuple[AppSettings, RunRecord]) -> RunRecord:
    return home[1]


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:  # noqa: ARG001 - opened by the routes too
    app = Starlette(routes=list(routes()), middleware=[Middleware(CookieMiddleware)])
    with TestClient(app, headers={"Accept": "text/html"}, follow_redirects=False) as opened:
        yield opened


def link(store: Store, run: RunRecord, **terms: object) -> str:
    return LinkBook(store.engine).make(run.id, LinkTerms(**terms))[1]


def browser_of(client: TestClient) -> str | None:
    cookie = person_cookie()
    return cookie.read(client.cookies.get(cookie.name))


@pytest.mark.parametrize("address", ["/l", "/r"])
def test_whatever_opens_nothing_is_refused_in_the_same_words(
    address: str, client: TestClient, store: Store, run: RunRecord
) -> None:
    book = LinkBook(store.engine)
    revoked, token_of_revoked = book.make(run.id, LinkTerms())
    book.revoke(run.id, revoked.id)
    expired = link(store, run)
    with store.engine.begin() as connection:
        connection.execute(update(LINKS).values(expires=time.time() - 1))
    waiting = store.retry_run(run.id)
    deleted = store.retry_run(run.id)
    tokens = ["unknown", token_of_revoked, expired, link(store, deleted)]
    if address == "/r":  # neither is a link to a report
        tokens += [link(store, run, kind=LinkKind.VIEW, view={}), link(store, waiting)]
    store.delete_run(deleted.id)

    answers = [client.get(f"{address}/{token}") for token in tokens]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.content for answer in answers} == {answers[0].content}
    assert NO_LINK in answers[0].text
    told = [
        {name: value for name, value in answer.headers.items() if name != "set-cookie"}
        for answer in answers
    ]
    assert told == [told[0]] * len(told)


def test_a_link_leads_to_its_run_and_leaves_the_token_behind(
    client: TestClient, store: Store, run: RunRecord
) -> None:
    token = link(store, run)
    answer = client.get(f"/l/{token}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/anomalies?run={run.id}"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "private, no-store"
    browser = browser_of(client)
    assert browser is not None
    assert LinkBook(store.engine).runs_opened(browser) == {run.id}


def test_a_link_to_a_view_leads_to_that_view_alone(
    client: TestClient, store: Store, run: RunRecord
) -> None:
    made, token = LinkBook(store.engine).make(run.id, LinkTerms(kind=LinkKind.VIEW, view={}))
    assert client.get(f"/l/{token}").headers["location"] == f"/shared?link={made.id}"
    assert LinkBook(store.engine).runs_opened(browser_of(client)) == set()


def test_a_report_is_answered_at_its_link_and_opens_nothing_else(
    client: TestClient, store: Store, run: RunRecord
) -> None:
    token = link(store, run, kind=LinkKind.REPORT)
    assert client.get(f"/l/{token}").headers["location"] == f"/r/{token}"
    answer = client.get(f"/r/{token}")
    assert answer.status_code == 200
    assert LOUD in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in policy
    assert LinkBook(store.engine).runs_opened(browser_of(client)) == set()


def test_a_masked_report_names_nobody(client: TestClient, store: Store, run: RunRecord) -> None:
    stretch = Stretch(5, LOUD, 9, 9, "2026-03-10", "2026-03-10", "clicks")
    said = Judgement(stretch, Verdict.ANOMALY, Person("browser-ann", "Ann"), "a script")
    store.reviews.judge(run.id, [said])
    store.mutes.add(run.dataset_id, Normal(user=LOUD), said.person)
    answer = client.get(f"/r/{link(store, run, masked=True)}")
    assert answer.status_code == 200
    assert "a script" in answer.text
    assert "user-" in answer.text
    assert LOUD not in unescaped(answer.text)
    figures = str(unpack(re.search(r'id="figures">([^<]*)<', answer.text)[1]))
    assert "user-" in figures
    assert LOUD not in figures
