"""p-values: how often normal data scores at least this high.

A conformal rank: with n reference scores, p = (1 + number of them at least as high) / (n + 1)
(Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005, section 2). The reference
may hold anomalies itself, and they gather at its top: beyond the highest fiftieth the tail is
therefore continued as an exponential one, as it falls from the upper quarter to there.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict

MOST_KEPT = 20_000
TAIL_SHARE = 0.02  # of the scores, the highest, which only say where the tail begins
LEAST_IN_TAIL = 10
LEAST_FOR_TAIL = 100
UPPER = 0.75  # the quantile from which the fall of the tail is measured
LEAST_SCALE = 0.1
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
        if tail := self._tail:
            beyond = tail.share * np.exp(-(scores - tail.start) / tail.scale)
            p_values = np.where(scores > tail.start, np.minimum(beyond, tail.share), p_values)
        return np.where(np.isfinite(scores), p_values, np.nan).astype(np.float32)

    def level_at(self, rate: float) -> float:
        """Return the lowest score whose p-value is at most `rate`; infinite without a reference."""
        if not self.scores:
            return float("inf")
        tail = self._tail
        if tail and rate < tail.share:
            return tail.start + tail.scale * float(np.log(tail.share / rate))
        allowed = int(rate * (len(self.scores) + 1) + 1e-9) - 1
        at = max(len(self.scores) - 1 - max(allowed, 0), 0)
        return float(np.nextafter(np.float32(self.scores[at]), np.float32(np.inf)))

    @property
    def _tail(self) -> "_Tail | None":
        """The tail beyond the highest scores; None where the reference is too small for one."""
        if len(self.scores) < LEAST_FOR_TAIL:
            return None
        upper = self.scores[int(UPPER * len(self.scores))]
        number = max(LEAST_IN_TAIL, round(TAIL_SHARE * len(self.scores)))
        start = self.scores[-number]
        share = (number + 1) / (len(self.scores) + 1)
        fall = float(np.log((1 - UPPER) / share))
        return _Tail(start, share, max((start - upper) / fall, LEAST_SCALE))


@dataclass(frozen=True)
class _Tail:
    """Beyond `start`, reached by `share` of the scores, p falls by a factor of e each `scale`."""

    start: float
    share: float
    scale: float


class Calibration(BaseModel):
    """The references of cells, users and days."""

    model_config = ConfigDict(frozen=True)

    cells: Reference
    users: Reference
    days: Reference
