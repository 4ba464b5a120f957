"""Whose turn it is: owners take turns, so that nobody waits behind all the runs of another."""

from sqlalchemy import Select, Subquery, func, select

from dashboard.runs.records import RunState
from dashboard.runs.schema import RUNS


def turns() -> Subquery:
    """Return the waiting runs with their `place`, 1 for the next to start.

    First come the oldest waiting runs of all owners, whoever was served longest ago before the
    others; then everybody's second, and so on.
    """
    served = (
        select(RUNS.c.owner, func.max(RUNS.c.started).label("last"))
        .group_by(RUNS.c.owner)
        .subquery()
    )
    waiting = (
        select(
            RUNS.c.id,
            RUNS.c.sequence,
            func.row_number()
            .over(partition_by=RUNS.c.owner, order_by=RUNS.c.sequence)
            .label("round"),
            func.coalesce(served.c.last, 0).label("last"),
        )
        .join(served, served.c.owner.is_not_distinct_from(RUNS.c.owner))
        .where(RUNS.c.state == RunState.QUEUED)
        .subquery()
    )
    place = func.row_number().over(order_by=(waiting.c.round, waiting.c.last, waiting.c.sequence))
    return select(waiting.c.id, place.label("place")).subquery()


def next_turn() -> Select[tuple[str]]:
    """Return the query for the run that starts next.

    In a Postgres the row is locked, and rows that another worker is taking in this moment are passed
    over; SQLite lets one write at a time.
    """
    waiting = turns()
    return (
        select(RUNS.c.id)
        .join(waiting, waiting.c.id == RUNS.c.id)
        .where(RUNS.c.state == RunState.QUEUED)
        .order_by(waiting.c.place)
        .limit(1)
        .with_for_update(of=RUNS, skip_locked=True)
    )
