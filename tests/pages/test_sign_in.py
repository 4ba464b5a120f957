"""With OpenID Connect what a person makes is theirs in every browser; links need no account."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.runs.records import RunRecord
from dashboard.runs.store import Store
from dashboard.sharing.links import LinkBook, LinkTerms
from dashboard.sharing.person_cookie import new_browser
from tests.pages.conftest import OpenPage, counts_csv

ANN = {"is_logged_in": True, "iss": "https://id.example", "sub": "1", "email": "ann@id.example"}
BEN = ANN | {"sub": "2", "email": "ben@id.example"}
OUT = {"is_logged_in": False}
SECRETS = {"auth": {"client_id": "x", "redirect_uri": "http://localhost/oauth2callback"}}
OpenAs = Callable[..., AppTest]


@pytest.fixture
def open_as(open_page: OpenPage) -> OpenAs:
    """Open a page in a browser, as somebody who has signed in there or not."""

    def open_it(user: dict[str, object], name: str, browser: str, **choice: str) -> AppTest:
        page = open_page(name, person=browser, **choice)
        page.user, page.secrets = user, SECRETS
        return page.run()

    return open_it


def test_whoever_signs_in_owns_what_they_make_in_every_browser(
    store: Store, open_as: OpenAs
) -> None:
    page = open_as(ANN, "data", new_browser())
    assert any("ann" in one.value for one in page.caption)
    page.file_uploader[0].upload("clicks.csv", counts_csv(), "text/csv").run()
    (record,) = store.datasets()
    assert record.owner.startswith("account-")
    assert "example" not in record.owner
    again = open_as(ANN, "data", new_browser(), dataset=record.id)
    assert again.header[0].value
    other = open_as(BEN, "data", new_browser(), dataset=record.id)
    assert "There is no such" in other.warning[0].value


def test_who_has_not_signed_in_sees_what_a_link_opens_and_nothing_else(
    trained: tuple[Store, RunRecord], open_as: OpenAs
) -> None:
    store, run = trained
    browser = new_browser()
    for name in ("data", "runs", "anomalies"):
        page = open_as(OUT, name, browser, run=run.id)
        assert [button.label for button in page.button] == ["Sign in"]
        assert not page.title
    book = LinkBook(store.engine)
    book.open(book.make(run.id, LinkTerms())[1], browser)
    assert open_as(OUT, "anomalies", browser, run=run.id).header
    assert open_as(OUT, "runs", browser).button(key="sign_in_None")
