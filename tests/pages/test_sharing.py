"""What a link allows is said to its holder, and one view shows itself and nothing beside."""

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from dashboard.runs.records import RunRecord
from dashboard.runs.store import Store
from dashboard.runs.times import A_DAY_SECONDS
from dashboard.runs.views import Query
from dashboard.sharing.fixed_view import FixedView
from dashboard.sharing.links import LinkBook, LinkKind, LinkTerms
from dashboard.sharing.person_cookie import new_browser
from tests.pages.conftest import HOSTILE, OpenPage, everything

LOUD, QUIET = "u002", "u003"
Trained = tuple[Store, RunRecord]


@pytest.fixture
def bob() -> str:
    """A browser that has opened nothing yet."""
    return new_browser()


def share_view(store: Store, run: RunRecord, browser: str, view: FixedView, **terms: object) -> str:
    """Open a link to a view in that browser; returns the link's id."""
    book = LinkBook(store.engine)
    link, token = book.make(run.id, LinkTerms(kind=LinkKind.VIEW, view=view.to_json(), **terms))
    book.open(token, browser)
    return link.id


def test_who_holds_a_link_reads_what_it_allows_and_shares_no_further(
    trained: Trained, bob: str, open_page: OpenPage
) -> None:
    store, run = trained
    book = LinkBook(store.engine)
    terms = LinkTerms(may_review=True, masked=True, seconds=30 * A_DAY_SECONDS)
    link, token = book.make(run.id, terms)
    book.open(token, bob)
    shown = open_page("anomalies", person=bob, run=run.id)
    (said,) = [one.value for one in shown.info if "Shared" in one.value]
    day = f"{link.expires.day} {link.expires:%B}"
    assert said.startswith(f"Shared with you to view and review, until {day}")
    assert "pseudonyms" in said
    assert "share" not in [button.key for button in shown.button]
    assert "share" in [button.key for button in open_page("anomalies", run=run.id).button]

    book.revoke(run.id, link.id)  # the open page is closed when it is next drawn
    assert "There is no such run" in shown.run().warning[0].value


def test_a_link_to_one_user_shows_no_other(trained: Trained, bob: str, open_page: OpenPage) -> None:
    store, run = trained
    link_id = share_view(store, run, bob, FixedView(Query(users=(5,)), user=5))
    page = open_page("shared", person=bob, link=link_id, user="6", top="250")
    assert not page.exception
    assert page.subheader[0].value == LOUD
    assert any("of 12" in one.value for one in page.markdown)  # its rank among all users
    others = [*HOSTILE, *(f"u{number:03d}" for number in range(9) if number != 2)]
    assert [name for name in others if name in everything(page)] == []
    assert list(page.button) == []
    assert "There is no such run" in open_page("anomalies", person=bob, run=run.id).warning[0].value


def test_a_link_to_a_view_shows_the_users_that_were_shown_and_no_others(
    trained: Trained, bob: str, open_page: OpenPage
) -> None:
    store, run = trained
    found = FixedView(Query(search=LOUD, level=float("inf")))
    page = open_page("shared", person=bob, link=share_view(store, run, bob, found), q="")
    assert not page.exception
    assert page.dataframe[0].value["user"].tolist() == [LOUD]
    assert QUIET not in everything(page)
    assert list(page.button) == []
    masked = open_page("shared", person=bob, link=share_view(store, run, bob, found, masked=True))
    assert masked.dataframe[0].value["user"].str.startswith("user-").tolist() == [True]
    assert LOUD not in everything(masked)


@pytest.mark.parametrize("whose", ["another's", "revoked", "of a run", "unknown"])
def test_a_view_without_its_link_is_refused_alike(
    trained: Trained, bob: str, open_page: OpenPage, whose: str
) -> None:
    store, run = trained
    book = LinkBook(store.engine)
    holder = new_browser() if whose == "another's" else bob
    asked = share_view(store, run, holder, FixedView(Query()))
    if whose == "revoked":
        book.revoke(run.id, asked)
    elif whose == "of a run":
        asked = book.open(book.make(run.id, LinkTerms())[1], bob).id
    elif whose == "unknown":
        asked = "none"
    refused = open_page("shared", person=bob, link=asked)
    assert everything(refused) == everything(open_page("shared", person=bob))
    assert "This link opens nothing" in refused.warning[0].value


def test_what_is_kept_of_a_view_comes_back_as_it_was() -> None:
    for view in (
        FixedView(Query(level=float("inf"), search="a", only_anomalous=True), 3),
        FixedView(Query(feature="clicks", time="2026-03-01", sort="name", top=25)),
        FixedView(Query(span=("2026-03-01", "2026-03-04"), users=(1, 5), ranks=(1, 2))),
    ):
        assert FixedView.from_json(view.to_json()) == view


def test_the_dialog_of_links_begins_with_the_least_right_each_time(
    trained: Trained, open_page: OpenPage
) -> None:
    page = open_page("anomalies", run=trained[1].id)
    may = box_of_rights(page.button(key="share").click().run())
    assert may.value is False
    page.session_state[may.key] = True
    assert box_of_rights(page.button(key="share").click().run()).value is False


def box_of_rights(page: AppTest) -> Selectbox:
    (box,) = [one for one in page.selectbox if one.label == "May"]
    return box
