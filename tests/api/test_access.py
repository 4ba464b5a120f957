"""Every address of the API, tried with every kind of token: what is not for it looks as if it were not there."""

import time
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import update

from dashboard.runs.schema import PROGRAM_TOKENS
from dashboard.sharing.links import LinkBook, LinkTerms
from dashboard.sharing.program_tokens import Scope, TokenBook, TokenTerms
from tests.api.conftest import ANN, BOB, EVERYTHING, LOUD, Served, bearer
from tests.pages.conftest import counts_csv

ABSENT = "x" * 22
VERDICT = {"user": LOUD, "start": "2026-03-10", "end": "2026-03-10", "verdict": "anomaly"}

# Address -> the scope that it needs, and what else is sent. Those that delete come last.
TABLE: dict[str, tuple[Scope | None, dict[str, object]]] = {
    "GET /token": (None, {}),
    "POST /datasets": (Scope.DATA_WRITE, {"content": counts_csv(users=6)}),
    "GET /datasets": (Scope.DATA_READ, {}),
    "GET /datasets/{dataset_id}": (Scope.DATA_READ, {}),
    "GET /datasets/{dataset_id}/preview": (Scope.DATA_READ, {}),
    "POST /datasets/{dataset_id}/readings": (Scope.DATA_WRITE, {"json": {"missing": "unknown"}}),
    "POST /runs": (Scope.RUNS_WRITE, {"json": {"dataset_id": "{dataset_id}"}}),
    "POST /runs/{run_id}/scorings": (
        Scope.RUNS_WRITE,
        {"json": {"dataset_id": "{dataset_id}"}},
    ),
    "GET /runs": (Scope.RUNS_READ, {}),
    "GET /runs/{run_id}": (Scope.RUNS_READ, {}),
    "GET /runs/{run_id}/history": (Scope.RUNS_READ, {}),
    "GET /runs/{run_id}/results": (Scope.RUNS_READ, {}),
    "GET /runs/{run_id}/users": (Scope.RUNS_READ, {}),
    "GET /runs/{run_id}/days": (Scope.RUNS_READ, {}),
    "GET /runs/{run_id}/cells": (Scope.RUNS_READ, {"params": {"user": LOUD}}),
    "GET /runs/{run_id}/findings": (Scope.RUNS_READ, {}),
    "GET /runs/{run_id}/files/{table}.{form}": (Scope.RUNS_READ, {}),
    "GET /runs/{run_id}/reviews": (Scope.REVIEWS_READ, {}),
    "POST /runs/{run_id}/reviews": (Scope.REVIEWS_WRITE, {"json": {"verdicts": [VERDICT]}}),
    "DELETE /runs/{run_id}/reviews/last": (Scope.REVIEWS_WRITE, {}),
    "POST /runs/{run_id}/cancel": (Scope.RUNS_WRITE, {}),
    "DELETE /runs/{run_id}": (Scope.RUNS_WRITE, {}),
    "DELETE /datasets/{dataset_id}": (Scope.DATA_WRITE, {}),
}
OF_SOMETHING = [each for each, (_, sent) in TABLE.items() if "_id}" in each + str(sent)]

Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def ask(served: Served) -> Ask:
    """Send what belongs to an address of the table, for Ann's run and dataset or for those of other ids."""

    def ask(address: str, token: str | None, **ids: str) -> httpx.Response:
        named = {"dataset_id": served.dataset.id, "run_id": served.run.id} | ids
        method, path = address.split(" ")
        sent = dict(TABLE[address][1])
        if "json" in sent:
            sent["json"] = {
                name: value.format(**named) if isinstance(value, str) else value
                for name, value in sent["json"].items()
            }
        path = path.format(**named, table="users", form="csv").removeprefix("/")
        headers = bearer(token) if token else {}
        return served.client.request(method, path, headers=headers, **sent)

    return ask


def ended(served: Served, how: str) -> str:
    """A token with every scope that no longer holds."""
    book = TokenBook(served.store.engine)
    token, shown = book.make(ANN, TokenTerms("ended", EVERYTHING, 60))
    if how == "revoked":
        book.revoke(ANN, token.id)
    else:
        over = (
            update(PROGRAM_TOKENS)
            .where(PROGRAM_TOKENS.c.id == token.id)
            .values(expires=time.time() - 1)
        )
        with served.store.engine.begin() as connection:
            connection.execute(over)
    return shown


def test_the_table_knows_every_address(served: Served) -> None:
    described = served.client.get("openapi.json").json()["paths"]
    addresses = {f"{method.upper()} {path}" for path in described for method in described[path]}
    assert addresses == set(TABLE)


@pytest.mark.parametrize("address", TABLE)
def test_without_a_token_that_holds_nothing_is_answered(
    address: str, served: Served, ask: Ask
) -> None:
    tokens = [None, "clickwatch_made-up", ended(served, "revoked"), ended(served, "expired")]
    answers = [ask(address, token) for token in tokens]
    assert {each.status_code for each in answers} == {401}
    assert len({each.text for each in answers}) == 1
    assert {each.headers["www-authenticate"] for each in answers} == {"Bearer"}


@pytest.mark.parametrize("address", [each for each in TABLE if TABLE[each][0]])
def test_a_token_without_the_scope_is_told_which(address: str, served: Served, ask: Ask) -> None:
    needed = TABLE[address][0]
    others = served.token(*(scope for scope in Scope if scope is not needed))
    answer = ask(address, others)
    assert answer.status_code == 403
    assert f"'{needed}'" in answer.json()["problem"]
    unknown = ask(address, others, run_id=ABSENT, dataset_id=ABSENT)
    assert unknown.text == answer.text  # and not, what there is


@pytest.mark.parametrize("address", OF_SOMETHING)
def test_what_is_anothers_is_as_if_it_were_not_there(
    address: str, served: Served, ask: Ask
) -> None:
    bobs = served.token(owner=BOB)
    answer = ask(address, bobs)
    assert answer.status_code == 404
    assert answer.text == ask(address, bobs, run_id=ABSENT, dataset_id=ABSENT).text


def test_lists_are_of_ones_own(served: Served, ask: Ask) -> None:
    bobs = served.token(owner=BOB)
    assert [ask(f"GET /{name}", bobs).json()["total"] for name in ("datasets", "runs")] == [0, 0]


def test_a_link_opened_in_a_browser_opens_nothing_to_its_programs(served: Served, ask: Ask) -> None:
    book = LinkBook(served.store.engine)
    book.open(book.make(served.run.id, LinkTerms(may_review=True))[1], BOB)
    assert ask("GET /runs/{run_id}", served.token(owner=BOB)).status_code == 404


def test_with_its_scope_alone_every_address_answers(served: Served, ask: Ask) -> None:
    statuses = {}
    for address, (scope, _) in TABLE.items():
        token = served.token(scope) if scope else served.token(Scope.DATA_READ)
        statuses[address] = ask(address, token).status_code
    assert {each: status for each, status in statuses.items() if status >= 300} == {}
    assert ask("GET /runs/{run_id}", served.token()).status_code == 404
    assert ask("GET /datasets/{dataset_id}", served.token()).status_code == 404
