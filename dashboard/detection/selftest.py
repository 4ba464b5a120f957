"""The self-test: known anomalies are planted into a run's own panel, to see what would be found.

Nothing is trained again: the run's model scores the changed panel as it would score new data, and
the baselines compute from it. The planted are few at a time, and ranked among the run's users as
these were scored without them.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from dashboard.data.over import Answer, Over, Task
from dashboard.detection.analysis import Analysis, Progress
from dashboard.detection.anomaly_kinds import Recipe
from dashboard.detection.at_once import at_once
from dashboard.detection.caught import COLUMNS, SelfTest, caught_share, copied_share
from dashboard.detection.pipeline import OnProgress
from dashboard.detection.selftest_plan import (
    count_taking_part,
    plan_rounds,
    sorts_for,
    steps_a_round,
)
from dashboard.detection.selftest_round import Before, Contender, Stage, planted_round
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.subject import Subject
from dashboard.detection.trained import TrainedModel

USUAL_BUDGET = 20


def with_self_test(
    analysis: Analysis, on_progress: OnProgress = lambda _: None, *, over: Over | None = None
) -> Analysis:
    """Return the analysis with its self-test, which has metrics and seconds of its own.

    over: where models judge, side by side, if the users are too many to be judged at once; None: here.
    """
    began = time.perf_counter()
    epochs = len(analysis.history)
    on_progress(Progress("self_test", epochs, epochs))
    before = Before(analysis.expected, analysis.user_score)
    test = self_test(analysis.subject, analysis.settings, analysis.trained, before, over)
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


def self_test(
    subject: Subject,
    settings: TrainingSettings,
    trained: TrainedModel,
    before: Before | None = None,
    over: Over | None = None,
) -> SelfTest:
    """Plant anomalies of each sort and see what the model and the baselines make of them.

    settings: those of the run, with window and stride as they were chosen. before: what the model
    made of the subject, where that is known. over: as for `with_self_test`. The same panel, model and seed
    give the same result.
    """
    taking_part = _taking_part(subject.panel.shape, settings.seed)
    whole = len(subject.scored)
    if len(taking_part) < whole:
        subject = subject.of(taking_part)
        before = None  # in another company the same users are judged a little otherwise
    else:
        over = None
    stage = Stage(subject, settings, trained)
    contenders = _line_up(stage, before, over or _here)
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
        for row in _play(stage, contenders, recipes, int(seed), over)
    ]
    found = pd.DataFrame(rows, columns=COLUMNS)
    found["user_index"] = taking_part[found["user_index"].to_numpy(dtype=np.int64)]
    found["rank"] = 1 + np.round((found["rank"] - 1) * (whole / len(taking_part))).astype(np.int64)
    return SelfTest(_in_order(found), users=len(taking_part))


def _line_up(stage: Stage, before: Before | None, over: Over) -> list[Contender]:
    """Return the run's own model and the baselines, each having judged the panel as it is."""
    known = {} if before is None else {stage.settings.model: before}
    asked = [name for name in stage.names if name not in known]
    known |= dict(zip(asked, over(stage.before, asked), strict=True))
    return [Contender(name, known[name]) for name in stage.names]


def _play(
    stage: Stage,
    contenders: Sequence[Contender],
    recipes: Sequence[Recipe],
    seed: int,
    over: Over | None,
) -> Iterator[tuple[object, ...]]:
    """Yield what each contender makes of each anomaly of one round, as rows of COLUMNS."""
    played = planted_round(stage, recipes, seed)
    if over is None:
        played.changed.expectations  # noqa: B018 - computed here, once, for all who ask for them
    for rows in (over or _here)(played.play, contenders):
        yield from rows


def _here(function: Callable[[Task], Answer], tasks: Iterable[Task]) -> Iterator[Answer]:
    return iter(at_once(partial(function, task) for task in tasks))


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
