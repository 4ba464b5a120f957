"""Shared files that are to go: of what was deleted long ago, and what was never finished or came second.

What is whole there and no record names is left alone: nobody here can tell whose it is.
"""

import time

from sqlalchemy import Engine, select

from dashboard.runs.cache import DATASETS as DATASETS_FOLDER
from dashboard.runs.cache import RUNS as RUNS_FOLDER
from dashboard.runs.cache import SOURCES
from dashboard.runs.records import RunState
from dashboard.runs.remote import Remote
from dashboard.runs.schema import DATASETS, RUNS
from dashboard.runs.times import A_DAY_SECONDS

FINAL = [state for state in RunState if state.is_final]


def purge_shared(engine: Engine, remote: Remote, long_ago: float) -> None:
    """Remove the files of all that was deleted before that time, while records still name them.

    Raises StoreError where they cannot be removed.
    """
    gone_runs = select(RUNS.c.id).where(RUNS.c.deleted < long_ago)
    used = select(RUNS.c.dataset_id).where(RUNS.c.id.not_in(gone_runs))
    gone = (DATASETS.c.deleted < long_ago) & DATASETS.c.id.not_in(used)
    with engine.connect() as connection:
        runs = connection.scalars(gone_runs).all()
        datasets = connection.execute(select(DATASETS.c.id, DATASETS.c.digest).where(gone)).all()
        needed = set(connection.scalars(select(DATASETS.c.digest).where(~gone)))
    for run_id in runs:
        remote.remove(f"{RUNS_FOLDER}/{run_id}")
    for dataset_id, digest in datasets:
        remote.remove(f"{DATASETS_FOLDER}/{dataset_id}")
        if digest not in needed:
            remote.remove(f"{SOURCES}/{digest}")


def sweep_shared(engine: Engine, remote: Remote) -> None:
    """Remove what was broken off more than a day ago, and all versions of an ended run but the one of its record."""
    with engine.connect() as connection:
        ended = select(RUNS.c.id, RUNS.c.manifest_digest, RUNS.c.state)
        version_of = {
            row.id: row.manifest_digest
            for row in connection.execute(ended.where(RUNS.c.state.in_(FINAL)))
            if row.manifest_digest or row.state != RunState.FINISHED
        }
    for kind, parts in ((SOURCES, 1), (DATASETS_FOLDER, 1), (RUNS_FOLDER, 2)):
        for name, found in remote.listing(kind).items():
            run_id, _, version = name.partition("/")
            is_second = kind == RUNS_FOLDER and version_of.get(run_id, version) != version
            is_old = found.changed < time.time() - A_DAY_SECONDS
            # whatever lies higher or deeper was not written here
            if is_old and len(name.split("/")) == parts and (is_second or not found.sealed):
                remote.remove(f"{kind}/{name}")
