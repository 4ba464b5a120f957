"""Users who deviate alike: groups that share one pattern, so that a shared cause shows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import pdtrc

NOTABLE = 2.5  # deviations below which a cell says nothing of a pattern
MOST = 3.0  # times as many beyond which it says no more, so that one giant does not decide
MOST_APART = 0.5  # cosine distance within a group, on average
LEAST_MEMBERS = 3
CHANCE = 0.01  # of naming any group that chance has brought together


@dataclass(frozen=True)
class Group:
    """Users who deviate alike.

    rows: (members,) int, rows of what was given, in their order. first, last: the time steps of
    what they share most, both included. above: whether their counts are above expected there.
    """

    rows: np.ndarray
    first: int
    last: int
    above: bool


def group_alike(deviation: np.ndarray, notable_from: float = NOTABLE) -> tuple[Group, ...]:
    """Return the groups of users who deviate alike, the largest first; most users are in none.

    deviation: (users, times) signed surprise, NaN where not scored; a cell is notable from
    `notable_from` on, either way. Average linkage on cosine distances of what is notable. A group needs three members, and more than so many users by
    chance have at one time step in one direction.
    """
    from scipy.cluster.hierarchy import fcluster  # noqa: PLC0415 - slow to load, and seldom asked for

    notable = _notable(deviation, notable_from)
    loud = np.flatnonzero(notable.any(axis=1))
    if len(loud) < LEAST_MEMBERS:
        return ()
    labels = fcluster(_tree(notable[loud]), MOST_APART, "distance")
    found = [_group(notable, loud[labels == label]) for label in np.unique(labels)]
    kept = [group for group in found if _is_shared(group, notable)]
    return tuple(sorted(kept, key=lambda group: (-len(group.rows), group.rows[0])))


def order_alike(
    deviation: np.ndarray, groups: Sequence[Group], notable_from: float = NOTABLE
) -> np.ndarray:
    """Return all rows, (users,) int: group by group, then the others beside those most like them.

    deviation: as in `group_alike`. Who deviates nowhere comes last.
    """
    from scipy.cluster.hierarchy import leaves_list  # noqa: PLC0415 - as in `group_alike`

    notable = _notable(deviation, notable_from)
    grouped = np.array([row for group in groups for row in group.rows], dtype=np.int64)
    rest = np.setdiff1d(np.arange(len(notable)), grouped)
    loud = notable[rest].any(axis=1)
    others = rest[loud]
    if len(others) > 1:
        others = others[leaves_list(_tree(notable[others]))]
    return np.concatenate([grouped, others, rest[~loud]])


def _tree(notable: np.ndarray) -> np.ndarray:
    """Return how users join, by the cosine of their patterns, as SciPy writes a linkage."""
    from scipy.cluster.hierarchy import linkage  # noqa: PLC0415 - as in `group_alike`
    from scipy.spatial.distance import pdist  # noqa: PLC0415

    return linkage(np.maximum(pdist(notable, "cosine"), 0), "average")


def _notable(deviation: np.ndarray, notable_from: float) -> np.ndarray:
    """Return deviations drawn towards zero by what is ordinary, and bounded."""
    size = np.nan_to_num(np.abs(deviation)) - notable_from
    return np.sign(np.nan_to_num(deviation)) * np.clip(size, 0, MOST * notable_from)


def _group(notable: np.ndarray, rows: np.ndarray) -> Group:
    """Describe a group by the stretch around the step that its members share most."""
    together = notable[rows].mean(axis=0)
    peak = int(np.abs(together).argmax())
    sign = np.sign(together[peak])
    strong = together * sign >= abs(together[peak]) / 2
    first = last = peak
    while first > 0 and strong[first - 1]:
        first -= 1
    while last + 1 < len(strong) and strong[last + 1]:
        last += 1
    return Group(rows, first, last, above=bool(sign > 0))


def _is_shared(group: Group, notable: np.ndarray) -> bool:
    """Whether more users than chance brings to one step deviate where this group does."""
    if len(group.rows) < LEAST_MEMBERS:
        return False
    times = notable.shape[1]
    sign = 1 if group.above else -1
    number = (notable * sign > 0).sum(axis=0)  # (times,)
    elsewhere = np.delete(number, slice(group.first, group.last + 1))
    usual = max(float(elsewhere.mean()) if len(elsewhere) else 0.0, 1 / times)
    return bool(pdtrc(len(group.rows) - 1, usual) < CHANCE / (2 * times))
