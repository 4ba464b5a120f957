"""Two web servers, each with a data home of its own, on one Postgres and shared files; and a Postgres that goes and comes back."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from dashboard.cli import main
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.records import RunState
from dashboard.runs.store import Store
from dashboard.settings import AppSettings
from dashboard.sharing import watching
from dashboard.sharing.links import LinkBook, LinkTerms
from dashboard.sharing.upload_tokens import UploadTokens
from tests.browser.counts import MANY, QUIET, long_csv
from tests.browser.server import Server
from tests.pages.finishing import finish_run
from tests.postgres.server import PASSWORD, Postgres
from tests.processes import wait_for
from tests.trainings import LONG

OWNER = "owner-of-the-tests"
QUICK = TrainingSettings(model="robust-z")


@pytest.fixture(scope="module")
def mortal() -> Iterator[Postgres]:
    """A Postgres that these tests may stop."""
    server = Postgres()
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture(scope="module")
def servers(
    mortal: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Server]]:
    """The first has a worker, the second has none."""
    folder = tmp_path_factory.mktemp("servers")
    (folder / "share").mkdir()
    shared = {
        "database_url": mortal.new_schema(),
        "artefacts": (folder / "share").as_uri(),
        "secret_key": "the same on both of these machines",
    }
    first = Server(folder / "first", **shared)
    second = Server(folder / "second", embedded_worker=False, **shared)
    try:
        yield first.start(), second.start()
    finally:
        second.close()
        first.close()


def ready(server: Server) -> dict[str, bool]:
    return httpx.get(f"{server.address}/readyz", timeout=60).json()


def test_any_server_serves_any_run(servers: tuple[Server, Server]) -> None:
    first, second = servers
    key = UploadTokens(first.store.engine).make(OWNER)
    upload = httpx.put(
        f"{second.address}/api/upload?name=clicks.csv",
        content=long_csv(QUIET),
        headers={"Authorization": f"Bearer {key}"},
        timeout=60,
    )
    assert upload.status_code == 201, upload.text
    run = second.store.queue_run(upload.json()["id"], QUICK)
    wait_for(lambda: first.store.run(run.id).state.is_final)
    assert second.store.run(run.id).state is RunState.FINISHED

    _, token = LinkBook(first.store.engine).make(run.id, LinkTerms())
    reports = [httpx.get(f"{server.address}/r/{token}", timeout=60) for server in servers]
    assert [report.status_code for report in reports] == [200, 200]
    assert reports[0].content == reports[1].content
    for server in servers:
        wait_for(lambda s=server: all(ready(s).values()))


def test_a_postgres_that_goes_and_comes_back_is_told_at_once_and_stops_no_training(
    servers: tuple[Server, Server], mortal: Postgres
) -> None:
    first, second = servers
    dataset = first.store.add_dataset(BytesIO(long_csv(MANY)), "clicks.csv", owner=OWNER)
    run = first.store.queue_run(dataset.id, LONG)
    wait_for(lambda: first.store.run(run.id).epoch >= 1)

    mortal.stop()
    for server in servers:
        wait_for(lambda s=server: not ready(s)["store"])
        link = httpx.get(f"{server.address}/l/any", timeout=60)
        assert (link.status_code, "cannot be reached" in link.text) == (503, True)
    mortal.start()
    for server in servers:
        wait_for(lambda s=server: all(ready(s).values()))

    before = first.store.run(run.id).epoch
    wait_for(lambda: second.store.run(run.id).epoch > before)
    assert second.store.run(run.id).attempt == 1
    second.store.cancel_run(run.id)
    wait_for(lambda: first.store.run(run.id).state.is_final)
    assert all(PASSWORD not in server.log for server in servers)


def test_a_watch_tells_that_the_postgres_is_away_and_goes_on_when_it_is_back(
    mortal: Postgres,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CLICKWATCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLICKWATCH_DATABASE_URL", mortal.new_schema())
    store = Store.open(AppSettings())
    dataset = store.add_dataset(BytesIO(long_csv(QUIET)), "march.csv", owner=OWNER)
    run = finish_run(store, dataset, "robust-z")
    folder = tmp_path / "incoming"
    folder.mkdir()

    def go() -> None:
        (folder / "april.csv").write_bytes(long_csv(MANY))
        mortal.stop()

    def end() -> None:
        raise KeyboardInterrupt

    between_looks = iter([go, mortal.start, lambda: None, end])
    monkeypatch.setattr(watching, "time", SimpleNamespace(sleep=lambda _: next(between_looks)()))
    assert main(["watch", str(folder), "--run", run.id]) == 130
    assert [one.dataset_name for one in store.runs()] == ["april.csv", "march.csv"]
    store.close()
    said = capsys.readouterr().err
    assert said.count("The records cannot be reached in this moment") == 1
    assert PASSWORD not in said
