"""Users like this one: the same level, the same week. What they did tells whether a cause is shared."""

import numpy as np

from dashboard.detection.counts.anscombe import anscombe

PEERS = 10
CENTRAL = (0.1, 0.5, 0.9)


def nearest(profiles: np.ndarray, own: np.ndarray, most: int = PEERS) -> np.ndarray:
    """Return the rows of the profiles most like `own`, the most alike first.

    profiles: (users, features, phases), what each user usually does at each place in the week;
    own: (features, phases). Compared where chance moves all counts alike; NaN compares with nothing.
    """
    apart = np.square(anscombe(profiles) - anscombe(own))
    known = np.isfinite(apart)
    number = known.sum(axis=(1, 2))
    total = np.where(known, apart, 0).sum(axis=(1, 2))
    distance = np.divide(total, number, out=np.full(len(total), np.inf), where=number > 0)
    order = np.argsort(distance, kind="stable")
    return order[np.isfinite(distance[order])][:most]


def usual_week(actual: np.ndarray, phases: np.ndarray, number: int) -> np.ndarray:
    """Return each user's median at each place in the week, (users, features, number).

    actual: (users, times, features), NaN where not scored. phases: (times,) from 0 to number - 1.
    NaN where a user was never scored there.
    """
    made = np.full((len(actual), actual.shape[2], number), np.nan)
    for phase in np.unique(phases):
        made[:, :, phase] = median_of_known(actual[:, phases == phase])
    return made


def scaled_to(actual: np.ndarray, level: np.ndarray, own_level: np.ndarray) -> np.ndarray:
    """Return what the peers did as if each had this user's level, (peers, times, features).

    level: (peers, features), own_level: (features,): mean counts a step. A peer without any counts
    stays as it is.
    """
    ratio = np.divide(own_level, level, out=np.ones_like(level), where=level > 0)
    return actual * ratio[:, None, :]


def central_band(scaled: np.ndarray) -> np.ndarray:
    """Return the ends of the central 80% of the peers and their median: (3, times, features).

    In the order low, median, high; NaN where no peer was scored. scaled: (peers, times, features).
    """
    ordered = np.sort(scaled, axis=0)  # NaN comes last
    last = np.maximum(np.isfinite(scaled).sum(axis=0) - 1, 0)
    made = np.empty((len(CENTRAL), *last.shape))
    for row, share in zip(made, CENTRAL, strict=True):
        place = share * last
        below = np.floor(place).astype(np.int64)
        low, high = (
            np.take_along_axis(ordered, at[None], axis=0)[0]
            for at in (below, np.minimum(below + 1, last))
        )
        row[:] = low + (high - low) * (place - below)
    return made


def median_of_known(actual: np.ndarray) -> np.ndarray:
    """Return the median over time, (users, times, ...) -> (users, ...); NaN where nothing is known."""
    ordered = np.sort(actual, axis=1)  # NaN comes last
    number = np.isfinite(actual).sum(axis=1, keepdims=True)
    middle = [
        np.take_along_axis(ordered, np.maximum(place, 0), axis=1)
        for place in ((number - 1) // 2, number // 2)
    ]
    some = number > 0
    return np.where(some, (middle[0] + np.where(some, middle[1], 0)) / 2, np.nan)[:, 0]
