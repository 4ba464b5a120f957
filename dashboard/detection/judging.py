"""What a model makes of users, and the scores that follow."""

from dataclasses import dataclass, replace

import numpy as np

from dashboard.detection.learned import ALONE, Learned
from dashboard.detection.models.kind import Model, Reconstruction
from dashboard.detection.scoring import Scores, score
from dashboard.detection.subject import Subject


@dataclass(frozen=True)
class Judged:
    """What a model makes of a subject, and the scores that follow."""

    subject: Subject
    made: Reconstruction
    scores: Scores

    def only(self, wanted: np.ndarray | None) -> "Judged":
        """Return the same with the figures of these cells alone, (users, times) bool; None: all."""
        if wanted is None:
            return self
        scored = self.subject.scored & wanted
        there = scored[:, :, None]
        cell = np.where(there, self.scores.cell, np.nan)
        expected, error = (
            np.where(there, figures, np.nan) for figures in (self.made.expected, self.made.error)
        )
        return Judged(
            replace(self.subject, scored=scored),
            replace(self.made, expected=expected, error=error),
            replace(self.scores, cell=cell, user=np.fmax.reduce(cell, axis=(1, 2))),
        )


def judge(subject: Subject, model: Model, learned: Learned = ALONE) -> Judged:
    """Let a model score every cell of a subject. learned: what holds for all users, by this model."""
    made = model.reconstruct(subject, learned.within("model"))
    actual = np.stack(subject.actual, axis=2)
    scores = score(actual, made.counts, subject.scored, subject.period, learned.within("scores"))
    return Judged(subject, made, scores)
