"""A token admits one upload, within the hour, whichever server is asked."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from dashboard.runs.schema import UPLOAD_TOKENS
from dashboard.runs.store import Store
from dashboard.sharing.upload_tokens import LIFETIME_SECONDS, UploadTokens

pytestmark = pytest.mark.both_databases


@pytest.fixture
def tokens(store: Store) -> UploadTokens:
    return UploadTokens(store.engine)


def test_a_token_is_good_for_one_use_by_one_of_many(tokens: UploadTokens) -> None:
    token = tokens.make("ann")
    assert not tokens.is_used(token)
    with ThreadPoolExecutor(4) as servers:
        owners = list(servers.map(tokens.use, [token] * 4))
    assert sorted(owners, key=str) == [None, None, None, "ann"]
    assert tokens.is_used(token)


def test_a_token_runs_out_and_is_forgotten(tokens: UploadTokens) -> None:
    old = tokens.make("ann")
    with tokens.engine.begin() as connection:
        made = UPLOAD_TOKENS.c.made - LIFETIME_SECONDS - 1
        connection.execute(update(UPLOAD_TOKENS).values(made=made))
    assert tokens.is_used(old)
    assert tokens.use(old) is None

    tokens.make("bob")
    with tokens.engine.connect() as connection:
        assert connection.scalars(select(UPLOAD_TOKENS.c.owner)).all() == ["bob"]


@pytest.mark.parametrize("token", ["", "made-up", "\udc80"])
def test_what_was_never_given_admits_nothing(tokens: UploadTokens, token: str) -> None:
    assert tokens.use(token) is None
    assert tokens.is_used(token)
