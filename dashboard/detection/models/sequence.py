"""The classic models at work: scaled windows in, the same windows out, by the plan of their layers."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from dashboard.detection.counts.noise import counts_around
from dashboard.detection.history import EpochRecord
from dashboard.detection.holdout import Split
from dashboard.detection.learned import ALONE, Learned
from dashboard.detection.models.kind import MODEL_FILE, OnEpoch, Reconstruction
from dashboard.detection.models.network import NetworkModel
from dashboard.detection.scaling import Scaling, fit_scaling
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.subject import Subject
from dashboard.detection.windows import cut

SCALING_FILE = "scaling.json"
HEEDS = tuple(TrainingSettings.model_fields)  # all of them


@dataclass(frozen=True)
class SequenceModel(NetworkModel):
    """A Keras network over scaled windows. `material`: what it learns from; None once loaded."""

    scaling: Scaling
    material: Any = None

    def fit(
        self, on_epoch: OnEpoch, checkpoint_file: Path | None = None
    ) -> tuple[EpochRecord, ...]:
        """Train the network in place."""
        from dashboard.detection import training  # noqa: PLC0415 - loads TensorFlow

        return training.fit(self.network, self.settings, self.material, on_epoch, checkpoint_file)

    def reconstruct(self, subject: Subject, learned: Learned = ALONE) -> Reconstruction:
        """Average the reconstructions of all windows back to cells."""
        from dashboard.detection import training  # noqa: PLC0415 - loads TensorFlow

        panel, scored = subject.panel, subject.scored
        scale = self.scaling.on(panel)
        scaled = scale.scale(panel)
        users = np.flatnonzero(scored.any(axis=1))
        windows = cut(panel.observed, users, self.settings.window, self.settings.stride)
        made = training.reconstruct(self._forward, scaled, windows)
        made[~scored] = np.nan
        expected = scale.counts(made)
        return Reconstruction(
            expected=expected,
            error=np.square(scaled - made),
            counts=counts_around(panel.values, expected, scored, learned),
        )

    @cached_property
    def _forward(self) -> Any:
        """The network's forward pass, compiled once for all that it is asked."""
        from dashboard.detection.models.window_task import forward_of  # noqa: PLC0415 - as above

        return forward_of(self.network)

    def save(self, folder: Path) -> None:
        """Write the network and its scaling."""
        self.network.save(folder / MODEL_FILE)
        (folder / SCALING_FILE).write_text(self.scaling.model_dump_json(), "utf-8")


def prepare(subject: Subject, settings: TrainingSettings, parts: Split) -> SequenceModel:
    """Build the network, and scale the data by its training part."""
    from dashboard.detection import training  # noqa: PLC0415 - loads TensorFlow

    panel = subject.panel
    scaling = fit_scaling(settings.scaling, panel, parts.training)
    return SequenceModel(
        network=training.make_network(settings, len(panel.features)),
        settings=settings,
        scaling=scaling,
        material=training.Material(
            scaling.on(panel).scale(panel),
            panel.observed,
            parts.training_windows,
            parts.held_out_windows,
        ),
    )


def load(folder: Path, settings: TrainingSettings) -> SequenceModel:
    """Read a saved model back. Raises OSError, ValueError or SettingsError where it cannot be."""
    from dashboard.detection.training import load_network  # noqa: PLC0415 - loads TensorFlow

    scaling = Scaling.model_validate_json((folder / SCALING_FILE).read_bytes())
    return SequenceModel(load_network(folder / MODEL_FILE), settings, scaling)
