"""What was deleted long ago goes for good, and with it the space on the disk."""

import shutil
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine, delete, select

from dashboard.runs.places import Places
from dashboard.runs.schema import DATASETS, RUNS
from dashboard.runs.times import A_DAY_SECONDS
from dashboard.runs.unfinished import UNFINISHED

KEPT_SECONDS = 30 * A_DAY_SECONDS


def purge(engine: Engine, places: Places) -> None:
    """Remove runs and datasets deleted more than 30 days ago, and what no dataset needs.

    A dataset stays as long as a run of it does.
    """
    long_ago = time.time() - KEPT_SECONDS
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
        kept = connection.execute(select(DATASETS.c.digest, DATASETS.c.id))
        needed = {name for row in kept for name in row}
    for run_id in runs:
        shutil.rmtree(places.runs / run_id, ignore_errors=True)
        shutil.rmtree(places.work / run_id, ignore_errors=True)
    for dataset_id in datasets:
        shutil.rmtree(places.datasets / dataset_id, ignore_errors=True)
    for path in (*places.sources.iterdir(), *places.datasets.iterdir()):
        if path.name not in needed and not path.name.startswith(UNFINISHED):
            with suppress(FileNotFoundError):  # another worker removes it in this moment
                _remove_old(path)


def _remove_old(path: Path) -> None:
    """Remove a file or folder of a day ago: a young one may belong to an upload that is being read."""
    if time.time() - path.stat().st_mtime < A_DAY_SECONDS:
        return
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()
