"""The counts of one dataset: users x times x features."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

ONE_SERIES = "all"  # the user of a single series


class Frequency(StrEnum):
    """The length of one time step. Whole-number time steps count as days."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"

    @property
    def pandas_offset(self) -> str:
        """The pandas alias: weeks begin on Monday."""
        return {"hour": "h", "day": "D", "week": "W-MON"}[self.value]


@dataclass(frozen=True)
class Panel:
    """Counts on a regular grid, with what was observed.

    values: (users, times, features) float32, non-negative, 0 where not observed.
    observed: (users, times) bool.
    users: names exactly as in the file, in order of first appearance.
    times: an increasing DatetimeIndex without zone, or an Index of whole numbers; no gaps.
    features: names of what was counted.
    """

    values: np.ndarray
    observed: np.ndarray
    users: tuple[str, ...]
    times: pd.Index
    features: tuple[str, ...]
    frequency: Frequency

    def __post_init__(self) -> None:
        shape = (len(self.users), len(self.times), len(self.features))
        if self.values.shape != shape or self.observed.shape != shape[:2]:
            raise ValueError(
                f"a panel of {shape} needs values of that shape and observed of {shape[:2]}; "
                f"received {self.values.shape} and {self.observed.shape}"
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """(users, times, features)."""
        return self.values.shape

    @property
    def has_dates(self) -> bool:
        """Whether the time steps are calendar times, not bare whole numbers."""
        return isinstance(self.times, pd.DatetimeIndex)
