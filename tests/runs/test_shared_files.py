"""Files that several machines share: whole or absent for all of them, whatever happens to one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from shutil import copytree

import pytest
from pyarrow.fs import FileSystem
from sqlalchemy import update

from dashboard.detection.settings import TrainingSettings
from dashboard.errors import AwayError, DamagedError, NotFoundError, StoreError
from dashboard.runs import remote_errors
from dashboard.runs.artefacts import damaged
from dashboard.runs.backup import Kept, back_up, restore
from dashboard.runs.purge import KEPT_SECONDS, purge
from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.runs.remote import Remote
from dashboard.runs.results import Results
from dashboard.runs.schema import DATASETS, RUNS
from dashboard.runs.store import Store
from dashboard.runs.tidying import tidy
from dashboard.runs.views import Query
from dashboard.runs.whole import whole_folder
from dashboard.settings import AppSettings
from tests.browser.server import free_port
from tests.pages.finishing import finish_run, finish_scoring
from tests.processes import wait_for
from tests.runs.conftest import counts_csv
from tests.runs.s3_server import S3Server

ROOT = Path(__file__).parents[2]
DAY_SECONDS = 86_400.0
Machine = Callable[..., Store]


@pytest.fixture(params=["file", "s3", "memory"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place: a folder, a prefix in a bucket, and a kind that fsspec alone knows."""
    if request.param == "s3":
        return request.getfixturevalue("s3").address(tmp_path.name)
    if request.param == "memory":
        return f"memory://{tmp_path.name}"
    (tmp_path / "share").mkdir()
    return (tmp_path / "share").as_uri()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Opens the store of a machine: a data home of its own, and records that all of them share."""
    opened = []

    def open_store(name: str, address: str, **settings: object) -> Store:
        store = Store.open(settings_of(tmp_path, name, address, **settings))
        opened.append(store)
        return store

    yield open_store
    for store in opened:
        store.close()


def settings_of(folder: Path, name: str, address: str | None, **settings: object) -> AppSettings:
    records = f"sqlite:///{folder / 'records.db'}"
    return AppSettings(home=folder / name, database_url=records, artefacts=address, **settings)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a finished run."""
    store = Store.open(AppSettings(home=tmp_path_factory.mktemp("made")))
    run = finish_run(store, store.add_dataset(BytesIO(counts_csv()), "clicks.csv"), "robust-z")
    store.close()
    return run.folder


def finish(store: Store, dataset: DatasetRecord, made: Path) -> RunRecord:
    """Queue a run, and let it end with files that are there already."""
    run = store.queue_run(dataset.id, TrainingSettings(model="robust-z"))
    claim = store.queue.claim()
    with whole_folder(run.folder) as aside:
        copytree(made, aside, dirs_exist_ok=True)
        store.places.cache.publish(run.folder, aside)
    store.queue.finish(claim)
    return store.run(run.id)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_one_machine_has_kept_another_opens(
    machine: Machine, address: str, made: Path
) -> None:
    first, second = machine("first", address), machine("second", address)
    dataset = first.add_dataset(BytesIO(counts_csv()), "clicks.csv", owner="ann")
    run = finish(first, dataset, made)

    assert second.panel(dataset.id).values.tolist() == first.panel(dataset.id).values.tolist()
    assert second.preview(dataset.id).rows == first.preview(dataset.id).rows
    second.check_run(run.id)
    folder = second.run_folder(run.id)
    assert contents(folder) == contents(first.run_folder(run.id)) == contents(made)
    assert Results.open(folder).view(Query(top=1)).grid.users == ("u003",)
    assert second.add_dataset(BytesIO(counts_csv()), "clicks.csv", owner="ann") == dataset


def test_another_machine_scores_with_a_model_that_it_fetches(machine: Machine, share: Path) -> None:
    first, second = (machine(name, share.as_uri()) for name in ("first", "second"))
    dataset = first.add_dataset(BytesIO(counts_csv()), "clicks.csv")
    run = finish_run(first, dataset, "robust-z")
    later = second.add_dataset(BytesIO(counts_csv(days=20, seed=1)), "later.csv")
    first.check_run(finish_scoring(second, run, later).id)


BREAKS_OFF = """
import os, sys
from pathlib import Path
from dashboard.runs.remote import Remote
_, address, name, folder = sys.argv
whole, endless = Path(folder) / "whole", Path(folder) / "endless"
whole.write_text("a file")
os.mkfifo(endless)
print("begun", flush=True)
Remote(address).put(name, {"whole": whole, "endless": endless})
"""


@pytest.mark.parametrize("address", ["file", "s3"], indirect=True)
def test_what_a_killed_process_was_writing_is_not_there(address: str, tmp_path: Path) -> None:
    remote, name = Remote(address), "datasets/broken-off"
    program = [sys.executable, "-c", BREAKS_OFF, address, name, str(tmp_path)]
    process = subprocess.Popen(program, cwd=ROOT)
    wait_for(lambda: name.partition("/")[2] in remote.listing("datasets"))
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert not remote.holds(name)
    assert remote.versions("datasets") == []
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(NotFoundError):
        remote.fetch(name, target)


def test_leftovers_are_swept_after_a_day_and_what_is_whole_is_not(
    machine: Machine, share: Path, made: Path
) -> None:
    store = machine("first", share.as_uri())
    run = finish(store, store.add_dataset(BytesIO(counts_csv()), "clicks.csv"), made)
    second = share / "runs" / run.id / "of-a-worker-taken-for-dead"
    for folder in (share / "datasets" / "broken-off", share / "datasets" / "under-way", second):
        folder.mkdir()
        (folder / "values.npy").touch()
    (second / "seal.json").write_text("{}")
    for path in share.rglob("*"):
        if path.parent.name != "under-way":
            os.utime(path, (0, 0))

    purge(store.engine, store.places)
    assert not second.exists()
    assert {path.name for path in (share / "datasets").iterdir()} == {
        run.dataset_id,
        "under-way",
    }
    machine("other", share.as_uri()).check_run(run.id)


@pytest.mark.parametrize("address", ["file", "s3"], indirect=True)
def test_a_damaged_object_is_found_by_its_checksum(
    machine: Machine, address: str, made: Path
) -> None:
    first, second = machine("first", address), machine("second", address)
    run = finish(first, first.add_dataset(BytesIO(counts_csv()), "clicks.csv"), made)
    system, root = FileSystem.from_uri(address)
    path = f"{root}/runs/{run.id}/{run.manifest_digest}/users.parquet"
    with system.open_output_stream(path, compression=None) as out:
        out.write(b"spoilt")

    with pytest.raises(DamagedError, match=r"users\.parquet is not what was written"):
        second.check_run(run.id)
    assert list(second.places.runs.iterdir()) == []
    first.check_run(run.id)  # it has its own copy


def test_a_copy_that_is_damaged_here_is_fetched_again(
    machine: Machine, share: Path, made: Path
) -> None:
    store = machine("first", share.as_uri())
    dataset = store.add_dataset(BytesIO(counts_csv()), "clicks.csv")
    run = finish(store, dataset, made)
    (run.folder / "days.parquet").write_bytes(b"spoilt")
    (store.places.datasets / dataset.id / "values.npy").write_bytes(b"spoilt")

    store.check_run(run.id)
    assert damaged(run.folder, run.manifest_digest) == ()
    assert store.panel(dataset.id).shape == (12, 14, 1)


def test_of_two_workers_that_finish_one_run_the_records_say_whose_it_is(
    machine: Machine, share: Path, made: Path
) -> None:
    first, second = (machine(name, share.as_uri()) for name in ("first", "second"))
    dataset = first.add_dataset(BytesIO(counts_csv()), "clicks.csv")
    mine = finish(first, dataset, made)
    manifest = mine.folder / "run.json"
    with manifest.open("a") as out:  # as the same run, finished by a worker that had lost it
        out.write("\n")
    first.places.cache.publish(mine.folder, mine.folder)

    assert len(first.places.cache.remote.versions(f"runs/{mine.id}")) == 2
    for store in (first, second):
        store.check_run(mine.id)
        assert damaged(store.run_folder(mine.id), mine.manifest_digest) == ()


@pytest.mark.parametrize("kind", ["s3", "file"])
def test_files_that_cannot_be_reached_are_told_of_and_nothing_half_is_kept(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    port, gone = free_port(), tmp_path / "gone"
    place = f"s3://bucket/prefix?endpoint_override=127.0.0.1:{port}&scheme=http"
    settings = settings_of(tmp_path, "first", gone.as_uri() if kind == "file" else place)
    with pytest.raises(AwayError):
        Store.open(settings)  # nobody can tell whether its records are missing
    Store.open(settings.model_copy(update={"artefacts": None})).close()
    away = Store.open(settings)
    with pytest.raises(AwayError, match="cannot be reached in this moment") as refusal:
        away.add_dataset(BytesIO(counts_csv()), "clicks.csv")
    assert not {str(port), "gone"} & set(str(refusal.value).replace("/", " ").split())
    assert away.datasets() == []
    away.close()


def test_a_run_whose_files_find_no_place_fails_and_can_be_repeated(
    machine: Machine, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_errors, "PATIENCE_SECONDS", 0.0)
    store = machine("first", share.as_uri())
    dataset = store.add_dataset(BytesIO(counts_csv()), "clicks.csv")
    share.rename(share.with_name("not-mounted"))
    with pytest.raises(AwayError):
        finish_run(store, dataset, "robust-z")
    assert list(store.places.runs.iterdir()) == []

    share.with_name("not-mounted").rename(share)
    assert finish_run(store, dataset, "robust-z").manifest_digest


def test_a_key_that_is_refused_is_told_of_at_once(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    store = Store.open(settings_of(tmp_path, "first", None))
    address = f"{s3.address(tmp_path.name)}&region=us-east-1"  # not one that was opened before
    refused = Store.open(settings_of(tmp_path, "first", address))
    with pytest.raises(StoreError, match=r"the key is refused.*CLICKWATCH_ARTEFACTS"):
        refused.check_shared_files()
    for each in (store, refused):
        each.close()


def test_what_was_used_longest_ago_makes_room_unless_it_is_kept_nowhere_else(
    machine: Machine, share: Path
) -> None:
    store = machine("first", share.as_uri(), cache_gb=1e-9)
    used, unused, here_alone = (
        store.add_dataset(BytesIO(counts_csv(seed=seed)), f"{seed}.csv") for seed in range(3)
    )
    store.places.cache.remote.remove(f"datasets/{here_alone.id}")
    for dataset in (used, unused, here_alone):
        os.utime(store.places.datasets / dataset.id, (0, time.time() - 2 * DAY_SECONDS))
    store.panel(used.id)

    store.places.cache.make_room()
    kept = {path.name for path in store.places.datasets.iterdir()}
    assert kept == {used.id, here_alone.id}
    assert store.panel(unused.id).shape == (12, 14, 1)


def test_what_was_deleted_long_ago_goes_from_the_shared_files_before_its_record(
    machine: Machine, share: Path, made: Path
) -> None:
    store = machine("first", share.as_uri())
    dataset = store.add_dataset(BytesIO(counts_csv()), "clicks.csv")
    store.delete_run(finish(store, dataset, made).id)
    store.delete_dataset(dataset.id)
    long_ago = time.time() - KEPT_SECONDS - 1
    with store.engine.begin() as connection:
        for table in (RUNS, DATASETS):
            connection.execute(update(table).values(deleted=long_ago))

    share.rename(share.with_name("not-mounted"))
    tidy(store)
    assert len(store.runs(include_deleted=True)) == 1
    share.with_name("not-mounted").rename(share)
    tidy(store)
    assert store.runs(include_deleted=True) == []
    assert [path for path in share.rglob("*") if path.is_file()] == []


def test_a_backup_has_the_shared_files_and_brings_them_to_another_place(
    machine: Machine, share: Path, tmp_path: Path, made: Path
) -> None:
    store = machine("first", share.as_uri())
    dataset = store.add_dataset(BytesIO(counts_csv()), "clicks.csv")
    run = finish(store, dataset, made)
    elsewhere = settings_of(tmp_path, "second", share.as_uri())  # a machine that has nothing yet
    assert back_up(elsewhere, tmp_path / "kept.tar") == Kept(datasets=1, runs=1)
    assert list((elsewhere.home / "runs").iterdir()) == []

    (tmp_path / "new").mkdir()
    new = elsewhere.model_copy(
        update={
            "home": tmp_path / "third",
            "database_url": f"sqlite:///{tmp_path / 'new.db'}",
            "artefacts": (tmp_path / "new").as_uri(),
        }
    )
    with pytest.raises(StoreError, match="is in use"):
        restore(new.model_copy(update={"artefacts": share.as_uri()}), tmp_path / "kept.tar")
    assert restore(new, tmp_path / "kept.tar") == Kept(datasets=1, runs=1)
    far = Store.open(new.model_copy(update={"home": tmp_path / "fourth"}))
    far.check_run(run.id)
    assert far.preview(dataset.id).rows == store.preview(dataset.id).rows
    far.close()


def test_records_that_are_missing_are_not_begun_anew_beside_shared_files(
    machine: Machine, share: Path, tmp_path: Path
) -> None:
    machine("first", share.as_uri()).add_dataset(BytesIO(counts_csv()), "clicks.csv")
    other = settings_of(tmp_path, "second", share.as_uri())
    with pytest.raises(StoreError, match=r"records are missing.*CLICKWATCH_ARTEFACTS"):
        Store.open(other.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'new.db'}"}))
