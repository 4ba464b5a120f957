"""That the files of a run are what was written is known again after a restart, while nothing wrote to them."""

import os
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from dashboard.detection.settings import TrainingSettings
from dashboard.errors import DamagedError
from dashboard.runs.compared import State
from dashboard.runs.purge import purge
from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.runs.schema import RUNS
from dashboard.runs.store import Store
from dashboard.runs.sweep import sweep


@pytest.fixture
def run(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings, run_folder: Path
) -> RunRecord:
    queued = store.queue_run(dataset.id, tiny)
    claim = store.queue.claim()
    copytree(run_folder, queued.folder)
    store.queue.finish(claim)
    return store.run(queued.id)


def state(store: Store, run: RunRecord) -> State:
    return State.of(store.places, run.id, run.manifest_digest)


def test_a_run_is_known_from_its_finish_on(store: Store, run: RunRecord) -> None:
    assert state(store, run).is_known
    sweep(store.places)
    assert state(store, run).is_known
    assert not State.of(store.places, run.id, "0" * 64).is_known  # by another manifest


def test_what_was_written_to_is_compared_anew_whatever_its_time_says(
    store: Store, run: RunRecord
) -> None:
    path = run.folder / "cells.parquet"
    sound, before = path.read_bytes(), path.stat()
    path.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert not state(store, run).is_known
    for _ in range(2):  # it is not remembered as right
        with pytest.raises(DamagedError, match=r"cells\.parquet"):
            store.check_run(run.id)
    path.write_bytes(sound)
    store.check_run(run.id)
    assert state(store, run).is_known


def test_without_a_note_all_is_compared(store: Store, run: RunRecord) -> None:
    rmtree(store.places.compared)
    assert not state(store, run).is_known
    store.check_run(run.id)
    assert state(store, run).is_known


def test_the_note_goes_with_the_run(store: Store, run: RunRecord) -> None:
    store.delete_run(run.id)
    with store.engine.begin() as connection:
        connection.execute(RUNS.update().values(deleted=0))
    purge(store.engine, store.places)
    assert list(store.places.compared.iterdir()) == []
