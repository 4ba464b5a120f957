"""What is judged: a panel and those of its cells that are, with what is known of them before any model."""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from dashboard.data.panel import Panel
from dashboard.detection.at_once import at_once
from dashboard.detection.counts.expectation import Expectation, expect
from dashboard.detection.counts.noise import counting_units
from dashboard.detection.rhythm import week_steps


@dataclass(frozen=True)
class Subject:
    """A panel to be judged. What rhythms foretell of it is computed once, however many models ask.

    scored: (users, times) bool, the cells that are known and judged.
    """

    panel: Panel
    scored: np.ndarray

    @property
    def period(self) -> int:
        """Time steps of a week."""
        return week_steps(self.panel.frequency)

    @cached_property
    def actual(self) -> tuple[np.ndarray, ...]:
        """The counts of each feature in counting units, (users, times) float64."""
        units = counting_units(self.panel.values)
        return tuple(
            self.panel.values[:, :, one].astype(np.float64) * unit for one, unit in enumerate(units)
        )

    @cached_property
    def expectations(self) -> tuple[Expectation, ...]:
        """What is expected of each feature without a network."""
        tasks = [partial(expect, actual, self.scored, self.period) for actual in self.actual]
        return tuple(at_once(tasks))
