"""What is remembered as normal, and which findings that mutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from dashboard.errors import SettingsError
from dashboard.runs.reviewing import Person

DIRECTIONS = ("up", "down")
WEEK_DAYS = 7
NOBODY = -1  # in place of a mute


@dataclass(frozen=True)
class Normal:
    """What counts as normal: a finding that lies in it as a whole is muted.

    Each part narrows it down, None does not: the user, the weekday (Monday is 0), the time steps
    from start to end (labels, both included; either may be open), and the direction, "up" or "down".
    Raises SettingsError where all of it is open, or where it ends before it begins.
    """

    user: str | None = None
    weekday: int | None = None
    start: str | None = None
    end: str | None = None
    direction: str | None = None

    def __post_init__(self) -> None:
        if self.user is None and self.weekday is None and self.start is None and self.end is None:
            raise SettingsError(
                "This would mute every finding. Name a user, a weekday or a range of time."
            )
        if self.direction not in (None, *DIRECTIONS):
            raise SettingsError(
                f"A finding goes up or down; received {self.direction!r}. Leave it open for both."
            )
        if self.weekday is not None and not 0 <= self.weekday < WEEK_DAYS:
            raise SettingsError(
                f"A weekday is a number from 0, Monday, to 6; received {self.weekday}."
            )

    def covers(self, times: pd.Index) -> np.ndarray:
        """Return which time steps lie in it, (times,) bool; none where their kind is another."""
        dated = isinstance(times, pd.DatetimeIndex)
        covered = np.ones(len(times), dtype=bool)
        if self.weekday is not None:
            covered &= times.dayofweek.to_numpy() == self.weekday if dated else False
        for label, is_end in ((self.start, False), (self.end, True)):
            if label is None:
                continue
            edge = _edge(label, dated=dated, is_end=is_end)
            if edge is None:
                return np.zeros(len(times), dtype=bool)
            covered &= (times <= edge) if is_end else (times >= edge)
        return covered


@dataclass(frozen=True)
class Mute:
    """One thing remembered as normal, by whom and since when; `lifted` where it no longer counts."""

    id: str
    normal: Normal
    note: str
    person: Person
    made: datetime
    lifted: datetime | None = None
    lifted_by: str | None = None


def muted_by(findings: pd.DataFrame, mutes: Sequence[Mute], times: pd.Index) -> np.ndarray:
    """Return which of the mutes silences each finding, the first that does; NOBODY where none.

    findings: as `Results.findings` gives them. times: those of the run.
    """
    silencer = np.full(len(findings), NOBODY)
    for place, mute in reversed(list(enumerate(mutes))):
        if mute.lifted is None:
            silencer[_muted(findings, mute.normal, times)] = place
    return silencer


def _muted(findings: pd.DataFrame, normal: Normal, times: pd.Index) -> np.ndarray:
    before = np.concatenate([[0], np.cumsum(normal.covers(times))])
    first, last = findings["first"].to_numpy(), findings["last"].to_numpy()
    muted = before[last + 1] - before[first] == last - first + 1
    if normal.user is not None:
        muted &= (findings["user"] == normal.user).to_numpy()
    if normal.direction is not None:
        muted &= (findings["direction"] == normal.direction).to_numpy()
    return muted


def _edge(label: str, *, dated: bool, is_end: bool) -> pd.Timestamp | int | None:
    """Return a label as a time of the run; a date without a clock ends with its day."""
    try:
        if not dated:
            return int(label)
        stamp = pd.Timestamp(label)
    except ValueError:
        return None
    whole_day = is_end and "T" not in label
    return stamp + pd.Timedelta(hours=23, minutes=59, seconds=59) if whole_day else stamp
