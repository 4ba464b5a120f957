import keras
import numpy as np
import pytest
from panels import make_panel

from dashboard.detection import training
from dashboard.detection.scaling import fit_scaling
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.windows import cut


def _material(panel, window: int, stride: int = 1) -> training.Material:  # noqa: ANN001
    scaled = fit_scaling("range", panel, panel.observed).on(panel).scale(panel)
    windows = cut(panel.observed, np.arange(len(panel.users)), window, stride)
    return training.Material(scaled, panel.observed, windows, windows[:0])


def _plain_keras(
    model: str, windows: np.ndarray, units: int, epochs: int, seed: int
) -> list[float]:
    """The two models as they are usually written, trained with nothing of this project."""
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


@pytest.mark.parametrize("model", ["encoder-decoder", "stacked"])
def test_losses_are_those_of_plain_keras(model: str) -> None:
    settings = TrainingSettings(model=model, units=(8,), epochs=4, window=10, seed=3, patience=0)
    material = _material(make_panel(users=50, times=10), 10)
    records = training.fit(training.make_network(settings, 1), settings, material, lambda _: None)
    plain = _plain_keras(model, material.training.take(material.scaled), 8, 4, 3)
    np.testing.assert_allclose([record.loss for record in records], plain, rtol=1e-5)


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
