"""A ranking that is measured many times: sorted once, then each resample is a few running sums.

Items of one score stand together: no order among them is better than another.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True)
class Ranking:
    """Items from the strangest to the least strange.

    order: (items,) positions in the arrays given. owner: (items,) the user of each, in this order.
    positive: (items,) bool, in this order. ends: the last item of each group of equal scores.
    """

    order: np.ndarray
    owner: np.ndarray
    positive: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, scores: np.ndarray, positive: np.ndarray, owner: np.ndarray) -> Self:
        """Rank items, all (items,), with finite scores; higher is stranger."""
        order = np.argsort(-scores, kind="stable")
        ranked = scores[order]
        ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)[: len(ranked)])
        return cls(order, owner[order], positive[order], ends)

    @property
    def group(self) -> np.ndarray:
        """The number of each item's group of equal scores, from 0, in this order."""
        return np.searchsorted(self.ends, np.arange(len(self.order)))

    def curve(self, weights: np.ndarray) -> "Curve":
        """Return what is found down to each group, each item counted as often as its user weighs.

        weights: (users,).
        """
        weight = weights[self.owner].astype(np.float64)
        found = np.cumsum(weight)[self.ends]
        return Curve(np.cumsum(weight * self.positive)[self.ends], found)


@dataclass(frozen=True)
class Curve:
    """Running sums down a ranking: the labelled items and all items so far, (groups,) each."""

    true: np.ndarray
    found: np.ndarray

    def average_precision(self) -> float:
        """Return the sum of precision times the growth of recall; NaN without labelled items."""
        if not len(self.true) or self.true[-1] == 0:
            return np.nan
        return float(np.sum(np.diff(self.true, prepend=0) * self._precision()) / self.true[-1])

    def roc_area(self) -> float:
        """Return the chance that a labelled item ranks above another one, ties counted half."""
        false = self.found - self.true
        if not len(false) or self.true[-1] == 0 or false[-1] == 0:
            return np.nan
        height = self.true + np.insert(self.true[:-1], 0, 0)
        return float(np.sum(np.diff(false, prepend=0) * height) / 2 / self.true[-1] / false[-1])

    def precision_in_first(self, number: int) -> float:
        """Return the share of labelled items among the first, or among all where there are fewer.

        Where the cut goes through equal scores: the mean over all orders of these.
        """
        if not len(self.found) or self.found[-1] == 0:
            return np.nan
        cut = min(number, self.found[-1])
        found, true = np.insert(self.found, 0, 0), np.insert(self.true, 0, 0)
        return float(np.interp(cut, found, true) / cut)

    def _precision(self) -> np.ndarray:
        return np.divide(self.true, self.found, out=np.zeros_like(self.true), where=self.found > 0)
