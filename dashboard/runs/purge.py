"""What was deleted or has ended long ago goes for good, and with it the space on the disk."""

import shutil
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine, delete, select

from dashboard.runs.checkpoints import remove_checkpoints
from dashboard.runs.places import Places
from dashboard.runs.purge_shared import FINAL, purge_shared, sweep_shared
from dashboard.runs.records import RunState
from dashboard.runs.schema import DATASETS, PROGRAM_TOKENS, RUNS
from dashboard.runs.times import A_DAY_SECONDS
from dashboard.runs.unfinished import UNFINISHED

KEPT_SECONDS = 30 * A_DAY_SECONDS


def purge(engine: Engine, places: Places) -> None:
    """Remove runs and datasets deleted more than 30 days ago, and what no dataset needs.

    A dataset stays as long as a run of it does. Tokens of programs go 30 days after they have ended.
    Raises StoreError where shared files cannot be removed: then their records stay, and all of it goes
    another time.
    """
    long_ago = time.time() - KEPT_SECONDS
    if places.cache is not None:
        purge_shared(engine, places.cache.remote, long_ago)
        sweep_shared(engine, places.cache.remote)
        places.cache.make_room()
        _remove_what_ended_elsewhere(engine, places)
    used = select(RUNS.c.dataset_id)
    with engine.begin() as connection:
        gone_runs = delete(RUNS).where(RUNS.c.deleted < long_ago).returning(RUNS.c.id)
        runs = connection.scalars(gone_runs).all()
        gone_datasets = (
            delete(DATASETS)
            .where(DATASETS.c.deleted < long_ago, DATASETS.c.id.not_in(used))
            .returning(DATASETS.c.id)
        )
        datasets = connection.scalars(gone_datasets).all()
        ended = (PROGRAM_TOKENS.c.expires < long_ago) | (PROGRAM_TOKENS.c.revoked < long_ago)
        connection.execute(delete(PROGRAM_TOKENS).where(ended))
        kept = connection.execute(select(DATASETS.c.digest, DATASETS.c.id))
        needed = {name for row in kept for name in row}
    for run_id in runs:
        shutil.rmtree(places.runs / run_id, ignore_errors=True)
        shutil.rmtree(places.work / run_id, ignore_errors=True)
        (places.compared / run_id).unlink(missing_ok=True)
    for dataset_id in datasets:
        shutil.rmtree(places.datasets / dataset_id, ignore_errors=True)
    for path in (*places.sources.iterdir(), *places.datasets.iterdir()):
        if path.name not in needed and not path.name.startswith(UNFINISHED):
            with suppress(FileNotFoundError):  # another worker removes it in this moment
                _remove_old(path)


def _remove_what_ended_elsewhere(engine: Engine, places: Places) -> None:
    """Remove what this machine keeps beside the logs of runs that another one has taken up and ended."""
    ended = select(RUNS.c.id, RUNS.c.state).where(RUNS.c.state.in_(FINAL))
    with engine.connect() as connection:
        state_of = dict(connection.execute(ended).tuples().all())
    for folder in places.work.iterdir():
        if state_of.get(folder.name) == RunState.FINISHED:
            shutil.rmtree(folder, ignore_errors=True)
        elif folder.name in state_of:
            remove_checkpoints(places.log_of(folder.name))


def _remove_old(path: Path) -> None:
    """Remove a file or folder of a day ago: a young one may belong to an upload that is being read."""
    if time.time() - path.stat().st_mtime < A_DAY_SECONDS:
        return
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()
