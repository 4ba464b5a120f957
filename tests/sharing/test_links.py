"""Links: found by their hash alone, and worth nothing once expired, revoked or their run deleted."""

import time
from io import BytesIO

import pytest
from sqlalchemy import update

from dashboard.detection.settings import TrainingSettings
from dashboard.errors import NotFoundError
from dashboard.runs.records import RunRecord
from dashboard.runs.schema import LINKS
from dashboard.runs.store import Store
from dashboard.sharing.links import NO_LINK, LinkBook, LinkKind, LinkTerms

pytestmark = pytest.mark.both_databases
BOB = "browser-bob"
COUNTS = b"user,date,clicks\n" + b"".join(
    f"a,2026-03-{day:02d},{day}\n".encode() for day in range(1, 29)
)


@pytest.fixture
def book(store: Store) -> LinkBook:
    return LinkBook(store.engine)


@pytest.fixture
def run(store: Store) -> RunRecord:
    dataset = store.add_dataset(BytesIO(COUNTS), "clicks.csv", owner="browser-ann")
    return store.queue_run(dataset.id, TrainingSettings(model="robust-z"))


def test_a_token_is_nowhere_in_the_data_home(store: Store, book: LinkBook, run: RunRecord) -> None:
    _, token = book.make(run.id, LinkTerms())
    assert len(token) >= 43  # 32 random bytes
    files = [path for path in store.places.home.rglob("*") if path.is_file()]
    assert not [path for path in files if token.encode() in path.read_bytes()]


def test_what_is_opened_stays_open_to_that_browser_and_is_counted(
    book: LinkBook, run: RunRecord
) -> None:
    link, token = book.make(run.id, LinkTerms(may_review=True))
    assert (link.uses, link.last_used) == (0, None)
    assert book.held(BOB, run.id) == []

    for _ in range(2):
        assert book.open(token, BOB).id == link.id
    (held,) = book.held(BOB, run.id)
    assert held.may_review
    assert held.uses == 2
    assert held.last_used >= held.created
    assert book.runs_opened(BOB) == {run.id}
    assert book.held("browser-eve", run.id) == []


@pytest.mark.parametrize("end", ["expired", "revoked", "deleted"])
def test_an_ended_link_is_refused_as_an_unknown_one_is(
    store: Store, book: LinkBook, run: RunRecord, end: str
) -> None:
    link, token = book.make(run.id, LinkTerms(seconds=3_600))
    book.open(token, BOB)
    if end == "expired":
        with store.engine.begin() as connection:
            connection.execute(update(LINKS).values(expires=time.time() - 1))
    elif end == "revoked":
        book.revoke(run.id, link.id)
    else:
        store.delete_run(run.id)

    for asked in (token, "unknown", ""):
        with pytest.raises(NotFoundError) as refusal:
            book.open(asked, BOB)
        assert str(refusal.value) == NO_LINK
    with pytest.raises(NotFoundError, match="This link opens nothing"):
        book.held_link(BOB, link.id)
    assert book.held(BOB, run.id) == []
    assert book.runs_opened(BOB) == set()
    assert [one.id for one in book.of_run(run.id)] == [link.id]


def test_an_expiry_is_counted_from_now(book: LinkBook, run: RunRecord) -> None:
    link, _ = book.make(run.id, LinkTerms(seconds=86_400))
    assert (link.expires - link.created).total_seconds() == 86_400
    assert book.make(run.id, LinkTerms())[0].expires is None


def test_another_runs_link_cannot_be_revoked(store: Store, book: LinkBook, run: RunRecord) -> None:
    link, token = book.make(run.id, LinkTerms())
    other = store.retry_run(run.id)
    book.revoke(other.id, link.id)
    assert book.open(token).revoked is None


def test_a_link_to_one_view_opens_no_whole_run_and_no_review(
    book: LinkBook, run: RunRecord
) -> None:
    terms = LinkTerms(kind=LinkKind.VIEW, may_review=True, view={"user": 3})
    link, token = book.make(run.id, terms)
    book.open(token, BOB)
    assert not link.may_review
    assert book.runs_opened(BOB) == set()
    assert book.held_link(BOB, link.id).view == {"user": 3}
