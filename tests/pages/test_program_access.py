"""Access for programs: made with nothing allowed at first, shown once, and ended at once."""

import re
from datetime import UTC, datetime, timedelta

from streamlit.testing.v1 import AppTest

from dashboard.runs.store import Store
from dashboard.sharing.program_tokens import Scope, TokenBook, TokenTerms
from dashboard.ui.person import LOCAL
from tests.pages.conftest import OpenPage, everything


def open_dialog() -> AppTest:
    """What is in the dialog, as a page of its own: Streamlit's test runner draws no part of a page by itself."""

    def page() -> None:
        from dashboard.ui.program_access import show_access  # noqa: PLC0415 - run by itself

        show_access()

    return AppTest.from_function(page, default_timeout=30).run()


def make(page: AppTest, name: str, *scopes: Scope) -> AppTest:
    page.text_input[-1].set_value(name)
    page.button_group[-1].set_value(list(scopes))
    (press,) = [button for button in page.button if button.label == "Make a token"]
    return press.click().run()


def test_a_token_is_shown_once_in_lines_that_use_it(store: Store, open_page: OpenPage) -> None:
    assert "programs" in [button.key for button in open_page("data").button]
    page = make(open_dialog(), "nightly *upload*", Scope.DATA_WRITE, Scope.RUNS_READ)
    assert not page.exception
    (code,) = [each.value for each in page.code if "TOKEN=" in each.value]
    shown = re.search(r"TOKEN=(\S+)", code)[1]
    assert "/api/v1/datasets?name=clicks.csv" in code

    token = TokenBook(store.engine).use(shown)
    assert (token.owner, token.name) == (LOCAL, "nightly *upload*")
    assert token.scopes == (Scope.DATA_WRITE, Scope.RUNS_READ)
    days = token.expires - datetime.now(UTC)
    assert timedelta(days=29) < days <= timedelta(days=30)

    again = everything(open_dialog())
    assert shown not in again
    assert "nightly *upload*" in again
    assert "May send and delete data, see runs and scores." in again


def test_what_is_missing_is_said_and_no_token_made(store: Store) -> None:
    page = open_dialog()
    assert "No program has access to what is yours." in everything(page)
    assert "Name the program" in make(page, " ", Scope.DATA_READ).error[0].value
    assert "Choose at least one thing" in make(page, "nightly").error[0].value
    assert TokenBook(store.engine).of_owner(LOCAL) == []


def test_a_revoked_token_ends_at_once_and_anothers_is_not_shown(store: Store) -> None:
    book = TokenBook(store.engine)
    mine, shown = book.make(LOCAL, TokenTerms("mine", (Scope.RUNS_READ,)))
    book.make("browser-of-another", TokenTerms("theirs", (Scope.RUNS_READ,)))
    page = open_dialog()
    assert "theirs" not in everything(page)
    page.button(key=f"revoke_{mine.id}").click().run()
    assert book.use(shown) is None
    assert "Tokens that have ended: 1" in [each.label for each in page.expander]


def test_what_was_made_is_shown_until_it_is_revoked_itself(store: Store) -> None:
    older, _ = TokenBook(store.engine).make(LOCAL, TokenTerms("older", (Scope.RUNS_READ,)))
    page = make(open_dialog(), "new", Scope.RUNS_READ)
    (new,) = [token for token in TokenBook(store.engine).of_owner(LOCAL) if token.id != older.id]
    assert "TOKEN=" in everything(page.button(key=f"revoke_{older.id}").click().run())
    assert "TOKEN=" not in everything(page.button(key=f"revoke_{new.id}").click().run())
