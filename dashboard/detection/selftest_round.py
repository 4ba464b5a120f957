"""One round of a self-test: a panel with anomalies planted, and what each model makes of them.

All of it can go to another process, which needs nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from dashboard.detection.anomaly_kinds import Recipe
from dashboard.detection.holdout import split
from dashboard.detection.judging import judge
from dashboard.detection.models.kind import Model
from dashboard.detection.planting import plant
from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.subject import Subject
from dashboard.detection.trained import TrainedModel


@dataclass(frozen=True)
class Before:
    """What a model made of a panel before anything was planted.

    expected: (users, times, features), in counts. user_score: (users,).
    """

    expected: np.ndarray
    user_score: np.ndarray

    @classmethod
    def of(cls, subject: Subject, model: Model) -> Self:
        """Let a model judge the panel as it is."""
        judged = judge(subject, model)
        return cls(judged.made.expected, judged.scores.user)


@dataclass(frozen=True)
class Stage:
    """A panel as it is, and all who are to judge it: the run's own model and the baselines."""

    subject: Subject
    settings: TrainingSettings
    trained: TrainedModel

    @property
    def names(self) -> list[str]:
        """The run's own model first."""
        own = self.settings.model
        return [own, *(one for one, kind in MODELS.items() if not kind.is_trained and one != own)]

    def model(self, name: str) -> Model:
        """Return one of them at work."""
        if name == self.settings.model:
            return self.trained.model
        kind = MODELS[name]
        parts = split(
            self.subject.panel.observed,
            self.subject.scored.any(axis=1),
            window=self.settings.window,
            stride=self.settings.stride,
            share=0,
            seed=self.settings.seed,
        )
        made = kind.prepare(self.subject, kind.settings, parts)
        made.fit(lambda _: None)
        return made

    def before(self, name: str) -> Before:
        """Let one of them judge the panel as it is."""
        return Before.of(self.subject, self.model(name))


@dataclass(frozen=True)
class Contender:
    """A model that takes part, and what it made of the panel before anything was planted."""

    name: str
    before: Before

    def place_of(self, score: float) -> int:
        """Return the place a score would take among the users' own; ties stand before it."""
        return 1 + int((self.before.user_score >= score).sum())


@dataclass(frozen=True)
class Round:
    """One round: the panel with anomalies planted. anomalies: the sort, the user and the first step of each."""

    stage: Stage
    changed: Subject
    anomalies: tuple[tuple[str, float | None, int, int, int], ...]

    def play(self, contender: Contender) -> list[tuple[object, ...]]:
        """Return what a contender makes of each anomaly, as rows of COLUMNS."""
        judged = judge(self.changed, self.stage.model(contender.name))
        change = self.changed.panel.values.astype(np.float64) - self.stage.subject.panel.values
        rows = []
        for kind, size, length, user, first in self.anomalies:
            steps = slice(first, first + length)
            score = _highest(judged.scores.cell[user, steps])
            led = judged.made.expected[user, steps] - contender.before.expected[user, steps]
            place = contender.place_of(score)
            copied = _copied(change[user, steps], led)
            rows.append((contender.name, kind, size, length, user, first, score, place, copied))
        return rows


def planted_round(stage: Stage, recipes: Sequence[Recipe], seed: int) -> Round:
    """Plant the anomalies of one round."""
    panel, scored = stage.subject.panel, stage.subject.scored
    planted = plant(replace(panel, observed=scored), recipes, seed=seed)
    index_of = {name: index for index, name in enumerate(panel.users)}
    anomalies = (
        (one.kind, one.size, one.length, index_of[one.user], panel.times.get_loc(one.first))
        for one in planted.anomalies.itertuples()
    )
    changed = Subject(replace(panel, values=planted.panel.values), scored)
    return Round(stage, changed, tuple(anomalies))


def _highest(scores: np.ndarray) -> float:
    return float(np.max(np.where(np.isfinite(scores), scores, -np.inf)))


def _copied(change: np.ndarray, led: np.ndarray) -> float:
    """Return the share of a change, not zero throughout, that an expectation was led along by."""
    return float(np.nansum(np.sign(change) * led) / np.abs(change).sum())
