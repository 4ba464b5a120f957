"""What can be asked of a finished run, and what comes back."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

Sort = Literal["score", "error", "volume", "name", "anomalous"]


@dataclass(frozen=True)
class Query:
    """One question to a run; the defaults show the strangest users first.

    level: the score from which a cell is an anomaly; None: that of the run's own threshold.
    search: part of a user's name, in any case.
    top: the most users shown.
    feature: judge by this feature alone; None: by all of them.
    time: keep only users with an anomaly in that time step, as `Results.label` writes it.
    span: judge by the time steps from the first to the last alone, both included, so written.
    users: of these alone, by their index: a group. ranks: of the users from one rank to another,
        both included. Days, histogram and counts are then theirs.
    """

    level: float | None = None
    search: str = ""
    sort: Sort = "score"
    descending: bool = True
    top: int = 50
    feature: str | None = None
    time: str | None = None
    only_anomalous: bool = False
    span: tuple[str, str] | None = None
    users: tuple[int, ...] | None = None
    ranks: tuple[int, int] | None = None


@dataclass(frozen=True)
class Grid:
    """The shown users' cells, (users, times), in the order of `View.users`.

    With several features a cell is that of the feature with the highest score.
    NaN where not scored; `actual` is NaN only where not observed.
    """

    users: tuple[str, ...]
    user_index: np.ndarray  # (users,) int
    times: pd.Index
    score: np.ndarray  # float32
    actual: np.ndarray  # float32
    expected: np.ndarray  # float32
    anomaly: np.ndarray  # bool
    feature: np.ndarray  # int, an index into the run's features; -1 where not observed

    @property
    def deviation(self) -> np.ndarray:
        """The score, below zero where fewer were counted than expected."""
        return np.where(self.actual < self.expected, -self.score, self.score)

    def rows(self, order: np.ndarray) -> "Grid":
        """Return the users of these rows, in this order."""
        figures = {name: getattr(self, name)[order] for name in _BY_USER}
        return replace(self, users=tuple(self.users[row] for row in order), **figures)


_BY_USER = ("user_index", "score", "actual", "expected", "anomaly", "feature")


@dataclass(frozen=True)
class Histogram:
    """Scores of all scored cells: `counts[i]` lie in [edges[i], edges[i + 1]), the last closed."""

    edges: np.ndarray  # (bins + 1,)
    counts: np.ndarray  # (bins,)


@dataclass(frozen=True)
class Counts:
    """How many there are. `matched_users` passed search and filters, before `top` cut them."""

    matched_users: int
    scored_users: int
    unscored_users: int
    anomalous_users: int
    anomalous_cells: int
    scored_cells: int


@dataclass(frozen=True)
class View:
    """One result that feeds every chart and table of a page, so that all of them agree.

    users: rank, user_index, user, error, score, p_value, anomalous_times, volume; the shown users.
    days: time, error, score, p_value, anomalous_users, actual, expected; all time steps, over all
        scored users, or those that the query is about. score and p_value, how far a time step moved
        everyone, are over all scored users whatever is asked.
    grid: of all time steps, or those of the span.
    """

    query: Query
    level: float
    users: pd.DataFrame
    days: pd.DataFrame
    grid: Grid
    histogram: Histogram
    counts: Counts


@dataclass(frozen=True)
class UserView:
    """One user's story.

    series: time, feature, actual, expected, low, high, error, score, p_value, anomaly, observed;
        one row for each time step and feature, feature by feature, figures NaN where there is none.
        low and high are the ends of the central 95% of what was expected; NaN throughout in older runs.
    rank: 1 is the strangest of all scored users; None where the user was not scored.
    """

    user: str
    user_index: int
    level: float
    rank: int | None
    error: float
    score: float
    p_value: float
    anomalous_times: int
    volume: float
    series: pd.DataFrame
