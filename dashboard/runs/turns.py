"""Whose turn it is: owners take turns, so that nobody waits behind all the runs of another."""

from sqlalchemy import Subquery, func, select

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
