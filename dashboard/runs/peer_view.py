"""A user beside those like it: what they did, and three rulers for each stretch that stands out."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from dashboard.detection.peers import PEERS, central_band, nearest, scaled_to, usual_week
from dashboard.detection.rulers import Rulers, measure
from dashboard.runs.ranked import Ranked
from dashboard.runs.standing import Standing, first_rows

CANDIDATES = 100  # of about the same volume, among which the most alike are looked for

Names = Callable[[Collection[int]], dict[int, str]]


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


def peers_of(
    ranked: Ranked, everyone: Standing, names: Names, place: int, phases: np.ndarray
) -> Peers | None:
    """Find the users most like the one at a place in `everyone`; None where there is no other.

    names: gives users their names, by index. phases: (times,), the place of each step in the week.
    """
    near = _near_in_volume(everyone, place)
    if not len(near):
        return None
    places = everyone.places[np.array([place, *near])]
    actual = ranked.of(places).cube(("actual",))["actual"].astype(np.float64)
    week = usual_week(actual, phases, int(phases.max()) + 1)
    rows = nearest(week[1:], week[0], PEERS) + 1
    level = _level(actual, week)
    low, middle, high = central_band(scaled_to(actual[rows], level[rows], level[0]))
    alike = everyone.user_index[near[rows - 1]].tolist()
    return Peers(
        users=tuple((index, name) for index, name in names(alike).items()),
        low=low,
        middle=middle,
        high=high,
        own=actual[0],
        actual=actual[rows],
        phases=phases,
    )


def _near_in_volume(everyone: Standing, place: int) -> np.ndarray:
    """Return the other users of about the same volume, the nearest first: their places."""
    volume = np.log(everyone.volume + 1)
    apart = np.abs(volume - volume[place])
    apart[place] = -1  # itself, and so the first
    return first_rows(apart, CANDIDATES + 1, descending=False, then=everyone.user_index)[1:]


def _level(actual: np.ndarray, week: np.ndarray) -> np.ndarray:
    """Return the mean counts a step of each user's usual week, or if that is empty, of all its steps."""
    usual = np.nanmean(week, axis=2)
    return np.where(usual > 0, usual, np.nanmean(actual, axis=1))
