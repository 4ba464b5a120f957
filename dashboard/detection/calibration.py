"""p-values: how often normal data scores at least this high.

A conformal rank: with n reference scores, p = (1 + number of them at least as high) / (n + 1)
(Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005, section 2).
It is valid as far as the reference is normal data; anomalies in it make p-values larger, never smaller.
"""

from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict

MOST_KEPT = 20_000
ENOUGH_CELLS = 5_000  # held-out cells from which they alone are the reference


class Reference(BaseModel):
    """Scores of the data taken as normal, increasing; thinned evenly where there are very many."""

    model_config = ConfigDict(frozen=True)

    scores: tuple[float, ...]

    @classmethod
    def of(cls, scores: np.ndarray) -> Self:
        """Keep the finite scores, at most 20,000 of them."""
        ordered = np.sort(scores[np.isfinite(scores)])
        if len(ordered) > MOST_KEPT:
            ordered = ordered[np.linspace(0, len(ordered) - 1, MOST_KEPT).round().astype(int)]
        return cls(scores=tuple(ordered.tolist()))

    def p_values(self, scores: np.ndarray) -> np.ndarray:
        """Return p-values of the same shape, float32, NaN where the score is."""
        ordered = np.asarray(self.scores)
        as_high = len(ordered) - np.searchsorted(ordered, scores, side="left")
        p_values = (1 + as_high) / (len(ordered) + 1)
        return np.where(np.isfinite(scores), p_values, np.nan).astype(np.float32)

    def level_at(self, rate: float) -> float:
        """Return the lowest score whose p-value is at most `rate`.

        Where even the highest reference score is not rare enough, a score just above it.
        """
        if not self.scores:
            return float("inf")
        allowed = int(rate * (len(self.scores) + 1) + 1e-9) - 1
        at = max(len(self.scores) - 1 - max(allowed, 0), 0)
        return float(np.nextafter(np.float32(self.scores[at]), np.float32(np.inf)))


class Calibration(BaseModel):
    """The references of cells, users and days."""

    model_config = ConfigDict(frozen=True)

    cells: Reference
    users: Reference
    days: Reference
