"""What a model is to the rest: something that can be chosen, fitted, asked what it expects, and kept."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from dashboard.detection.counts.distribution import Counts
from dashboard.detection.history import EpochRecord
from dashboard.detection.holdout import Split
from dashboard.detection.learned import ALONE, Learned
from dashboard.detection.models.plan import Plan
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.subject import Subject
from dashboard.detection.windows import DEFAULT_WINDOW, choose_window

OnEpoch = Callable[[EpochRecord], None]
MODEL_FILE = "model.keras"


@dataclass(frozen=True)
class Reconstruction:
    """What a model makes of a panel. All (users, times, features), NaN where not scored.

    expected: float32, in counts. error: float32, squared, on the model's own scale.
    counts: the distribution that is expected, in the panel's counting units.
    """

    expected: np.ndarray
    error: np.ndarray
    counts: Counts


class Model(Protocol):
    """A model at work on data of one kind."""

    @property
    def parameters(self) -> int:
        """How many weights are trained."""

    @property
    def versions(self) -> dict[str, str]:
        """Which libraries it was made with, beside NumPy."""

    def fit(
        self, on_epoch: OnEpoch, checkpoint_file: Path | None = None
    ) -> tuple[EpochRecord, ...]:
        """Learn from what the model was prepared with; nothing where there is nothing to train.

        checkpoint_file: where what each epoch has led to is kept, and from where an interrupted training
        goes on.
        """

    def reconstruct(self, subject: Subject, learned: Learned = ALONE) -> Reconstruction:
        """Say what is expected in each cell that is judged.

        learned: what holds for all users by this model, where it is to be kept or is known.
        """

    def save(self, folder: Path) -> None:
        """Write what `load` of its kind needs into a folder that exists."""


@dataclass(frozen=True)
class ModelKind:
    """A model that can be chosen.

    settings: its own defaults. heeds: the names of the settings that mean anything to it.
    plan: its layers, for windows of (steps, features); none where nothing is trained.
    window, stride: the usual ones; a stride of None is chosen for the data.
    each_cell: whether a window is what surrounds one cell, rather than a stretch of a history.
    """

    name: str
    title: str
    summary: str
    good_at: str
    bad_at: str
    settings: TrainingSettings
    heeds: tuple[str, ...]
    plan: Callable[[TrainingSettings, int, int], Plan]
    prepare: Callable[[Subject, TrainingSettings, Split], Model]
    load: Callable[[Path, TrainingSettings], Model]
    window: int = DEFAULT_WINDOW
    stride: int | None = None
    each_cell: bool = False

    def choose_window(self, users: int, times: int, settings: TrainingSettings) -> tuple[int, int]:
        """Return (window, stride) for a panel, as chosen or by default. Raises SettingsError."""
        return choose_window(
            users, times, settings, usual_window=self.window, usual_stride=self.stride
        )

    @property
    def is_trained(self) -> bool:
        """Whether it learns in epochs, as a network does; a baseline only computes."""
        return "epochs" in self.heeds
