"""What came to a watched place, what was made of it, and who has been told: nothing is taken or told twice."""

import hashlib
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Engine, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from dashboard.runs.schema import ARRIVALS, NOTICES, SIGHTINGS

FIRST_WAIT_SECONDS = 30.0
LONGEST_WAIT_SECONDS = 6 * 3_600.0


@dataclass(frozen=True)
class Arrival:
    """One file. run_id: the run that scores it; problem: why there is none."""

    sequence: int
    name: str
    run_id: str | None
    problem: str | None


@dataclass(frozen=True)
class Notice:
    """What is to be told of an arrival to a target, which is known by its place among the targets."""

    arrival: Arrival
    target: str
    attempts: int


class Arrivals:
    """The arrivals of one watch. watch: the id of the run whose model judges them."""

    def __init__(self, engine: Engine, watch: str) -> None:
        self._engine = engine
        self._watch = watch

    def known(self, digest: str) -> bool:
        """Whether a file of that content has come before."""
        query = select(ARRIVALS.c.sequence).where(
            ARRIVALS.c.watch == self._watch, ARRIVALS.c.digest == digest
        )
        with self._engine.connect() as connection:
            return connection.scalar(query) is not None

    def seen(self) -> set[str]:
        """Return the marks of all files that have been seen to, whatever came of them."""
        query = select(SIGHTINGS.c.mark).where(SIGHTINGS.c.watch == self._watch)
        with self._engine.connect() as connection:
            return set(connection.scalars(query))

    def see(self, mark: str) -> None:
        """Remember that a file has been seen to, so that it is not fetched again to know that."""
        with suppress(IntegrityError), self._engine.begin() as connection:
            connection.execute(insert(SIGHTINGS).values(watch=self._watch, mark=mark))

    def note(self, name: str, digest: str, run_id: str | None, problem: str | None) -> bool:
        """Remember a file; False where another process has just taken the same one."""
        row = {"name": name, "digest": digest, "run_id": run_id, "problem": problem}
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    insert(ARRIVALS).values(watch=self._watch, created=time.time(), **row)
                )
        except IntegrityError:
            return False
        return True

    def open(self) -> list[Arrival]:
        """Return those of which it has not been decided yet what is told, oldest first."""
        return self._list(ARRIVALS.c.decided.is_(None))

    def scored(self) -> list[Arrival]:
        """Return those with a run, oldest first."""
        return self._list(ARRIVALS.c.run_id.is_not(None))

    def decide(self, arrival: Arrival, targets: Sequence[str]) -> None:
        """Owe these targets a notice, or nobody; decided once."""
        decided = (
            update(ARRIVALS)
            .where(ARRIVALS.c.sequence == arrival.sequence, ARRIVALS.c.decided.is_(None))
            .values(decided=time.time())
        )
        with self._engine.begin() as connection:
            if connection.execute(decided).rowcount and targets:
                connection.execute(
                    insert(NOTICES),
                    [
                        {"arrival": arrival.sequence, "target": digest_of(each), "due": time.time()}
                        for each in targets
                    ],
                )

    def due(self, targets: Sequence[str], *, ahead_seconds: float = 0.0) -> list[Notice]:
        """Return what is to be told now to one of these targets, oldest first."""
        by_digest = {digest_of(each): each for each in targets}
        query = (
            select(NOTICES, ARRIVALS)
            .join(ARRIVALS, ARRIVALS.c.sequence == NOTICES.c.arrival)
            .where(ARRIVALS.c.watch == self._watch, NOTICES.c.sent.is_(None))
            .where(NOTICES.c.due <= time.time() + ahead_seconds)
            .where(NOTICES.c.target.in_(by_digest))
            .order_by(ARRIVALS.c.sequence)
        )
        with self._engine.connect() as connection:
            return [
                Notice(_arrival(row), by_digest[row.target], row.attempts)
                for row in connection.execute(query)
            ]

    def told(self, notice: Notice) -> None:
        """Remember that the target has been told."""
        self._change(notice, sent=time.time(), attempts=notice.attempts + 1)

    def failed(self, notice: Notice) -> float:
        """Remember that the target could not be told; returns the seconds until it is tried again."""
        wait = min(FIRST_WAIT_SECONDS * 2**notice.attempts, LONGEST_WAIT_SECONDS)
        self._change(notice, due=time.time() + wait, attempts=notice.attempts + 1)
        return wait

    def _change(self, notice: Notice, **values: object) -> None:
        which = (NOTICES.c.arrival == notice.arrival.sequence) & (
            NOTICES.c.target == digest_of(notice.target)
        )
        with self._engine.begin() as connection:
            connection.execute(update(NOTICES).where(which).values(**values))

    def _list(self, condition: object) -> list[Arrival]:
        query = select(ARRIVALS).where(ARRIVALS.c.watch == self._watch, condition)
        with self._engine.connect() as connection:
            return [
                _arrival(row) for row in connection.execute(query.order_by(ARRIVALS.c.sequence))
            ]


def digest_of(target: str) -> str:
    """Return what a target is known by: its address may hold a secret, and is not kept."""
    return hashlib.sha256(target.encode()).hexdigest()


def _arrival(row: Row) -> Arrival:
    return Arrival(row.sequence, row.name, row.run_id, row.problem)
