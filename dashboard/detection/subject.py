"""What is judged: a panel and those of its cells that are, with what is known of them before any model."""

from dataclasses import dataclass, fields, replace
from functools import cached_property, partial

import numpy as np

from dashboard.data.panel import Panel
from dashboard.detection.at_once import at_once
from dashboard.detection.counts.expectation import Expectation, expect
from dashboard.detection.counts.noise import counting_units
from dashboard.detection.learned import ALONE, Learned
from dashboard.detection.rhythm import week_steps
from dashboard.errors import SettingsError


@dataclass(frozen=True)
class Subject:
    """A panel to be judged. What rhythms foretell of it is computed once, however many models ask.

    scored: (users, times) bool, the cells that are known and judged. learned: what rhythms say of
    all users, by these or, where they are some of many, by others.
    """

    panel: Panel
    scored: np.ndarray
    learned: Learned = ALONE

    def __getstate__(self) -> dict[str, object]:
        """Go to another process without what can be computed there."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def of(self, users: np.ndarray, learned: Learned = ALONE) -> "Subject":
        """Return some users alone, by their indices, in that order."""
        panel = self.panel
        part = replace(
            panel,
            values=panel.values[users],
            observed=panel.observed[users],
            users=tuple(panel.users[user] for user in users),
        )
        return Subject(part, self.scored[users], learned)

    def only(self, wanted: np.ndarray | None) -> "Subject":
        """Return the same with these cells alone to be judged, (users, times) bool; None: as it is.

        Raises SettingsError where there are none.
        """
        if wanted is None:
            return self
        scored = self.scored & wanted
        if not scored.any():
            raise SettingsError(
                "None of the new cells can be scored: their users have too little history. "
                "Add more days to the file."
            )
        return replace(self, scored=scored)

    @property
    def period(self) -> int:
        """Time steps of a week."""
        return week_steps(self.panel.frequency)

    @cached_property
    def units(self) -> np.ndarray:
        """How many counting units make 1 of each feature, (features,)."""
        return self.learned.learn("units", partial(counting_units, self.panel.values))

    @cached_property
    def actual(self) -> tuple[np.ndarray, ...]:
        """The counts of each feature in counting units, (users, times) float64."""
        return tuple(
            self.panel.values[:, :, one].astype(np.float64) * unit
            for one, unit in enumerate(self.units)
        )

    @cached_property
    def expectations(self) -> tuple[Expectation, ...]:
        """What is expected of each feature without a network."""
        tasks = [
            partial(expect, actual, self.scored, self.period, self.learned.within(one))
            for one, actual in enumerate(self.actual)
        ]
        return tuple(at_once(tasks))
