"""The model made for counts at work: each cell foretold from all the others, and then corrected."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from dashboard.data.panel import Panel
from dashboard.detection.counts.anscombe import anscombe
from dashboard.detection.counts.context import Cells, Context, reach_of
from dashboard.detection.counts.distribution import Counts
from dashboard.detection.counts.expectation import Expectation, expect
from dashboard.detection.counts.noise import counting_units
from dashboard.detection.history import EpochRecord
from dashboard.detection.holdout import Split
from dashboard.detection.models.kind import MODEL_FILE, OnEpoch, Reconstruction
from dashboard.detection.rhythm import week_steps
from dashboard.detection.settings import TrainingSettings


@dataclass(frozen=True)
class Foretold:
    """A panel in counting units, and what is foretold of each feature without a network.

    scored: (users, times) bool, the cells that are known and judged.
    """

    panel: Panel
    scored: np.ndarray

    @cached_property
    def actual(self) -> list[np.ndarray]:
        """The counts of each feature, (users, times)."""
        units = counting_units(self.panel.values)
        return [
            self.panel.values[:, :, one].astype(np.float64) * unit for one, unit in enumerate(units)
        ]

    def is_of(self, panel: Panel, scored: np.ndarray) -> bool:
        """Whether it was made of the same panel and the same cells."""
        return self.panel is panel and np.array_equal(self.scored, scored)

    @property
    def period(self) -> int:
        """Time steps of a week."""
        return week_steps(self.panel.frequency)

    @cached_property
    def features(self) -> list[Expectation]:
        """What is expected of each feature."""
        return [expect(actual, self.scored, self.period) for actual in self.actual]

    def reconstruction(self, features: list[Counts]) -> Reconstruction:
        """Put what is expected of the features together; the error is on Anscombe's scale."""
        mean, size, off = (
            np.stack([getattr(one, name) for one in features], axis=2)
            for name in ("mean", "size", "off")
        )
        counts = Counts(mean, size, off)
        expected = counts.expected / counting_units(self.panel.values)
        expected = np.where(self.scored[:, :, None], expected, np.nan)
        error = np.square(anscombe(self.panel.values) - anscombe(expected))
        return Reconstruction(expected.astype(np.float32), error.astype(np.float32), counts)


@dataclass(frozen=True)
class Rhythms:
    """The expectation without a network: nothing is trained."""

    parameters: int = 0

    @property
    def versions(self) -> dict[str, str]:
        """Nothing beside NumPy."""
        return {}

    def fit(self, on_epoch: OnEpoch) -> tuple[EpochRecord, ...]:
        """Train nothing."""
        del on_epoch
        return ()

    def reconstruct(self, panel: Panel, scored: np.ndarray) -> Reconstruction:
        """Foretell every cell."""
        foretold = Foretold(panel, scored)
        return foretold.reconstruction([each.counts for each in foretold.features])

    def save(self, folder: Path) -> None:
        """Keep nothing: there is nothing to keep."""


@dataclass(frozen=True)
class CountsModel:
    """What is foretold, corrected by a network that reads the steps around each cell.

    material: what it learns from, and which cells of it, (users, times) bool; None once loaded.
    """

    network: Any  # a keras.Model; Keras is not imported here
    settings: TrainingSettings
    material: tuple[Foretold, np.ndarray] | None = None

    @property
    def parameters(self) -> int:
        """How many weights are trained."""
        return self.network.count_params()

    @property
    def versions(self) -> dict[str, str]:
        """Which libraries it was made with."""
        from dashboard.detection.training import VERSIONS  # noqa: PLC0415 - loads TensorFlow

        return VERSIONS

    def fit(self, on_epoch: OnEpoch) -> tuple[EpochRecord, ...]:
        """Train the network in place, on the cells of every `stride`-th step."""
        from dashboard.detection.models import counts_network  # noqa: PLC0415 - loads TensorFlow

        foretold, training = self.material
        parts = _parts(foretold, self.settings)
        held_out = foretold.scored & ~training
        learned = np.zeros_like(training)
        learned[:, :: self.settings.stride] = training[:, :: self.settings.stride]
        return counts_network.fit(
            self.network,
            self.settings,
            [(part, _cells(learned)) for part in parts],
            [(part, _cells(held_out)) for part in parts] if held_out.any() else [],
            on_epoch,
        )

    def reconstruct(self, panel: Panel, scored: np.ndarray) -> Reconstruction:
        """Foretell every cell, and correct it."""
        from dashboard.detection.models import counts_network  # noqa: PLC0415 - loads TensorFlow

        foretold = Foretold(panel, scored)
        if self.material and self.material[0].is_of(panel, scored):
            foretold = self.material[0]
        if not counts_network.corrects(self.network):
            return foretold.reconstruction([each.counts for each in foretold.features])
        cells = _cells(scored)
        return foretold.reconstruction(
            [
                counts_network.correct(self.network, part, cells)
                for part in _parts(foretold, self.settings)
            ]
        )

    def save(self, folder: Path) -> None:
        """Write the network."""
        self.network.save(folder / MODEL_FILE)


def prepare(panel: Panel, settings: TrainingSettings, parts: Split) -> CountsModel:
    """Foretell the panel, and build the network that will correct it."""
    from dashboard.detection.models import counts_network  # noqa: PLC0415 - loads TensorFlow

    users = np.union1d(parts.training_windows.user, parts.held_out_windows.user)
    scored = np.zeros_like(panel.observed)
    scored[users] = panel.observed[users]
    foretold = Foretold(panel, scored)
    facts = _parts(foretold, settings)[0].context.facts
    return CountsModel(
        counts_network.build(settings, facts), settings, (foretold, parts.training & scored)
    )


def load(folder: Path, settings: TrainingSettings) -> CountsModel:
    """Read a saved model back. Raises OSError, ValueError or SettingsError where it cannot be."""
    from dashboard.detection.training import load_network  # noqa: PLC0415 - loads TensorFlow

    return CountsModel(load_network(folder / MODEL_FILE), settings)


def _parts(foretold: Foretold, settings: TrainingSettings) -> list[Any]:
    from dashboard.detection.models.counts_network import Part  # noqa: PLC0415 - loads TensorFlow

    chosen = {"period": foretold.period, "reach": reach_of(settings.window)}
    return [
        Part(actual, Context(actual, foretold.scored, each, **chosen), each.counts)
        for actual, each in zip(foretold.actual, foretold.features, strict=True)
    ]


def _cells(mask: np.ndarray) -> Cells:
    return Cells(*np.nonzero(mask))
