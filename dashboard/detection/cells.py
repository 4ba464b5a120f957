"""The cells around findings, as arrays of equal length."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np


@dataclass(frozen=True)
class Cells:
    """Scored cells, (cells,) each.

    finding: the number of the finding around which a cell lies; one that lies around two is there twice.
    actual, expected: in counts.
    """

    finding: np.ndarray
    time_index: np.ndarray
    feature_index: np.ndarray
    actual: np.ndarray
    expected: np.ndarray
    score: np.ndarray

    def rows(self, which: np.ndarray) -> Self:
        """Return some of them: their rows, or a mask."""
        return type(self)(*(getattr(self, one.name)[which] for one in fields(self)))

    def in_order(self) -> Self:
        """Return them by finding, then feature, then time step."""
        return self.rows(np.lexsort((self.time_index, self.feature_index, self.finding)))
