"""What the baselines share: nothing is trained, and all is computed from the panel at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dashboard.detection.counts.anscombe import anscombe, counts_of
from dashboard.detection.counts.noise import counts_around
from dashboard.detection.history import EpochRecord
from dashboard.detection.holdout import Split
from dashboard.detection.learned import ALONE, Learned
from dashboard.detection.models.kind import Model, ModelKind, OnEpoch, Reconstruction
from dashboard.detection.rhythm import phases
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.subject import Subject

# What a baseline makes of a subject, as `Model.reconstruct`.
Compute = Callable[[Subject, Learned], Reconstruction]
# (users, times, features) on Anscombe's scale, NaN where not scored, the phase of each time step,
# (times,), and what was learned from others -> what is expected of each cell, on the same scale.
Expect = Callable[[np.ndarray, np.ndarray, Learned], np.ndarray]
HEEDS = ("model", "seed")


@dataclass(frozen=True)
class Baseline:
    """One baseline at work: it computes, and trains nothing."""

    compute: Compute
    parameters: int = 0

    def reconstruct(self, subject: Subject, learned: Learned = ALONE) -> Reconstruction:
        """Say what is expected in each cell that is judged."""
        return self.compute(subject, learned)

    @property
    def versions(self) -> dict[str, str]:
        """Nothing beside NumPy."""
        return {}

    def fit(
        self, on_epoch: OnEpoch, checkpoint_file: Path | None = None
    ) -> tuple[EpochRecord, ...]:
        """Train nothing."""
        del on_epoch, checkpoint_file
        return ()

    def save(self, folder: Path) -> None:
        """Keep nothing: there is nothing to keep."""


def by_expecting(expect: Expect) -> Compute:
    """Return what makes a reconstruction of an expectation; the error is on Anscombe's scale."""

    def reconstruct(subject: Subject, learned: Learned) -> Reconstruction:
        panel, scored = subject.panel, subject.scored
        actual = np.where(scored[:, :, None], anscombe(panel.values), np.nan)
        expected = expect(actual, phases(panel.times, panel.frequency), learned)
        made = np.where(np.isfinite(actual), expected, np.nan)
        expected = counts_of(made).astype(np.float32)
        return Reconstruction(
            expected=expected,
            error=np.square(actual - made).astype(np.float32),
            counts=counts_around(panel.values, expected, scored, learned),
        )

    return reconstruct


def baseline_kind(
    name: str, title: str, *, summary: str, good_at: str, bad_at: str, compute: Compute
) -> ModelKind:
    """Return a baseline as a model that can be chosen."""
    at_work = Baseline(compute)

    def prepare(_subject: Subject, _settings: TrainingSettings, _parts: Split) -> Model:
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
