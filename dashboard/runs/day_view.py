"""One time step looked at closely: its total against the same weekday before, and who made it odd."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.detection.peers import median_of_known
from dashboard.runs.ranked import Ranked
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
    """The scored users of one time step, each by its strangest feature; (users,) each."""

    place: np.ndarray
    feature: np.ndarray
    score: np.ndarray
    actual: np.ndarray
    expected: np.ndarray

    @property
    def above(self) -> np.ndarray:
        return self.actual >= self.expected


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
    anomaly = step.score >= np.float32(level)
    sides = {}
    for above in (True, False):
        rows = np.flatnonzero(step.above == above)
        then = user_index[step.place[rows]]
        rows = rows[first_rows(step.score[rows], MOST_LISTED, descending=True, then=then)]
        place, which = step.place[rows], step.feature[rows]
        index = user_index[place]
        called = names(index)
        sides[above] = pd.DataFrame(
            {
                "user_index": index,
                "user": pd.Series([called[int(one)] for one in index], dtype="str"),
                "feature": pd.Series([features[one] for one in which], dtype="str"),
                "score": step.score[rows],
                "actual": step.actual[rows],
                "expected": step.expected[rows],
                "before": _before(ranked, place, which, earlier),
                "anomaly": anomaly[rows],
            }
        )
    return DayView(
        time=times[time_index],
        up=sides[True],
        down=sides[False],
        anomalous_up=int(np.count_nonzero(anomaly & step.above)),
        anomalous_down=int(np.count_nonzero(anomaly & ~step.above)),
        total=float(total[time_index]) if seen[time_index] else float("nan"),
        earlier=pd.DataFrame(
            {"time": times[earlier], "actual": np.where(seen, total, np.nan)[earlier]}
        ).dropna(),
        score=score,
    )


def _look_at(ranked: Ranked, time_index: int, feature: int | None) -> _Step:
    ((_, block),) = ranked.blocks(time_index, time_index, feature)
    worth = np.where(np.isnan(block["score"]), -np.inf, block["score"])[:, 0]  # (features, users)
    strangest = worth.argmax(axis=0)[None]
    score = np.take_along_axis(worth, strangest, axis=0)[0]
    place = np.flatnonzero(np.isfinite(score))
    actual, expected = (
        np.take_along_axis(block[name][:, 0], strangest, axis=0)[0][place]
        for name in ("actual", "expected")
    )
    which = strangest[0][place] if feature is None else np.full(len(place), feature)
    return _Step(place, which, score[place], actual, expected)


def _before(
    ranked: Ranked, place: np.ndarray, feature: np.ndarray, earlier: np.ndarray
) -> np.ndarray:
    """Return the median of each user's earlier counts, (users,); NaN where there is none."""
    counts = ranked.of(place).cube()["actual"][np.arange(len(place)), :, feature]
    return median_of_known(counts[:, earlier]) if len(earlier) else np.full(len(place), np.nan)
