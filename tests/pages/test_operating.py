"""The operator sees how the installation is doing, and nobody else does."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.runs import health
from dashboard.runs.records import DatasetRecord
from dashboard.runs.store import Store
from dashboard.ui.routes import routes
from tests.pages.conftest import TINY, OpenPage, everything
from tests.processes import wait_for
from tests.runs.s3_server import S3Server

TOKEN = "operated by these tests"  # noqa: S105 - opens nothing else


@pytest.fixture
def client(store: Store, monkeypatch: pytest.MonkeyPatch) -> TestClient:  # noqa: ARG001
    monkeypatch.setenv("CLICKWATCH_OPERATOR_TOKEN", TOKEN)
    return TestClient(Starlette(routes=list(routes())))


def test_prometheus_reads_the_figures(
    client: TestClient, store: Store, dataset: DatasetRecord
) -> None:
    for _ in range(2):
        store.queue_run(dataset.id, TINY)
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    families = {each.name: each for each in text_string_to_metric_families(answer.text)}
    runs = {each.labels["state"]: each.value for each in families["clickwatch_runs"].samples}

    assert runs == {"queued": 2, "running": 0, "finished": 0, "failed": 0, "cancelled": 0}
    assert families["clickwatch_datasets"].samples[0].value == 1
    assert families["clickwatch_oldest_wait_seconds"].samples[0].value > 0
    assert dataset.name not in answer.text


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", f"Bearer {TOKEN}x"])
def test_without_the_token_there_are_no_figures(given: str, client: TestClient) -> None:
    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_where_no_token_is_set_nobody_is_the_operator(store: Store, open_page: OpenPage) -> None:
    answer = TestClient(Starlette(routes=list(routes()))).get(
        "/metrics", headers={"Authorization": "Bearer "}
    )
    assert answer.status_code == 404
    assert "CLICKWATCH_OPERATOR_TOKEN" in open_page("operating").info[0].value
    assert store.runs() == []


def test_the_page_shows_the_figures_for_the_token_alone(
    client: TestClient, store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    store.queue_run(dataset.id, TINY)
    page = open_page("operating")
    assert client is not None
    assert list(page.metric) == []
    assert "not the operator's" in page.text_input[0].input("wrong").run().error[0].value
    shown = page.text_input[0].input(TOKEN).run()
    assert {"Waiting": "1", "Datasets": "1"}.items() <= {
        each.label: each.value for each in shown.metric
    }.items()
    assert "No worker has been heard of" in shown.error[0].value
    assert dataset.name not in everything(shown)


def test_a_disk_without_room_is_not_ready(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").json()["disk"]
    monkeypatch.setattr(health, "BYTES_TO_WORK", 1 << 62)
    assert not client.get("/readyz").json()["disk"]
    monkeypatch.undo()
    store.places.work.rmdir()
    assert not client.get("/readyz").json()["disk"]


@pytest.mark.usefixtures("s3")
def test_an_object_store_that_is_gone_or_hangs_is_not_ready(
    client: TestClient, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = S3Server()
    monkeypatch.setenv("CLICKWATCH_ARTEFACTS", server.address("kept"))

    def answers() -> bool:
        return client.get("/readyz").json().get("files", False)

    assert answers()
    server.pause()
    assert not answers()
    server.go_on()
    wait_for(answers)
    server.close()
    assert not answers()
    page = open_page("operating").text_input[0].input(TOKEN).run()
    assert "The shared files do not answer" in page.error[-1].value
