"""An evaluation measures what an analysis made of a panel, without days that are everyone's."""

from types import SimpleNamespace

import numpy as np
import pytest
from panels import make_panel

from dashboard.detection import evaluation
from dashboard.detection.evaluation import evaluate, shared_times
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold


def test_a_time_is_shared_where_more_than_half_of_those_there_are_labelled() -> None:
    labels = np.zeros((8, 4), dtype=bool)
    labels[:5, 0] = labels[:4, 1] = labels[:4, 2] = labels[:, 3] = True
    observed = np.ones((8, 4), dtype=bool)
    observed[7, 2] = False  # four of seven
    observed[4:, 3] = False  # all four: too few to speak of everyone

    assert shared_times(labels, observed).tolist() == [True, False, True, False]


def test_an_evaluation_is_that_of_the_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = make_panel(users=6, times=5, features=2)
    score = np.ones(panel.shape)
    score[0, 1, 0], score[1, 2, 1], score[:, 4] = 5, 4, 9
    found = SimpleNamespace(
        settings=TrainingSettings(),
        level=4.0,
        score=score,
        user_score=score[:, :4].max(axis=(1, 2)),
        day_score=np.array([1.0, 2, 3, 1, 9]),
        timings={"total": 1.5},
    )
    monkeypatch.setattr(evaluation, "analyse", lambda *_, **__: found)
    kinds = np.full((6, 5), "", dtype=object)
    kinds[0, 1], kinds[3, 0:2], kinds[:, 4] = "spike", "slump", "outage"

    made = evaluate(
        panel, kinds != "", TrainingSettings(), Threshold(kind="value", amount=4), kinds=kinds
    )

    assert made.by_kind == {"slump": (1, 0), "spike": (1, 1)}
    assert made.shared_ranks == (1,)
    assert (made.metrics.cells.judged, made.metrics.cells.labelled) == (6 * 4, 1 + 2)
    assert (made.metrics.cells.flagged, made.metrics.cells.precision.value) == (2, 1 / 2)
    assert made.metrics.users.recall.value == 1 / 2
    assert (made.metrics.events.events, made.metrics.events.caught) == (2, 1)
    assert made.seconds == 1.5
