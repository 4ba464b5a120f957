"""A user beside those like it: what they did, and three rulers for each stretch that stands out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.detection.peers import PEERS, central_band, nearest, scaled_to, usual_week
from dashboard.detection.rulers import Rulers, measure
from dashboard.runs.ranked import Ranked

CANDIDATES = 100  # of about the same volume, among which the most alike are looked for

NEAR_IN_VOLUME = """
SELECT user_index, "user", rank - 1 AS place FROM users
WHERE rank IS NOT NULL AND user_index <> $user
    AND (SELECT rank IS NOT NULL FROM users WHERE user_index = $user)
ORDER BY abs(ln(volume + 1) - (SELECT ln(volume + 1) FROM users WHERE user_index = $user)),
    user_index
LIMIT $most
"""

PLACE = "SELECT rank - 1 AS place FROM users WHERE user_index = $user"

Ask = Callable[..., pd.DataFrame]


@dataclass(frozen=True)
class Peers:
    """The users most like one user, in level and in the course of the week.

    users: their indices and names, the most alike first. low, middle, high: (times, features), the
    ends of the central 80% of what they did and its median, as if each had this user's level.
    own: (times, features), actual: (peers, times, features); counts, NaN where not observed.
    phases: (times,), the place of each step in the week.
    """

    users: tuple[tuple[int, str], ...]
    low: np.ndarray
    middle: np.ndarray
    high: np.ndarray
    own: np.ndarray
    actual: np.ndarray
    phases: np.ndarray

    def rulers(self, stretch: tuple[int, int], feature: int, everybody: np.ndarray) -> Rulers:
        """Measure one feature over a stretch of time steps, both ends included.

        everybody: (times, features), the totals of all users; the user's own part is left out.
        """
        others = everybody[:, feature] - np.nan_to_num(self.own[:, feature])
        return measure(
            self.own[:, feature],
            self.actual[:, :, feature],
            others,
            self.phases,
            stretch,
        )


def peers_of(ask: Ask, ranked: Ranked, user_index: int, phases: np.ndarray) -> Peers | None:
    """Find the users most like one; None where there is no other scored user.

    phases: (times,), the place of each step in the week. Of a user that was not scored nothing is
    known to compare with: None too.
    """
    near = ask(NEAR_IN_VOLUME, user=user_index, most=CANDIDATES)
    if near.empty:
        return None
    places = [int(ask(PLACE, user=user_index)["place"].iloc[0]), *near["place"].tolist()]
    actual = ranked.of(np.array(places)).cube()["actual"].astype(np.float64)
    week = usual_week(actual, phases, int(phases.max()) + 1)
    rows = nearest(week[1:], week[0], PEERS) + 1
    level = _level(actual, week)
    low, middle, high = central_band(scaled_to(actual[rows], level[rows], level[0]))
    return Peers(
        users=tuple(
            (int(near["user_index"].iloc[row - 1]), str(near["user"].iloc[row - 1])) for row in rows
        ),
        low=low,
        middle=middle,
        high=high,
        own=actual[0],
        actual=actual[rows],
        phases=phases,
    )


def _level(actual: np.ndarray, week: np.ndarray) -> np.ndarray:
    """Return the mean counts a step of each user's usual week, or if that is empty, of all its steps."""
    usual = np.nanmean(week, axis=2)
    return np.where(usual > 0, usual, np.nanmean(actual, axis=1))
