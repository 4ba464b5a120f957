"""One time step looked at closely: its total against the same weekday before, and who made it odd."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.detection.peers import median_of_known
from dashboard.runs.ranked import FIGURES, Ranked
from dashboard.runs.standing import first_rows

MOST_LISTED = 10

Names = Callable[[Collection[int]], dict[int, str]]  # of users by their index


@dataclass(frozen=True)
class DayView:
    """One time step.

    up, down: the strangest users above and below what was expected, by score: user_index, user,
        feature, score, actual, expected, before (the median of the user's earlier counts at the
        same place in the week; NaN where there is none), anomaly.
    anomalous_up, anomalous_down: how many users are anomalous on either side.
    total: the counts of all users in it. earlier: time and actual, the same of the earlier steps at
        the same place in the week, in order.
    score: how far it moved everyone.
    """

    time: object
    up: pd.DataFrame
    down: pd.DataFrame
    anomalous_up: int
    anomalous_down: int
    total: float
    earlier: pd.DataFrame
    score: float


@dataclass(frozen=True)
class _Step:
    """One time step, each user by its strangest feature; (users,) each, by their place in `Ranked`.

    score, expected: NaN where not scored. feature: its index.
    """

    score: np.ndarray
    actual: np.ndarray
    expected: np.ndarray
    feature: np.ndarray


def day_view(
    ranked: Ranked,
    user_index: np.ndarray,
    names: Names,
    times: pd.Index,
    time_index: int,
    *,
    totals: np.ndarray,
    phases: np.ndarray,
    features: Sequence[str],
    level: float,
    feature: int | None,
    score: float,
) -> DayView:
    """Look at one time step.

    user_index: of each place in `ranked`. totals: (times, features), what all users did. phases:
    (times,), the place of each step in the week. score: how far the step moved everyone.
    """
    earlier = np.flatnonzero(phases[:time_index] == phases[time_index])
    chosen = slice(None) if feature is None else slice(feature, feature + 1)
    total = np.nansum(totals[:, chosen], axis=1)
    seen = ~np.isnan(totals[:, chosen]).all(axis=1)
    step = _look_at(ranked, time_index, feature)
    sides, anomalous = {}, {}
    for above in (True, False):
        there = step.actual >= step.expected if above else step.actual < step.expected  # if scored
        place = _strangest(step, there, user_index)
        index, which = user_index[place], step.feature[place]
        called = names(index)
        sides[above] = pd.DataFrame(
            {
                "user_index": index,
                "user": pd.Series([called[int(one)] for one in index], dtype="str"),
                "feature": pd.Series([features[one] for one in which], dtype="str"),
                "score": step.score[place],
                "actual": step.actual[place],
                "expected": step.expected[place],
                "before": _before(ranked, place, which, earlier),
                "anomaly": step.score[place] >= np.float32(level),
            }
        )
        anomalous[above] = int(np.count_nonzero(there & (step.score >= np.float32(level))))
    return DayView(
        time=times[time_index],
        up=sides[True],
        down=sides[False],
        anomalous_up=anomalous[True],
        anomalous_down=anomalous[False],
        total=float(total[time_index]) if seen[time_index] else float("nan"),
        earlier=pd.DataFrame(
            {"time": times[earlier], "actual": np.where(seen, total, np.nan)[earlier]}
        ).dropna(),
        score=score,
    )


def _look_at(ranked: Ranked, time_index: int, feature: int | None) -> _Step:
    ((_, block),) = ranked.blocks(time_index, time_index, feature, ("score", "actual", "expected"))
    figures = {name: each[:, 0] for name, each in block.items()}  # (features, users)
    if len(figures["score"]) == 1:
        which = np.broadcast_to(feature or 0, ranked.users)
        return _Step(*(each[0] for each in figures.values()), which)
    worth = np.where(np.isnan(figures["score"]), -np.inf, figures["score"])
    which = worth.argmax(axis=0)
    strangest = (np.take_along_axis(each, which[None], axis=0)[0] for each in figures.values())
    return _Step(*strangest, which)


def _strangest(step: _Step, there: np.ndarray, user_index: np.ndarray) -> np.ndarray:
    """Return the places of the highest scores there, the highest first; of equal ones the first user's."""
    keys = np.where(there, step.score, -np.inf)
    place = first_rows(keys, MOST_LISTED, descending=True, then=user_index)
    return place[there[place]]


def _before(
    ranked: Ranked, place: np.ndarray, feature: np.ndarray, earlier: np.ndarray
) -> np.ndarray:
    """Return the median of each user's earlier counts, (users,); NaN where there is none."""
    if not len(earlier):
        return np.full(len(place), np.nan)
    counts = ranked.cells[FIGURES.index("actual")][feature[:, None], earlier, place[:, None]]
    return median_of_known(counts)
