"""Tokens for programs: only their fingerprint is kept, and each ends for its owner's word alone."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from dashboard.errors import StoreError
from dashboard.runs.schema import PROGRAM_TOKENS
from dashboard.runs.store import Store
from dashboard.sharing.program_tokens import LONGEST_NAME, Scope, TokenBook, TokenTerms

pytestmark = pytest.mark.both_databases
UPLOADS = TokenTerms("uploads", (Scope.RUNS_READ, Scope.DATA_WRITE), 60)


@pytest.fixture
def book(store: Store) -> TokenBook:
    return TokenBook(store.engine)


def test_a_token_comes_back_with_what_it_allows_and_is_not_kept(
    store: Store, book: TokenBook
) -> None:
    made, shown = book.make("ann", UPLOADS)
    used = book.use(shown)
    assert (used.id, used.owner, used.name) == (made.id, "ann", "uploads")
    assert used.scopes == (Scope.DATA_WRITE, Scope.RUNS_READ)
    with store.engine.connect() as connection:
        kept = str(connection.execute(select(PROGRAM_TOKENS)).all())
    assert shown not in kept
    assert shown.removeprefix("clickwatch_") not in kept


def test_its_use_is_noted(book: TokenBook) -> None:
    _, shown = book.make("ann", UPLOADS)
    assert book.of_owner("ann")[0].last_used is None
    book.use(shown)
    (token,) = book.of_owner("ann")
    assert datetime.now(UTC) - token.last_used < timedelta(seconds=30)


def test_only_its_owner_ends_it_and_then_at_once(book: TokenBook) -> None:
    token, shown = book.make("ann", UPLOADS)
    book.revoke("bob", token.id)
    assert book.use(shown) is not None
    book.revoke("ann", token.id)
    assert book.use(shown) is None
    assert not book.of_owner("ann")[0].holds(datetime.now(UTC))


def test_it_ends_by_itself_where_it_was_made_so(book: TokenBook) -> None:
    _, over = book.make("ann", TokenTerms("over", (Scope.RUNS_READ,), 0))
    _, ever = book.make("ann", TokenTerms("ever", (Scope.RUNS_READ,)))
    assert book.use(over) is None
    assert book.use(ever).expires is None


def test_each_has_a_name_on_one_line_and_allows_something(book: TokenBook) -> None:
    made, _ = book.make("ann", TokenTerms("a\nb" * 100, (Scope.RUNS_READ,)))
    assert (len(made.name) <= LONGEST_NAME, made.name.isprintable()) == (True, True)
    for terms in (TokenTerms(" \n", (Scope.RUNS_READ,)), TokenTerms("nothing", ())):
        with pytest.raises(StoreError):
            book.make("ann", terms)
