"""One time step looked at closely: its total against the same weekday before, and who made it odd."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.runs.queries import ANOMALOUS, OF_FEATURE

MOST_LISTED = 10

# The users of one time step, each by its strangest feature; first those above what was expected.
USERS_OF_DAY = f"""
WITH cell AS (
    SELECT user_index, max(score) AS score, arg_max(feature_index, score) AS feature_index,
           arg_max(actual, score) AS actual, arg_max(expected, score) AS expected
    FROM cells WHERE score IS NOT NULL AND time_index = $time AND {OF_FEATURE} GROUP BY user_index
), sided AS (
    SELECT *, actual >= expected AS above, {ANOMALOUS} AS anomaly,
           count(*) FILTER (WHERE {ANOMALOUS}) OVER (PARTITION BY actual >= expected) AS anomalous,
           row_number() OVER (PARTITION BY actual >= expected ORDER BY score DESC, user_index)
               AS place
    FROM cell
)
SELECT user_index, users."user", names.feature, feature_index, sided.score, actual, expected,
       above, anomaly, anomalous
FROM sided JOIN users USING (user_index) JOIN names USING (feature_index)
WHERE place <= $most ORDER BY above DESC, place
"""

TOTALS = f"""
SELECT time_index, sum(actual::DOUBLE) AS actual FROM cells WHERE {OF_FEATURE} GROUP BY time_index
"""

BEFORE = """
SELECT user_index, feature_index, median(actual) AS before
FROM cells WHERE user_index IN ({users}) AND time_index IN ({earlier})
GROUP BY user_index, feature_index
"""

Ask = Callable[..., pd.DataFrame]


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


def day_view(
    ask: Ask,
    times: pd.Index,
    time_index: int,
    *,
    phases: np.ndarray,
    level: float,
    feature: int | None,
    score: float,
) -> DayView:
    """Look at one time step.

    phases: (times,), the place of each step in the week. score: how far the step moved everyone.
    """
    earlier = np.flatnonzero(phases[:time_index] == phases[time_index])
    totals = ask(TOTALS, feature=feature).set_index("time_index")["actual"]
    totals = totals.reindex(range(len(times))).to_numpy()
    users = ask(USERS_OF_DAY, time=time_index, level=level, feature=feature, most=MOST_LISTED)
    users = users.merge(
        _before(ask, users["user_index"], earlier), "left", ["user_index", "feature_index"]
    )
    above = users["above"].to_numpy(dtype=bool)
    up, down = users[above], users[~above]
    return DayView(
        time=times[time_index],
        up=up.reset_index(drop=True),
        down=down.reset_index(drop=True),
        anomalous_up=int(up["anomalous"].max()) if len(up) else 0,
        anomalous_down=int(down["anomalous"].max()) if len(down) else 0,
        total=float(totals[time_index]),
        earlier=pd.DataFrame({"time": times[earlier], "actual": totals[earlier]}).dropna(),
        score=score,
    )


def _before(ask: Ask, users: Sequence[int], earlier: np.ndarray) -> pd.DataFrame:
    return ask(BEFORE.format(users=_listed(users), earlier=_listed(earlier)))


def _listed(indices: Sequence[int]) -> str:
    return ", ".join(str(int(index)) for index in indices) or "-1"
