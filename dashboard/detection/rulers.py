"""Three rulers for one stretch of a user: its own past, users like it, and everybody."""

from dataclasses import dataclass

import numpy as np

from dashboard.detection.peers import median_of_known

SOFT = 0.5  # counts added on both sides, so that nothing against nothing is as usual
CLEAR = float(np.log(1.25))  # from here on a change is more than the usual wavering
ENOUGH = float(np.log(3))  # a fall to nothing asks no more of the peers than this


@dataclass(frozen=True)
class Rulers:
    """What was counted over a stretch, as a share of what is usual there: 1 is as usual.

    own: of the user. peers: the median over users like it; NaN where there is none.
    everybody: of all users together.
    """

    own: float
    peers: float
    everybody: float

    @property
    def odd_by_own(self) -> bool:
        """Whether the amount itself is unusual for this user."""
        return abs(np.log(self.own)) >= CLEAR

    def with_it(self, share: float) -> int:
        """Return whether others moved as this user did: 1; the other way: -1; or carried on: 0."""
        if not np.isfinite(share):
            return 0
        own, other = np.log(self.own), np.log(share)
        if own * other > 0 and abs(other) >= max(min(abs(own), ENOUGH) / 2, CLEAR / 2):
            return 1
        return -1 if own * other < 0 and abs(other) >= CLEAR else 0


def measure(
    own: np.ndarray,
    peers: np.ndarray,
    everybody: np.ndarray,
    phases: np.ndarray,
    stretch: tuple[int, int],
) -> Rulers:
    """Measure the steps from stretch[0] to stretch[1], both included.

    own, everybody: (times,) counts; peers: (users, times). NaN where not scored. phases: (times,),
    the place of each step in the week.
    """
    shares = share_of_usual(np.vstack([own, everybody, peers]), phases, stretch)
    return Rulers(
        own=float(shares[0]),
        peers=float(median_of_known(shares[None, 2:])[0]),
        everybody=float(shares[1]),
    )


def share_of_usual(actual: np.ndarray, phases: np.ndarray, stretch: tuple[int, int]) -> np.ndarray:
    """Return each user's counts over a stretch as a share of the usual ones there, (users,).

    Usual is the median of the user's other steps at the same place in the week, or where there are
    none, of all its other steps. NaN where nothing was scored in the stretch, or nothing outside.
    """
    inside = np.arange(actual.shape[1])
    inside = (inside >= stretch[0]) & (inside <= stretch[1])
    outside = np.where(inside, np.nan, actual)
    overall = median_of_known(outside)
    counted = usual = np.zeros(len(actual))
    for phase in np.unique(phases[inside]):
        alike = phases == phase
        middle = median_of_known(outside[:, alike])
        middle = np.where(np.isfinite(middle), middle, overall)
        part = actual[:, inside & alike]
        counted = counted + np.nansum(part, axis=1)
        usual = usual + middle * np.isfinite(part).sum(axis=1)
    known = np.isfinite(actual[:, inside]).any(axis=1) & np.isfinite(usual)
    return np.where(known, (counted + SOFT) / (usual + SOFT), np.nan)
