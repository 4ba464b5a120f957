"""From coded rows to a panel, without grouping them: each row is put where it belongs on the grid."""

import math

import numpy as np
import pandas as pd

from dashboard.data.body import NotPlainError
from dashboard.data.coded import Coded, Rows
from dashboard.data.grid import (
    FEW_DAYS,
    HOURLY_ROWS,
    Built,
    check_size,
    find_times,
    frequency_of,
)
from dashboard.data.limits import LIMITS
from dashboard.data.memory import free_bytes
from dashboard.data.panel import Frequency, Panel
from dashboard.data.reading import Layout, Reading

BYTES_OF_SUMS = 12  # of a cell, exact and as they are kept
MONDAY = 3  # days by which the first of 1970 came after one


def build_dense(
    coded: Coded, moments: np.ndarray, features: tuple[str, ...], layout: Layout, asked: Reading
) -> Built:
    """Build the panel; moments: which one each of the coded times is, datetime64[us] or whole numbers.

    Raises NotPlainError where the grid of users and moments is too large, or where rows of a time step
    are brought together otherwise than by adding them up; ReadError as `build_panel` does.
    """
    users = len(coded.users)
    moments, place = np.unique(moments, return_inverse=True)
    if not users or users * len(moments) > LIMITS.cells:
        raise NotPlainError
    met = _grid_of_bits(coded, place, len(moments))
    kept = met.any(axis=0)  # others have rows without a count alone
    if not kept.all():
        met, moments, place = met[:, kept], moments[kept], (np.cumsum(kept) - 1)[place]
    frequency = asked.frequency or _find_frequency(moments, met, layout)
    steps = _cut(moments, frequency)
    begins = np.flatnonzero(_differs(steps))
    if len(begins) < len(steps) and asked.aggregation != "sum":
        raise NotPlainError
    times = find_times(_as_plain(steps[0]), _as_plain(steps[-1]), frequency)
    check_size(users, len(times), len(features))
    step_of = times.get_indexer(pd.Index(steps))
    observed = _on_steps(met, begins, step_of[begins], len(times))
    rows, different = sum(len(part.users) for part in coded.rows), np.count_nonzero(met)
    summed = np.count_nonzero(observed)
    values = _fill(coded, step_of[place], (users, len(times), len(features)), repeat=rows > summed)
    if asked.missing == "zero":
        np.logical_or.accumulate(observed, axis=1, out=observed)
    return Built(
        Panel(values, observed, coded.users, times, features, frequency),
        duplicates=0 if layout is Layout.EVENTS else rows - different,
        merged=different - summed,
        gaps=len(times) - len(begins),
        totals=_totals(coded, features),
    )


def _grid_of_bits(coded: Coded, place: np.ndarray, moments: int) -> np.ndarray:
    """Which user has a row at which moment: (users, moments) bool."""
    met = np.zeros((len(coded.users), moments), dtype=bool)
    for part in coded.rows:
        met.ravel()[_cells(part, place, moments)] = True
    return met


def _cells(part: Rows, place: np.ndarray, width: int) -> np.ndarray:
    """Where on a flat grid of that width each row belongs; place: the column of each time."""
    return part.users * np.int64(width) + place[part.times]


def _differs(ordered: np.ndarray) -> np.ndarray:
    """Which are not the same as the one before."""
    return np.append(True, ordered[1:] != ordered[:-1])


def _find_frequency(moments: np.ndarray, met: np.ndarray, layout: Layout) -> Frequency:
    if not _are_dates(moments):
        return Frequency.DAY
    days = moments.astype("datetime64[D]")
    if layout is Layout.EVENTS:
        span = int((days[-1] - days[0]).astype(int))
        return Frequency.HOUR if span < FEW_DAYS else Frequency.DAY
    begins = np.flatnonzero(_differs(days))
    if (moments != days).any():
        of_days = np.count_nonzero(np.logical_or.reduceat(met, begins, axis=1))
        if np.count_nonzero(met) > HOURLY_ROWS * of_days:
            return Frequency.HOUR
    return frequency_of(days[begins])


def _are_dates(moments: np.ndarray) -> bool:
    return moments.dtype.kind == "M"


def _cut(moments: np.ndarray, frequency: Frequency) -> np.ndarray:
    """The beginning of the time step of each moment."""
    if not _are_dates(moments):
        return moments
    if frequency is Frequency.HOUR:
        return moments.astype("datetime64[h]").astype(moments.dtype)
    days = moments.astype("datetime64[D]")
    if frequency is Frequency.WEEK:
        days -= (days.astype(int) + MONDAY) % 7
    return days.astype(moments.dtype)


def _as_plain(step: np.generic) -> pd.Timestamp | int:
    return pd.Timestamp(step) if isinstance(step, np.datetime64) else int(step)


def _on_steps(met: np.ndarray, begins: np.ndarray, step_of: np.ndarray, times: int) -> np.ndarray:
    """Bring the moments of a time step together: (users, times) bool."""
    if len(begins) < met.shape[1]:
        met = np.logical_or.reduceat(met, begins, axis=1)
    if len(begins) == times:
        return met
    observed = np.zeros((len(met), times), dtype=bool)
    observed[:, step_of] = met
    return observed


def _fill(
    coded: Coded, step_of: np.ndarray, shape: tuple[int, int, int], *, repeat: bool
) -> np.ndarray:
    """Put the counts on the grid. repeat: whether several rows belong to one cell, and are added up."""
    if repeat and BYTES_OF_SUMS * math.prod(shape) > free_bytes() / 2:
        raise NotPlainError
    values = np.zeros(shape, np.float64 if repeat else np.float32)
    for part in coded.rows:
        cells = _cells(part, step_of, shape[1])
        for number, counts in enumerate(part.counts):
            of_feature = values.reshape(-1, shape[2])[:, number]
            if repeat:
                np.add.at(of_feature, cells, counts.astype(np.float64))
            else:
                of_feature[cells] = counts
    return values.astype(np.float32, copy=False)


def _totals(coded: Coded, features: tuple[str, ...]) -> dict[str, float]:
    sums = sum(part.counts.sum(axis=1, dtype=np.float64) for part in coded.rows)
    return dict(zip(features, map(float, sums), strict=True))
