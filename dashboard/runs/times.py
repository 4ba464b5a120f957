"""Moments: seconds since 1970 in the records, times with zone everywhere else."""

from datetime import UTC, datetime
from typing import overload

A_DAY_SECONDS = 86_400


@overload
def moment(seconds: float) -> datetime: ...
@overload
def moment(seconds: None) -> None: ...
def moment(seconds: float | None) -> datetime | None:
    """Return the moment in UTC; None stays None."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
