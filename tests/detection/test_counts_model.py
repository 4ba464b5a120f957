"""The model made for counts: built as planned, led by nothing it judges, kept and loaded whole."""

from pathlib import Path

import numpy as np
import pytest
from panels import make_panel

from dashboard.detection import TrainedModel, analyse, make_settings, rescore
from dashboard.detection.counts.context import Cells, Context
from dashboard.detection.counts.expectation import GAP, expect
from dashboard.detection.models import counts_network, counts_training
from dashboard.detection.models.counts import FACTS, plan

NEAR = {"period": 7, "reach": 10}
TINY = {"model": "counts", "units": (4,), "epochs": 2, "batch_size": 64}


@pytest.fixture(autouse=True)
def few_cells_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts_training, "ENOUGH_CELLS", 0)


@pytest.mark.parametrize("chosen", [{}, {"units": (6, 3), "dropout": 0.2, "unroll": True}])
def test_the_plan_is_what_keras_builds(chosen: dict) -> None:
    settings = make_settings(model="counts", window=27, **chosen)
    network = counts_network.build(settings, FACTS)
    assert sum(layer.parameters for layer in plan(settings, 27, 1)) == network.count_params()
    shown = {
        "before": np.zeros((5, 10, 3)), "after": np.zeros((5, 10, 3)), "step": np.zeros((5, FACTS))
    }  # fmt: skip
    assert network.predict_on_batch(shown).tolist() == [[0.0] * 2] * 5


def test_days_are_told_of_by_as_many_facts_as_planned() -> None:
    panel = make_panel(users=30, times=28)
    actual = panel.values[:, :, 0].astype(float)
    context = Context(actual, panel.observed, expect(actual, panel.observed, 7), **NEAR)
    assert context.facts == FACTS


def test_what_is_shown_of_a_cell_does_not_betray_its_count() -> None:
    panel = make_panel(users=60, times=42)
    actual = panel.values[:, :, 0].astype(float)
    cell = Cells(np.array([5]), np.array([20]))

    def shown(counts: np.ndarray) -> np.ndarray:
        made = Context(counts, panel.observed, expect(counts, panel.observed, 7), **NEAR).show(cell)
        return np.concatenate([each.ravel() for each in (made.before, made.after, made.step)])

    other = actual.copy()
    other[5, 20] *= 3
    far = actual.copy()
    far[5, 20 + GAP + 1] *= 3
    led, moved = np.abs(shown(other) - shown(actual)), np.abs(shown(far) - shown(actual))
    assert np.median(led) < 0.02
    assert led.max() < moved.max() / 4


def test_where_correcting_helps_nothing_nothing_is_corrected() -> None:
    panel = make_panel(users=30, times=28)
    random = np.random.default_rng(0)
    panel.values[:] = random.poisson(20, panel.shape)
    settings = make_settings(**TINY, learning_rate=1.0)  # far too large: every epoch does harm
    network = analyse(panel, settings).trained.model.network
    kernel, bias = network.get_layer("corrections").get_weights()
    assert not kernel.any()
    assert not bias.any()


def test_of_few_cells_no_corrections_are_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = make_panel(users=10, times=28)
    settings = make_settings(**TINY, validation_share=0.0)
    assert counts_network.corrects(analyse(panel, settings).trained.model.network)
    monkeypatch.setattr(counts_training, "ENOUGH_CELLS", 10 * 28 + 1)
    assert not counts_network.corrects(analyse(panel, settings).trained.model.network)


def test_training_ends_after_one_epoch_where_nothing_learned_would_be_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    panel = make_panel(users=10, times=28)
    monkeypatch.setattr(counts_training, "ENOUGH_CELLS", 10 * 28 + 1)
    assert len(analyse(panel, make_settings(**TINY)).history) == 1
    assert len(analyse(panel, make_settings(**TINY, patience=0)).history) == 2


def test_a_network_that_was_handed_on_learns_as_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = make_panel(users=30, times=28)
    monkeypatch.setattr(counts_training, "PROMISE", -np.inf)
    settings = make_settings(**TINY, dropout=0.2, seed=5)
    new = analyse(panel, settings)
    used = analyse(make_panel(users=20, times=28, seed=9), make_settings(**TINY, dropout=0.2))
    network = used.trained.model.network
    counts_training.hand_on(used.trained.model.updates, used.settings)
    again = analyse(panel, settings)

    assert again.trained.model.network is network
    assert again.history[1].val_loss == new.history[1].val_loss
    assert np.array_equal(again.score, new.score, equal_nan=True)


def test_few_updates_are_not_compiled_and_learn_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = make_panel(users=30, times=28)
    monkeypatch.setattr(counts_training, "PROMISE", -np.inf)
    settings = make_settings(**TINY)
    few = analyse(panel, settings)
    monkeypatch.setattr(counts_training, "WORTH_COMPILING", 1)
    many = analyse(panel, settings)

    assert not few.trained.model.updates.compiled
    assert many.trained.model.updates.compiled
    losses = [[record.val_loss for record in each.history] for each in (few, many)]
    np.testing.assert_allclose(*losses, rtol=1e-4)
    assert losses[0][0] != losses[0][1]


def test_updates_are_planned_by_cells_and_settings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = make_settings(model="counts", epochs=6, batch_size=512, patience=2)
    patient = settings.model_copy(update={"patience": 0})
    assert counts_training.updates_planned(settings, 1_000_000) == 6 * 94  # of 48,000 cells
    assert counts_training.updates_planned(settings, 8_000) == 6 * 40
    monkeypatch.setattr(counts_training, "ENOUGH_CELLS", 8_001)
    assert counts_training.updates_planned(settings, 8_000) == 40
    assert counts_training.updates_planned(patient, 8_000) == 6 * 40


def test_a_spike_is_found_and_not_copied() -> None:
    panel = make_panel(users=60, times=42)
    usual = analyse(panel, make_settings(**TINY)).expected[7, 20, 0]
    panel.values[7, 20, 0] = panel.values[7].max() * 5 + 20
    analysis = analyse(panel, make_settings(**TINY))
    assert np.argmax(analysis.user_score) == 7
    assert np.argmax(analysis.score[7]) == 20
    assert analysis.expected[7, 20, 0] == pytest.approx(usual, rel=0.3)


def test_several_features_and_newcomers_are_scored_cell_by_cell() -> None:
    panel = make_panel(users=25, times=30, features=3, newcomers=6)
    analysis = analyse(panel, make_settings(**TINY))
    scored = np.repeat(panel.observed[:, :, None], 3, axis=2)
    for figures in (analysis.expected, analysis.error, analysis.score, analysis.p_value):
        assert np.array_equal(np.isfinite(figures), scored)


def test_a_saved_model_scores_the_same_data_the_same(tmp_path: Path) -> None:
    panel = make_panel(users=25, times=28)
    analysis = analyse(panel, make_settings(**TINY))
    analysis.trained.save(tmp_path)
    again = rescore(TrainedModel.load(tmp_path), panel)
    np.testing.assert_allclose(again.score, analysis.score, rtol=1e-4, atol=1e-4)


def test_chance_alone_gives_uniform_p_values() -> None:
    panel = make_panel(users=300, times=28, seed=4)
    p_values = analyse(panel, make_settings(**TINY, validation_share=0.5)).p_value
    for share in (0.01, 0.1):
        assert np.mean(p_values <= share) == pytest.approx(share, rel=0.5)


def test_scores_tell_users_from_days() -> None:
    panel = make_panel(users=80, times=28)
    panel.values[:, 13] = np.round(panel.values[:, 13] * 0.2)
    analysis = analyse(panel, make_settings(model="rhythms"))
    assert np.argmax(analysis.day_score) == 13
    flagged = analysis.score >= np.float32(analysis.level)
    assert flagged[:, 13].mean() < 0.05
