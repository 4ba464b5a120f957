"""Leftovers go, and nothing else does."""

import fcntl
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from sqlalchemy import insert, select, update

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.purge import KEPT_SECONDS, purge
from dashboard.runs.records import DatasetRecord
from dashboard.runs.schema import DATASETS, PROGRAM_TOKENS, RUNS
from dashboard.runs.store import Store
from dashboard.runs.sweep import sweep
from dashboard.runs.unfinished import sweep_unfinished, unfinished

ROOT = Path(__file__).parents[2]


DIES_WITH_A_FOLDER = """
import os, sys
from pathlib import Path
from dashboard.runs.unfinished import unfinished
with unfinished(Path(sys.argv[1])):
    os.kill(os.getpid(), 9)
"""


def test_what_dead_processes_were_making_goes_and_what_is_being_made_stays(store: Store) -> None:
    places = store.places
    folders = (places.home, places.sources, places.datasets, places.runs, places.work)
    for folder in folders:
        program = [sys.executable, "-c", DIES_WITH_A_FOLDER, str(folder)]
        assert subprocess.run(program, cwd=ROOT, check=False).returncode == -9
    finished = places.runs / "finished"
    finished.mkdir()
    with unfinished(places.runs) as alive:
        lock = alive.with_name(f"{alive.name}.lock")
        assert len(list(places.runs.iterdir())) == 5  # two that are made, each with its lock
        sweep(places)
        assert set(places.runs.iterdir()) == {alive, lock, finished}
    assert list(places.home.rglob(".new-*")) == []


def test_what_an_earlier_version_makes_and_left_behind_is_told_apart(store: Store) -> None:
    """It locked the folder itself."""
    making, left = (store.places.work / f".new-{name}" for name in ("making", "left"))
    for folder in (making, left):
        folder.mkdir()
    lock = os.open(making, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    sweep(store.places)
    assert list(store.places.work.iterdir()) == [making]
    os.close(lock)


def test_a_log_goes_with_the_end_of_its_run_and_stays_with_its_failure(store: Store) -> None:
    for run_id in ("finished", "failed"):
        (store.places.work / run_id).mkdir()
    (store.places.runs / "finished").mkdir()
    sweep(store.places)
    assert [path.name for path in store.places.work.iterdir()] == ["failed"]


def test_a_sweep_in_the_moment_of_making_takes_nothing_away(store: Store) -> None:
    parent, done = store.places.work, threading.Event()

    def sweep_on() -> None:
        while not done.is_set():
            sweep_unfinished(parent)

    sweeper = threading.Thread(target=sweep_on)
    sweeper.start()
    try:
        for _ in range(300):
            with unfinished(parent) as folder:
                (folder / "file").touch()
    finally:
        done.set()
        sweeper.join()


def test_tokens_of_programs_go_a_month_after_their_end(store: Store) -> None:
    now = time.time()
    long_ago = now - KEPT_SECONDS - 1
    ends = {
        "ever": {},
        "expired": {"expires": long_ago},
        "revoked": {"revoked": long_ago},
        "just revoked": {"revoked": now, "expires": now + 60},
    }
    with store.engine.begin() as connection:
        for name, end in ends.items():
            row = {"id": name, "token_hash": name, "owner": "ann", "name": name, "scopes": []}
            connection.execute(insert(PROGRAM_TOKENS).values(**row, created=0.0, **end))
    purge(store.engine, store.places)
    with store.engine.connect() as connection:
        left = set(connection.scalars(select(PROGRAM_TOKENS.c.id)))
    assert left == {"ever", "just revoked"}


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
    for orphan in ("never-recorded", "just-being-read"):
        (store.places.datasets / orphan).mkdir()
    os.utime(store.places.datasets / "never-recorded", (0, 0))

    purge(store.engine, store.places)
    assert [run.id for run in store.runs(include_deleted=True)] == [young]
    assert [path.name for path in store.places.runs.iterdir()] == [young]
    assert store.panel(dataset.id).shape == (12, 14, 1)  # a run of it can still be restored

    with store.engine.begin() as connection:
        connection.execute(update(RUNS).values(deleted=long_ago))
    purge(store.engine, store.places)
    assert store.datasets(include_deleted=True) == []
    assert [path.name for path in store.places.datasets.iterdir()] == ["just-being-read"]
    assert list(store.places.sources.iterdir()) == []
