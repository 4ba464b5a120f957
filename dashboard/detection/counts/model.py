"""The model made for counts at work: each cell foretold from all the others, and then corrected."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dashboard.detection.counts.anscombe import anscombe
from dashboard.detection.counts.context import Cells, Context, reach_of
from dashboard.detection.counts.distribution import Counts
from dashboard.detection.history import EpochRecord
from dashboard.detection.holdout import Split
from dashboard.detection.learned import ALONE, Learned
from dashboard.detection.models.kind import MODEL_FILE, OnEpoch, Reconstruction
from dashboard.detection.models.network import NetworkModel
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.subject import Subject


def foretell_by_rhythms(subject: Subject, learned: Learned = ALONE) -> Reconstruction:
    """Foretell every cell without a network: nothing is trained, nor learned beside the rhythms."""
    del learned
    return _reconstruction(subject, [each.counts for each in subject.expectations])


@dataclass(frozen=True)
class CountsModel(NetworkModel):
    """What is foretold, corrected by a network that reads the steps around each cell.

    material: what it learns from, and which cells of it, (users, times) bool; None once loaded, as are
    `updates`, by which the network learns.
    """

    material: tuple[Subject, np.ndarray] | None = None
    updates: Any = None  # a counts_training.Updates

    def fit(
        self, on_epoch: OnEpoch, checkpoint_file: Path | None = None
    ) -> tuple[EpochRecord, ...]:
        """Train the network in place, on the cells of every `stride`-th step."""
        from dashboard.detection.models import counts_training  # noqa: PLC0415 - loads TensorFlow

        subject, training = self.material
        parts = _parts(subject, self.settings)
        held_out = subject.scored & ~training
        learned = np.zeros_like(training)
        learned[:, :: self.settings.stride] = training[:, :: self.settings.stride]
        return counts_training.fit(
            self.updates,
            self.settings,
            [(part, _cells(learned)) for part in parts],
            [(part, _cells(held_out)) for part in parts] if held_out.any() else [],
            on_epoch,
            checkpoint_file=checkpoint_file,
        )

    def reconstruct(self, subject: Subject, learned: Learned = ALONE) -> Reconstruction:
        """Foretell every cell, and correct it."""
        from dashboard.detection.models import counts_network  # noqa: PLC0415 - loads TensorFlow

        if not counts_network.corrects(self.network):
            return foretell_by_rhythms(subject, learned)
        cells = _cells(subject.scored)
        parts = _parts(subject, self.settings)
        return _reconstruction(
            subject, [counts_network.correct(self.network, part, cells) for part in parts]
        )

    def save(self, folder: Path) -> None:
        """Write the network."""
        self.network.save(folder / MODEL_FILE)


def prepare(subject: Subject, settings: TrainingSettings, parts: Split) -> CountsModel:
    """Foretell the users that take part, and build the network that will correct that."""
    from dashboard.detection.models import counts_training  # noqa: PLC0415 - loads TensorFlow

    users = np.union1d(parts.training_windows.user, parts.held_out_windows.user)
    taking_part = np.zeros_like(subject.scored)
    taking_part[users] = subject.scored[users]
    if (taking_part != subject.scored).any():
        subject = Subject(subject.panel, taking_part)
    facts = _parts(subject, settings)[0].context.facts
    training = parts.training & taking_part
    cells = int(training[:, :: settings.stride].sum()) * len(subject.panel.features)
    updates = counts_training.updates_of(settings, facts, cells)
    return CountsModel(updates.network, settings, (subject, training), updates)


def load(folder: Path, settings: TrainingSettings) -> CountsModel:
    """Read a saved model back. Raises OSError, ValueError or SettingsError where it cannot be."""
    from dashboard.detection.training import load_network  # noqa: PLC0415 - loads TensorFlow

    return CountsModel(load_network(folder / MODEL_FILE), settings)


def _parts(subject: Subject, settings: TrainingSettings) -> list[Any]:
    from dashboard.detection.models.counts_network import Part  # noqa: PLC0415 - loads TensorFlow

    chosen = {"period": subject.period, "reach": reach_of(settings.window)}
    return [
        Part(
            actual,
            Context(actual, subject.scored, each, subject.learned.within(one), **chosen),
            each.counts,
        )
        for one, (actual, each) in enumerate(zip(subject.actual, subject.expectations, strict=True))
    ]


def _reconstruction(subject: Subject, features: list[Counts]) -> Reconstruction:
    """Put what is expected of the features together; the error is on Anscombe's scale."""
    mean, size, off = (
        np.stack([getattr(one, name) for one in features], axis=2)
        for name in ("mean", "size", "off")
    )
    counts = Counts(mean, size, off)
    values = subject.panel.values
    expected = counts.expected / subject.units
    expected = np.where(subject.scored[:, :, None], expected, np.nan)
    error = np.square(anscombe(values) - anscombe(expected))
    return Reconstruction(expected.astype(np.float32), error.astype(np.float32), counts)


def _cells(mask: np.ndarray) -> Cells:
    return Cells(*np.nonzero(mask))
