"""The self-test: known anomalies are planted into a run's own panel, to see what would be found.

Nothing is trained again: the run's model scores the changed panel as it would score new data, and
the baselines compute from it. The planted are few at a time, and ranked among the run's users as
these were scored without them.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

import numpy as np
import pandas as pd

from dashboard.detection.analysis import Analysis, Progress
from dashboard.detection.anomaly_kinds import Recipe
from dashboard.detection.at_once import at_once
from dashboard.detection.caught import COLUMNS, SelfTest, caught_share, copied_share
from dashboard.detection.holdout import split
from dashboard.detection.judging import judge
from dashboard.detection.models.kind import Model
from dashboard.detection.pipeline import OnProgress
from dashboard.detection.planting import plant
from dashboard.detection.registry import MODELS
from dashboard.detection.selftest_plan import (
    count_taking_part,
    plan_rounds,
    sorts_for,
    steps_a_round,
)
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.subject import Subject

USUAL_BUDGET = 20


def with_self_test(analysis: Analysis, on_progress: OnProgress = lambda _: None) -> Analysis:
    """Return the analysis with its self-test, which has metrics and seconds of its own."""
    began = time.perf_counter()
    epochs = len(analysis.history)
    on_progress(Progress("self_test", epochs, epochs))
    before = Before(analysis.expected, analysis.user_score)
    test = self_test(analysis.subject, analysis.settings, analysis.trained.model, before)
    seconds = time.perf_counter() - began
    return replace(
        analysis,
        self_test=test,
        metrics={**analysis.metrics, **_metrics(test, analysis.settings.model)},
        timings={
            **analysis.timings,
            "self_test": seconds,
            "total": analysis.timings["total"] + seconds,
        },
    )


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


def self_test(
    subject: Subject, settings: TrainingSettings, model: Model, before: Before | None = None
) -> SelfTest:
    """Plant anomalies of each sort and see what the model and the baselines make of them.

    settings: those of the run, with window and stride as they were chosen. before: what the model
    made of the subject, where that is known. The same panel, model and seed give the same result.
    """
    taking_part = _taking_part(subject.panel.shape, settings.seed)
    whole = len(subject.scored)
    if len(taking_part) < whole:
        subject = subject.of(taking_part)
        before = None  # in another company the same users are judged a little otherwise
    contenders = _line_up(subject, settings, model, before)
    panel, carriers = subject.panel, int(subject.scored.any(axis=1).sum())
    rounds = plan_rounds(
        sorts_for(len(panel.times), panel.frequency),
        carriers,
        steps_a_round(panel.shape, settings),
    )
    seeds = np.random.SeedSequence(settings.seed).generate_state(len(rounds))
    rows = [
        row
        for recipes, seed in zip(rounds, seeds, strict=True)
        for row in _play(subject, contenders, recipes, int(seed))
    ]
    found = pd.DataFrame(rows, columns=COLUMNS)
    found["user_index"] = taking_part[found["user_index"].to_numpy(dtype=np.int64)]
    found["rank"] = 1 + np.round((found["rank"] - 1) * (whole / len(taking_part))).astype(np.int64)
    return SelfTest(_in_order(found), users=len(taking_part))


@dataclass(frozen=True)
class _Contender:
    """A model that takes part, and what it made of the panel before anything was planted."""

    name: str
    model: Model
    before: Before

    def place_of(self, score: float) -> int:
        """Return the place a score would take among the users' own; ties stand before it."""
        return 1 + int((self.before.user_score >= score).sum())


def _line_up(
    subject: Subject, settings: TrainingSettings, model: Model, before: Before | None
) -> list[_Contender]:
    """Return the run's own model and the baselines, each having judged the panel as it is."""
    models = {settings.model: model, **_baselines(subject, settings)}
    known = {} if before is None else {settings.model: before}
    asked = [name for name in models if name not in known]
    made = at_once(partial(Before.of, subject, models[name]) for name in asked)
    known |= dict(zip(asked, made, strict=True))
    return [_Contender(name, one, known[name]) for name, one in models.items()]


def _play(
    subject: Subject,
    contenders: Sequence[_Contender],
    recipes: Sequence[Recipe],
    seed: int,
) -> Iterator[tuple[object, ...]]:
    """Yield what each contender makes of each anomaly of one round, as rows of COLUMNS."""
    panel, scored = subject.panel, subject.scored
    planted = plant(replace(panel, observed=scored), recipes, seed=seed)
    changed = Subject(replace(panel, values=planted.panel.values), scored)
    change = changed.panel.values.astype(np.float64) - panel.values
    index_of = {name: index for index, name in enumerate(panel.users)}
    anomalies = [
        (one, index_of[one.user], panel.times.get_loc(one.first))
        for one in planted.anomalies.itertuples()
    ]
    changed.expectations  # noqa: B018 - computed here, once, for all who ask for them
    after = at_once(partial(judge, changed, contender.model) for contender in contenders)
    for contender, judged in zip(contenders, after, strict=True):
        for one, user, first in anomalies:
            steps = slice(first, first + one.length)
            score = _highest(judged.scores.cell[user, steps])
            led = judged.made.expected[user, steps] - contender.before.expected[user, steps]
            yield (
                contender.name,
                one.kind,
                one.size,
                one.length,
                user,
                first,
                score,
                contender.place_of(score),
                _copied(change[user, steps], led),
            )


def _highest(scores: np.ndarray) -> float:
    return float(np.max(np.where(np.isfinite(scores), scores, -np.inf)))


def _copied(change: np.ndarray, led: np.ndarray) -> float:
    """Return the share of a change, not zero throughout, that an expectation was led along by."""
    return float(np.nansum(np.sign(change) * led) / np.abs(change).sum())


def _baselines(subject: Subject, settings: TrainingSettings) -> dict[str, Model]:
    """Return the baselines at work, less the run's own model."""
    parts = split(
        subject.panel.observed,
        subject.scored.any(axis=1),
        window=settings.window,
        stride=settings.stride,
        share=0,
        seed=settings.seed,
    )
    made = {
        name: kind.prepare(subject, kind.settings, parts)
        for name, kind in MODELS.items()
        if not kind.is_trained and name != settings.model
    }
    for model in made.values():
        model.fit(lambda _: None)
    return made


def _taking_part(shape: tuple[int, int, int], seed: int) -> np.ndarray:
    """Return the indices of the users that take part, increasing."""
    users, most = shape[0], count_taking_part(shape)
    if users == most:
        return np.arange(users)
    return np.sort(np.random.default_rng(seed).choice(users, most, replace=False))


def _in_order(found: pd.DataFrame) -> pd.DataFrame:
    """Sort rows by model, then by sort, both as they first came, then as planted."""
    model = pd.factorize(found["model"])[0]
    sort = pd.factorize(pd.MultiIndex.from_frame(found[["kind", "size", "length"]].fillna(0)))[0]
    return found.iloc[np.lexsort((sort, model))].reset_index(drop=True)


def _metrics(test: SelfTest, model: str) -> dict[str, float]:
    if test.found.empty:
        return {}
    figures = {"copied": copied_share(test.found, model), "self_test_users": float(test.users)}
    if test.users > USUAL_BUDGET:  # else any budget of that size shows everybody
        figures["self_test_caught_at_20"] = caught_share(test.found, model, USUAL_BUDGET)
    return figures
