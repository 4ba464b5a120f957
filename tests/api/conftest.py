"""The API in the test's own process, over a real store with a run that is finished."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dashboard.api.mounting import ROOT, api_route
from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.runs.store import Store
from dashboard.settings import AppSettings
from dashboard.sharing.program_tokens import Scope, TokenBook, TokenTerms
from dashboard.ui.request_ids import RequestIdMiddleware
from tests.pages.conftest import counts_csv
from tests.pages.finishing import finish_run

KEY = b"k" * 32
ANN, BOB = "browser-ann", "browser-bob"
LOUD = "u002"
EVERYTHING = tuple(Scope)


@dataclass(frozen=True)
class Served:
    """An installation in which Ann has a dataset and a finished run."""

    store: Store
    app: Starlette
    client: TestClient
    dataset: DatasetRecord
    run: RunRecord

    def token(self, *scopes: Scope, owner: str = ANN, seconds: float | None = None) -> str:
        """A new token, with every scope where none is named."""
        terms = TokenTerms("a program", scopes or EVERYTHING, seconds)
        return TokenBook(self.store.engine).make(owner, terms)[1]

    def headers(self, *scopes: Scope, owner: str = ANN) -> dict[str, str]:
        """What a program sends with a new token."""
        return bearer(self.token(*scopes, owner=owner))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def serve(folder: Path, **settings: object) -> Iterator[Served]:
    """A data home with a run that its owner may ask for."""
    store = Store.open(AppSettings(home=folder / "home", **settings))
    dataset = store.add_dataset(BytesIO(counts_csv()), "clicks.csv", owner=ANN)
    run = finish_run(store, dataset, "robust-z")
    route = api_route(lambda: store, lambda: KEY)
    app = Starlette(routes=[route], middleware=[Middleware(RequestIdMiddleware)])
    with TestClient(app, base_url=f"http://testserver{ROOT}") as client:
        yield Served(store, app, client, dataset, run)
    store.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve(tmp_path_factory.mktemp("served"), max_upload_mb=1)
