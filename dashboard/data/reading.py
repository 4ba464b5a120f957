"""How a file is to be read: every choice a person can correct."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.data.panel import Frequency


class Layout(StrEnum):
    """The shape of the table in the file."""

    LONG = "long"  # user, time, count[, count ...]
    DAYS_ACROSS = "days-across"  # one row a user, one column a time step
    DAYS_DOWN = "days-down"  # one row a time step, one column a user
    EVENTS = "events"  # user, timestamp; one row a click
    SERIES = "series"  # time, count; a single series


class Reading(BaseModel):
    """How to read a file. None means: find out; a resolved reading has no None that matters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layout: Layout | None = None
    user: str | None = None
    time: str | None = None
    counts: tuple[str, ...] | None = None
    encoding: Annotated[str, Field(pattern=r"^[^\x00]*$")] | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    day_first: bool | None = None
    decimal: Literal[".", ","] | None = None
    thousands: Literal["", ".", ",", " ", "'"] | None = None
    time_zone: str | None = None
    missing: Literal["zero", "unknown"] = "zero"
    frequency: Frequency | None = None
    aggregation: Literal["sum", "mean", "max"] = "sum"
    sheet: str | None = None
