"""How much of an installation one owner may take up, so that enough is left for the others."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from dashboard.errors import StoreError
from dashboard.runs.places import Places
from dashboard.runs.records import RunState
from dashboard.runs.schema import DATASETS, RUNS

GIGABYTE = 1_000_000_000
LOCK = 1  # among the advisory locks of two numbers of a Postgres; the second is the owner's


@dataclass(frozen=True)
class Allowance:
    """What one owner may have; what nobody owns, a program put there, and it is not counted."""

    waiting_runs: int
    gigabytes: float

    def check_queue(self, connection: Connection, owner: str | None, put: int = 1) -> None:
        """Raise StoreError where more runs of the owner wait than may, with so many just put there.

        To be asked in the transaction that puts them there: SQLite lets one write at a time, and a
        Postgres one for each owner from here on.
        """
        if owner is None:
            return
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(LOCK, func.hashtext(owner))))
        waiting = select(func.count()).where(RUNS.c.owner == owner, RUNS.c.state == RunState.QUEUED)
        before = connection.scalar(waiting) - put
        if before + put > self.waiting_runs:
            wanted = "this one" if put == 1 else f"these {put:,}"
            raise StoreError(
                f"You have {before:,} runs waiting, and {self.waiting_runs:,} may wait for one person. "
                f"Cancel one on Runs, or start {wanted} when some have ended."
            )

    def check_room(self, engine: Engine, places: Places, owner: str | None) -> None:
        """Raise StoreError where what the owner keeps has reached the size allowed."""
        if owner is None:
            return
        kept = sum(places.bytes_of(path) for path in _paths(engine, places, owner))
        if kept >= self.gigabytes * GIGABYTE:
            raise StoreError(
                f"What you keep here takes {kept / GIGABYTE:,.1f} GB, and {self.gigabytes:,.4g} GB are allowed "
                "for one person. Delete runs or datasets; their room is free again 30 days later."
            )


def _paths(engine: Engine, places: Places, owner: str) -> Iterable[Path]:
    """Every file and folder of an owner, each once."""
    datasets = select(DATASETS.c.id, DATASETS.c.digest).where(DATASETS.c.owner == owner)
    with engine.connect() as connection:
        rows = connection.execute(datasets).all()
        finished = (RUNS.c.owner == owner) & (RUNS.c.state == RunState.FINISHED)
        runs = connection.scalars(select(RUNS.c.id).where(finished)).all()
    yield from {places.sources / row.digest for row in rows}
    yield from (places.datasets / row.id for row in rows)
    yield from (places.runs / run_id for run_id in runs)
