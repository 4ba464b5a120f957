"""The groups of a view's users who deviate alike, by the users' indices."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dashboard.detection.alike import NOTABLE, Group, group_alike, order_alike
from dashboard.runs.views import View

Rows = Literal["ranked", "alike", "volume"]


@dataclass(frozen=True)
class Cluster:
    """Users who deviate alike. first, last: places of time steps in the view's grid, both included.

    users: their indices, in the order of the view. above: whether they are above expected there.
    """

    users: tuple[int, ...]
    first: int
    last: int
    above: bool


def clusters_of(view: View) -> tuple[Cluster, ...]:
    """Return the clusters among the shown users, the largest first."""
    index = view.grid.user_index
    return tuple(
        Cluster(tuple(int(user) for user in index[one.rows]), one.first, one.last, one.above)
        for one in group_alike(view.grid.deviation, _notable_from(view))
    )


def _notable_from(view: View) -> float:
    """Return half the threshold: where scores run high, much is ordinary that elsewhere is not."""
    return max(NOTABLE, view.level / 2) if np.isfinite(view.level) else NOTABLE


def rows_in_order(view: View, rows: Rows, clusters: tuple[Cluster, ...] = ()) -> np.ndarray:
    """Return the rows of the view's grid in the order in which they are to be drawn.

    As ranked: as they came. Alike: cluster by cluster, then the others. By volume: the most first.
    """
    if rows == "volume":
        return np.argsort(-view.users["volume"].to_numpy(), kind="stable")
    if rows == "alike":
        place = {int(user): row for row, user in enumerate(view.grid.user_index)}
        found = [
            Group(np.array([place[user] for user in one.users]), one.first, one.last, one.above)
            for one in clusters
        ]
        return order_alike(view.grid.deviation, found, _notable_from(view))
    return np.arange(len(view.users))
