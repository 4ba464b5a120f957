"""What comes out of one analysis of one panel."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dashboard.detection.caught import SelfTest
from dashboard.detection.history import EpochRecord
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.subject import Subject
from dashboard.detection.thresholds import Threshold
from dashboard.detection.trained import TrainedModel


@dataclass(frozen=True)
class Analysis:
    """Everything that a run is made of.

    settings: with window and stride as they were chosen.
    level: the score from which a cell is an anomaly under `threshold`.
    expected (in counts), error, score, p_value: (users, times, features) float32; and so low and
    high, in counts: the ends of the central 95% of what was expected.
    subject: what was judged. user_...: (users,). day_...: (times,).
    All figures are NaN where nothing was scored.
    unscored_users: names of those with too little history, in the panel's order.
    timings: seconds of "start", "train", "score", "total", and of each of the "epochs"; of the
        "self_test" where there was one.
    self_test: what was found of planted anomalies; None where none were planted.
    """

    subject: Subject
    settings: TrainingSettings
    threshold: Threshold
    level: float
    expected: np.ndarray
    low: np.ndarray
    high: np.ndarray
    error: np.ndarray
    score: np.ndarray
    p_value: np.ndarray
    user_error: np.ndarray
    user_score: np.ndarray
    user_p_value: np.ndarray
    day_error: np.ndarray
    day_score: np.ndarray
    day_p_value: np.ndarray
    unscored_users: tuple[str, ...]
    history: tuple[EpochRecord, ...]
    metrics: dict[str, float]
    timings: dict[str, float | list[float]]
    versions: dict[str, str]
    trained: TrainedModel
    self_test: SelfTest | None = None

    @property
    def scored(self) -> np.ndarray:
        """The cells that were judged, (users, times) bool."""
        return self.subject.scored


@dataclass(frozen=True)
class Progress:
    """Where an analysis stands. Losses and seconds are those of the epoch that has just ended."""

    stage: Literal["start", "train", "score", "self_test"]
    epoch: int
    epochs: int
    loss: float | None = None
    metric: float | None = None
    val_loss: float | None = None
    val_metric: float | None = None
    seconds: float | None = None
