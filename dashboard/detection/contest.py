"""Which of several runs of the same data shows most planted anomalies, and whether that can be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from dashboard.detection.bootstrap import LEAST_USERS, Estimate, draw_weights, from_draws


@dataclass(frozen=True)
class Place:
    """What one run shows. share: of what was planted in it. behind: how far that is below the best."""

    caught: int
    planted: int
    share: Estimate
    behind: Estimate

    @property
    def is_behind(self) -> bool:
        """Whether it shows fewer than the best, more so than by chance."""
        return bool(self.behind.low > 0)


@dataclass(frozen=True)
class Contest:
    """Several runs at one alert budget. places: in the order of the runs. best: the position of one."""

    budget: int
    best: int
    places: tuple[Place, ...]

    @classmethod
    def of(cls, planted: Sequence[pd.DataFrame], budget: int, seed: int = 0) -> Self:
        """Return what the runs show within a budget.

        planted: of each run the rows of `SelfTest.found` of its own model, at least one. For the
        intervals the users who carry anomalies are drawn again, in all runs the same ones, so that
        runs in which the same was planted are compared by it; of a single series its time steps.
        """
        drawn = _drawn(planted)
        number = int(max(each.max() for each in drawn)) + 1
        weights = draw_weights(number, seed)
        shown = [(found["rank"] <= budget).to_numpy(int) for found in planted]
        shares = [float(each.mean()) for each in shown]
        with np.errstate(invalid="ignore"):  # where a draw has nobody who carries any
            draws = [
                (weights @ np.bincount(who, each, number))
                / (weights @ np.bincount(who, None, number))
                for who, each in zip(drawn, shown, strict=True)
            ]
        best = int(np.argmax(shares))
        return cls(
            budget=budget,
            best=best,
            places=tuple(
                Place(
                    caught=int(each.sum()),
                    planted=len(each),
                    share=from_draws(share, draw),
                    behind=from_draws(shares[best] - share, draws[best] - draw),
                )
                for each, share, draw in zip(shown, shares, draws, strict=True)
            ),
        )

    @property
    def alike(self) -> list[int]:
        """The positions of runs that cannot be told from the best, that one aside."""
        return [
            place
            for place, one in enumerate(self.places)
            if place != self.best and not one.is_behind
        ]


def _drawn(planted: Sequence[pd.DataFrame]) -> list[np.ndarray]:
    """Return of each planted anomaly the number of what is drawn again with it, the same in all runs."""
    users = np.unique(np.concatenate([found["user_index"] for found in planted]))
    column = "user_index" if len(users) >= LEAST_USERS else "time_index"
    known = np.unique(np.concatenate([found[column] for found in planted]))
    return [np.searchsorted(known, found[column]) for found in planted]
