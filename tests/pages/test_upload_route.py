"""PUT /api/upload: a token, once; from here; not too large. And whether the server is well."""

from collections.abc import Iterator

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.runs.store import Store
from dashboard.sharing.upload_tokens import UploadTokens
from dashboard.ui.routes import routes

TABLE = b"user,date,clicks\n" + b"".join(
    f"a,2026-03-{day:02d},{day}\n".encode() for day in range(1, 15)
)


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:  # noqa: ARG001 - opened by the routes too
    with TestClient(Starlette(routes=list(routes()))) as opened:
        yield opened


def made_token(store: Store) -> str:
    return UploadTokens(store.engine).make("browser-a")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_an_upload_answers_the_datasets_id_and_address(client: TestClient, store: Store) -> None:
    answer = client.put(
        "/api/upload?name=big.csv", content=TABLE, headers=bearer(made_token(store))
    )
    assert answer.status_code == 201
    (record,) = store.datasets()
    assert record.name == "big.csv"
    assert record.owner == "browser-a"
    assert answer.json() == {
        "id": record.id,
        "address": f"http://testserver/data?dataset={record.id}",
        "problem": None,
    }


def test_a_token_admits_one_upload(client: TestClient, store: Store) -> None:
    token = made_token(store)
    assert client.put("/api/upload", content=TABLE, headers=bearer(token)).status_code == 201
    assert client.put("/api/upload", content=TABLE, headers=bearer(token)).status_code == 401
    assert len(store.datasets()) == 1


@pytest.mark.parametrize("token", ["", "made-up", "a.b.c"])
def test_a_wrong_token_is_refused(token: str, client: TestClient, store: Store) -> None:
    assert client.put("/api/upload", content=TABLE, headers=bearer(token)).status_code == 401
    assert store.datasets() == []


def test_another_origin_is_refused(client: TestClient, store: Store) -> None:
    headers = bearer(made_token(store)) | {"Origin": "http://evil.example"}
    assert client.put("/api/upload", content=TABLE, headers=headers).status_code == 403
    assert store.datasets() == []


def test_a_file_that_is_too_large_is_refused_and_not_kept(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLICKWATCH_MAX_UPLOAD_MB", "1")
    st.cache_resource.clear()
    pieces = (b"x" * 100_000 for _ in range(11))  # streamed, so that no length is declared
    answer = client.put("/api/upload", content=pieces, headers=bearer(made_token(store)))
    assert answer.status_code == 413
    assert "1 MB" in answer.json()["problem"]
    assert store.datasets() == []


def test_what_cannot_be_read_is_kept_with_its_problem(client: TestClient, store: Store) -> None:
    answer = client.put("/api/upload", content=b"nothing", headers=bearer(made_token(store)))
    assert answer.status_code == 422
    assert answer.json()["problem"] == store.datasets()[0].problem


def test_the_server_says_that_it_runs(client: TestClient) -> None:
    assert client.get("/healthz").text == "ok"


def test_without_a_worker_the_server_is_not_ready(client: TestClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"store": True, "worker": False, "disk": True}
