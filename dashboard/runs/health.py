"""How an installation is doing: whether it can work now, and the figures its operator looks at."""

import shutil
import tempfile
import time
from dataclasses import asdict, dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from dashboard.runs.asking import asking
from dashboard.runs.clock import now
from dashboard.runs.places import Places
from dashboard.runs.records import RunState
from dashboard.runs.schema import DATASETS, RUNS, WORKERS

AT_ONCE_SECONDS = 4.0  # a worker is heard of every second
BYTES_TO_WORK = 200_000_000


@dataclass(frozen=True)
class Readiness:
    """Whether the records can be read, a worker lives, the disk takes files, and shared files answer.

    files: None where no files are shared.
    """

    store: bool
    worker: bool
    disk: bool
    files: bool | None = None

    def answers(self) -> dict[str, bool]:
        """Return what there is an answer to, by name."""
        return {name: fine for name, fine in asdict(self).items() if fine is not None}


NOTHING_READY = Readiness(store=False, worker=False, disk=False)


@dataclass(frozen=True)
class Figures:
    """Runs by state, how long they took and wait, and what there is to work with.

    seconds: sum over finished runs. oldest_seconds: how long the oldest run has waited; 0 for none.
    """

    runs: dict[str, int]
    seconds: float
    oldest_seconds: float
    datasets: int
    workers: int
    free_bytes: int


def readiness(engine: Engine, places: Places) -> Readiness:
    """Look around now; what was true 4 seconds ago is not taken for true."""
    disk = _takes_files(places)
    files = asking(places.cache.remote).answers() if places.cache else None
    try:
        worker = living_workers(engine, AT_ONCE_SECONDS) > 0
    except SQLAlchemyError:
        return Readiness(store=False, worker=False, disk=disk, files=files)
    return Readiness(store=True, worker=worker, disk=disk, files=files)


def figures(engine: Engine, places: Places) -> Figures:
    """Count everything, whoever it belongs to."""
    by_state = select(RUNS.c.state, func.count()).group_by(RUNS.c.state)
    took = select(func.sum(RUNS.c.ended - RUNS.c.started)).where(RUNS.c.state == RunState.FINISHED)
    oldest = select(func.min(RUNS.c.created)).where(RUNS.c.state == RunState.QUEUED)
    with engine.connect() as connection:
        found = dict(connection.execute(by_state).tuples().all())
        seconds = connection.scalar(took) or 0.0
        waiting_since = connection.scalar(oldest)
        datasets = connection.scalar(select(func.count()).select_from(DATASETS))
    return Figures(
        runs={state.value: found.get(state, 0) for state in RunState},
        seconds=seconds,
        oldest_seconds=max(0.0, time.time() - waiting_since) if waiting_since else 0.0,
        datasets=datasets,
        workers=living_workers(engine, AT_ONCE_SECONDS),
        free_bytes=shutil.disk_usage(places.home).free,
    )


def living_workers(engine: Engine, seconds: float) -> int:
    """Return how many workers have been heard of within so many seconds."""
    # a beat from the future is that of a clock that was set
    near = WORKERS.c.heartbeat.between(now() - seconds, now() + seconds)
    lately = select(func.count()).where(near)
    with engine.connect() as connection:
        return connection.scalar(lately.select_from(WORKERS))


def _takes_files(places: Places) -> bool:
    try:
        with tempfile.TemporaryFile(dir=places.work) as file:
            file.write(b"room")
            file.flush()
        return shutil.disk_usage(places.home).free >= BYTES_TO_WORK
    except OSError:
        return False
