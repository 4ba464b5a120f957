from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from panels import make_panel

from dashboard.data.panel import Frequency, Panel
from dashboard.detection import (
    MODELS,
    Threshold,
    TrainedModel,
    TrainingSettings,
    analyse,
    make_settings,
    rescore,
)
from dashboard.detection.analysis import Analysis, Progress
from dashboard.errors import SettingsError

TINY = {"units": (4,), "epochs": 2}
PANEL = make_panel(users=20, times=16)


@pytest.fixture(scope="module")
def told() -> list[Progress]:
    """What the usual analysis tells of its progress."""
    return []


@pytest.fixture(scope="module")
def usual(told: list[Progress]) -> Analysis:
    return analyse(PANEL, TrainingSettings(**TINY), on_progress=told.append)


@pytest.mark.parametrize("model", MODELS)
def test_every_observed_cell_of_every_eligible_user_is_scored(model: str) -> None:
    panel = make_panel(users=15, times=30, features=2, newcomers=4)
    panel.observed[14] = False
    panel.observed[14, -3:] = True
    analysis = analyse(panel, TrainingSettings(model=model, window=12, stride=5, **TINY))
    scored = panel.observed.copy()
    scored[14] = False
    for figures in (analysis.expected, analysis.error, analysis.score, analysis.p_value):
        assert figures.shape == panel.shape
        assert np.array_equal(np.isfinite(figures), np.repeat(scored[:, :, None], 2, axis=2))
    assert analysis.unscored_users == ("user 14",)
    assert (analysis.expected[scored] >= 0).all()


def test_the_same_seed_gives_the_same_figures_and_another_seed_others(usual: Analysis) -> None:
    again, other = (
        analyse(PANEL, TrainingSettings(seed=seed, **TINY)).score
        for seed in (usual.settings.seed, usual.settings.seed + 1)
    )
    assert np.array_equal(usual.score, again)
    assert not np.array_equal(usual.score, other)


def test_one_series_is_trained_and_scored_from_end_to_end() -> None:
    panel = make_panel(users=1, times=200)
    analysis = analyse(panel, TrainingSettings(**TINY))
    assert analysis.settings.window == 40
    assert analysis.settings.stride == 1
    assert analysis.history[0].val_loss is not None
    assert np.isfinite(analysis.score).all()


def test_progress_tells_the_start_every_epoch_and_the_scoring(
    usual: Analysis, told: list[Progress]
) -> None:
    assert usual.history[0].loss == told[1].loss
    assert [progress.stage for progress in told] == ["start", "train", "train", "score"]
    assert [progress.epoch for progress in told] == [0, 1, 2, 2]
    assert told[1].loss > 0


def test_without_the_strangest_users_a_model_is_trained_twice_and_epochs_add_up(
    usual: Analysis,
) -> None:
    told = []
    settings = TrainingSettings(drop_worst=0.2, **TINY)
    twice = analyse(PANEL, settings, on_progress=told.append)
    trained = [progress for progress in told if progress.stage == "train"]
    assert [(progress.epoch, progress.epochs) for progress in trained] == [
        (epoch, 4) for epoch in (1, 2, 3, 4)
    ]
    assert [record.epoch for record in twice.history] == [1, 2, 3, 4]
    assert [one.loss for one in twice.history[:2]] == [one.loss for one in usual.history]
    assert twice.metrics["loss"] == twice.history[-1].loss
    assert twice.metrics["best_epoch"] in {3, 4}
    assert not np.array_equal(usual.score, twice.score)
    assert np.array_equal(np.isfinite(usual.score), np.isfinite(twice.score))


def test_a_single_series_has_nobody_to_leave_out() -> None:
    panel = make_panel(users=1, times=200)
    analysis = analyse(panel, TrainingSettings(drop_worst=0.2, **TINY))
    assert [record.epoch for record in analysis.history] == [1, 2]


def test_a_budget_flags_that_many_users() -> None:
    analysis = analyse(
        make_panel(users=40, times=16), TrainingSettings(**TINY), Threshold(kind="budget", amount=5)
    )
    assert (analysis.user_score >= analysis.level).sum() == 5
    assert analysis.metrics["anomalous_users"] == 5


def test_a_saved_model_scores_the_same_data_the_same(usual: Analysis, tmp_path: Path) -> None:
    usual.trained.save(tmp_path)
    again = rescore(TrainedModel.load(tmp_path), PANEL)
    np.testing.assert_allclose(again.score, usual.score, rtol=1e-5)
    np.testing.assert_allclose(again.p_value, usual.p_value, rtol=1e-3)


def test_new_users_are_scored_with_a_trained_model(usual: Analysis, tmp_path: Path) -> None:
    usual.trained.save(tmp_path)
    other = rescore(TrainedModel.load(tmp_path), make_panel(users=3, times=25, seed=9))
    assert np.isfinite(other.score).all()


@pytest.mark.parametrize(
    ("panel", "words"),
    [
        (make_panel(features=2), "was trained on clicks 0; this data has clicks 0, clicks 1"),
        (make_panel(times=10), "windows of 16 time steps; this data has 10"),
        (replace(make_panel(), frequency=Frequency.WEEK), "steps of one day"),
    ],
)
def test_data_that_does_not_fit_a_trained_model_is_refused(
    usual: Analysis, panel: Panel, words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        rescore(usual.trained, panel)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="holds no trained model"):
        TrainedModel.load(tmp_path)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"epochs": 0}, "'epochs' cannot be 0"),
        ({"batch_size": -3}, "'batch size' cannot be -3"),
        ({"units": (0,)}, "'units' cannot be 0"),
        ({"model": "other"}, "no model 'other'"),
        ({"model": "stacked", "scaling": "none"}, "'scaling' cannot be 'none'"),
        ({"model": "pca", "epochs": 3}, "'pca' has no setting 'epochs'"),
        ({"nonsense": 1}, "'nonsense'"),
    ],
)
def test_a_setting_out_of_range_is_refused_by_name(chosen: dict, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        make_settings(**chosen)
