"""What the baselines share: nothing is trained, and all is computed from the panel at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dashboard.data.panel import Panel
from dashboard.detection.counts.anscombe import anscombe, counts_of
from dashboard.detection.counts.noise import counts_around
from dashboard.detection.history import EpochRecord
from dashboard.detection.holdout import Split
from dashboard.detection.models.kind import Model, ModelKind, OnEpoch, Reconstruction
from dashboard.detection.rhythm import phases
from dashboard.detection.settings import TrainingSettings

# (users, times, features) on Anscombe's scale, NaN where not scored, and the phase of each time
# step, (times,) -> what is expected of each cell, on the same scale.
Expect = Callable[[np.ndarray, np.ndarray], np.ndarray]
HEEDS = ("model", "seed")


@dataclass(frozen=True)
class Baseline:
    """One baseline at work."""

    expect: Expect
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
        """Expect from the panel itself; the error is on Anscombe's scale."""
        actual = np.where(scored[:, :, None], anscombe(panel.values), np.nan)
        made = np.where(
            np.isfinite(actual), self.expect(actual, phases(panel.times, panel.frequency)), np.nan
        )
        expected = counts_of(made).astype(np.float32)
        return Reconstruction(
            expected=expected,
            error=np.square(actual - made).astype(np.float32),
            counts=counts_around(panel.values, expected, scored),
        )

    def save(self, folder: Path) -> None:
        """Keep nothing: there is nothing to keep."""


def baseline_kind(
    name: str, title: str, *, summary: str, good_at: str, bad_at: str, at_work: Model
) -> ModelKind:
    """Return a model that trains nothing as one that can be chosen."""

    def prepare(_panel: Panel, _settings: TrainingSettings, _parts: Split) -> Model:
        return at_work

    def load(_folder: Path, _settings: TrainingSettings) -> Model:
        return at_work

    return ModelKind(
        name=name,
        title=title,
        summary=summary,
        good_at=good_at,
        bad_at=bad_at,
        settings=TrainingSettings(model=name),
        heeds=HEEDS,
        plan=lambda *_: (),
        prepare=prepare,
        load=load,
    )
