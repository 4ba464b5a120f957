from functools import cache

import keras
import numpy as np
import pytest
from panels import make_panel

from dashboard.data.panel import Panel
from dashboard.detection import training
from dashboard.detection.models import window_task
from dashboard.detection.scaling import fit_scaling
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.windows import CellMean, cut

TINY = {"units": (8,), "epochs": 4, "window": 10, "seed": 3, "patience": 0}


def fifty_users() -> Panel:
    return make_panel(users=50, times=10)


def _material(panel, window: int, stride: int = 1) -> training.Material:  # noqa: ANN001
    scaled = fit_scaling("range", panel, panel.observed).on(panel).scale(panel)
    windows = cut(panel.observed, np.arange(len(panel.users)), window, stride)
    return training.Material(scaled, panel.observed, windows, windows[:0])


@cache
def _plain_keras(model: str) -> list[float]:
    """The two models as they are usually written, trained with nothing of this project but its windows."""
    units, epochs, seed = TINY["units"][0], TINY["epochs"], TINY["seed"]
    material = _material(fifty_users(), TINY["window"])
    windows = material.training.take(material.scaled)
    steps, features = windows.shape[1:]
    keras.utils.set_random_seed(seed)
    layers = [keras.Input((steps, features))]
    if model == "encoder-decoder":
        layers += [keras.layers.LSTM(units), keras.layers.RepeatVector(steps)]
    else:
        layers += [keras.layers.LSTM(units, return_sequences=True)]
    layers += [
        keras.layers.LSTM(units, return_sequences=True),
        keras.layers.TimeDistributed(keras.layers.Dense(features, activation="tanh")),
    ]
    network = keras.Sequential(layers)
    network.compile(loss="mse", optimizer="adam", metrics=["mae"])
    fitted = network.fit(windows, windows, epochs=epochs, batch_size=32, shuffle=False, verbose=0)
    return fitted.history["loss"]


@pytest.mark.parametrize(
    ("model", "compiled"), [("encoder-decoder", True), ("stacked", True), ("stacked", False)]
)
def test_losses_are_those_of_plain_keras(
    model: str, compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_task, "WORTH_COMPILING", 1 if compiled else 1_000)
    settings = TrainingSettings(model=model, **TINY)
    material = _material(fifty_users(), settings.window)
    records = training.fit(training.make_network(settings, 1), settings, material, lambda _: None)
    losses = [record.loss for record in records]
    np.testing.assert_allclose(losses, _plain_keras(model), rtol=1e-5)


@pytest.mark.parametrize("model", ["encoder-decoder", "stacked"])
@pytest.mark.parametrize("batch", [4, 128])
def test_windows_are_reconstructed_as_keras_predicts_them(
    model: str, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "A_BATCH", batch)
    monkeypatch.setattr(training, "AT_ONCE", 3 * batch)
    settings = TrainingSettings(model=model, units=(6, 5), dropout=0.2, window=8)
    material = _material(make_panel(users=5, times=13, features=2, newcomers=2), 8)
    network = training.make_network(settings, 2)
    random = np.random.default_rng(0)
    network.set_weights([random.normal(0, 0.7, each.shape) for each in network.get_weights()])
    made = training.reconstruct(window_task.forward_of(network), material.scaled, material.training)

    mean = CellMean(material.scaled.shape)
    windows = material.training.take(material.scaled)
    mean.add(material.training, network.predict(windows, verbose=0))
    np.testing.assert_allclose(made, mean.mean(), rtol=1e-5, atol=1e-5)


def test_losses_with_gaps_and_a_held_out_part_are_those_of_keras_own_loop() -> None:
    settings = TrainingSettings(
        model="stacked", units=(4,), epochs=3, window=10, metric="rmse", patience=0
    )
    whole = _material(make_panel(users=60, times=10, newcomers=20), 10)
    windows = whole.training[:45], whole.training[45:]
    given = [(each.take(whole.scaled), each.take(whole.observed)) for each in windows]
    (values, weights), (held_out, held_out_weights) = given
    fitted = training.make_network(settings, 1).fit(
        values, values, sample_weight=weights.astype(float), batch_size=32, shuffle=False, verbose=0,
        validation_data=(held_out, held_out, held_out_weights.astype(float)), epochs=3,
    )  # fmt: skip
    material = training.Material(whole.scaled, whole.observed, *windows)
    records = training.fit(training.make_network(settings, 1), settings, material, lambda _: None)
    names = {"loss": "loss", "metric": "rmse", "val_loss": "val_loss", "val_metric": "val_rmse"}
    for ours, theirs in names.items():
        found = [getattr(record, ours) for record in records]
        np.testing.assert_allclose(found, fitted.history[theirs], rtol=1e-5)


def test_shuffling_changes_the_course_of_training_but_not_its_repeatability() -> None:
    material = _material(make_panel(users=70, times=10), 10)

    def losses(*, shuffle: bool) -> list[float]:
        settings = TrainingSettings(units=(4,), epochs=2, window=10, shuffle=shuffle)
        network = training.make_network(settings, 1)
        return [record.loss for record in training.fit(network, settings, material, lambda _: None)]

    assert losses(shuffle=True) == losses(shuffle=True)
    assert losses(shuffle=True) != losses(shuffle=False)


def test_patience_stops_training_and_restores_the_best_weights() -> None:
    settings = TrainingSettings(
        units=(4,), epochs=60, window=10, patience=2, learning_rate=0.3, optimizer="sgd"
    )
    material = _material(make_panel(users=40, times=10), 10)
    held_out = training.Material(
        material.scaled, material.observed, material.training[:30], material.training[30:]
    )
    network = training.make_network(settings, 1)
    records = training.fit(network, settings, held_out, lambda _: None)
    best = min(record.val_loss for record in records)
    now = network.evaluate(
        held_out.held_out.take(material.scaled), held_out.held_out.take(material.scaled), verbose=0
    )
    assert now[0] == pytest.approx(best, rel=1e-4)
