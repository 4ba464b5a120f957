"""Leftovers go, and nothing else does."""

import os
import time

from sqlalchemy import update

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.purge import KEPT_SECONDS, purge
from dashboard.runs.records import DatasetRecord
from dashboard.runs.schema import DATASETS, RUNS
from dashboard.runs.store import Store
from dashboard.runs.sweep import forget_work, sweep


def test_unfinished_runs_of_dead_workers_are_removed_and_those_of_living_ones_stay(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    store.queue_run(dataset.id, tiny)
    claim = store.queue.claim()
    assert claim
    alive = store.places.runs / f".new-{claim.run_id}-{claim.token}"
    dead = store.places.runs / f".new-{claim.run_id}-earlier"
    finished = store.places.runs / "finished"
    for folder in (alive, dead, finished):
        folder.mkdir()

    sweep(store.places, store.queue)
    assert set(store.places.runs.iterdir()) == {alive, finished}

    forget_work(store.places, claim)
    assert set(store.places.runs.iterdir()) == {finished}


def test_an_upload_that_broke_off_is_removed_after_a_day(store: Store) -> None:
    fresh, old = store.places.sources / ".new-fresh", store.places.sources / ".new-old"
    for path in (fresh, old):
        path.touch()
    os.utime(old, (0, 0))

    sweep(store.places, store.queue)
    assert set(store.places.sources.iterdir()) == {fresh}


def test_what_was_deleted_long_ago_is_removed_for_good(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    old, young = (store.queue_run(dataset.id, tiny).id for _ in range(2))
    for run_id in (old, young):
        store.delete_run(run_id)
        (store.places.runs / run_id).mkdir()
    store.delete_dataset(dataset.id)
    long_ago = time.time() - KEPT_SECONDS - 1
    with store.engine.begin() as connection:
        connection.execute(update(RUNS).where(RUNS.c.id == old).values(deleted=long_ago))
        connection.execute(update(DATASETS).values(deleted=long_ago))
    os.utime(store.places.sources / dataset.digest, (0, 0))

    purge(store.engine, store.places)
    assert [run.id for run in store.runs(include_deleted=True)] == [young]
    assert [path.name for path in store.places.runs.iterdir()] == [young]
    assert store.panel(dataset.id).shape == (12, 14, 1)  # a run of it can still be restored

    with store.engine.begin() as connection:
        connection.execute(update(RUNS).values(deleted=long_ago))
    purge(store.engine, store.places)
    assert store.datasets(include_deleted=True) == []
    assert list(store.places.datasets.iterdir()) == []
    assert list(store.places.sources.iterdir()) == []
