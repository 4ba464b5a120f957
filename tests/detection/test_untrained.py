"""What the Learn page says of layers, held against Keras itself."""

import keras
import numpy as np
import pytest

from dashboard.detection.models.keras_layers import build
from dashboard.detection.models.untrained import draw_weights, pass_through
from dashboard.detection.outline import describe
from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings

STEPS, FEATURES = 7, 2
CLASSICS = ("encoder-decoder", "stacked")
WINDOWS = np.random.default_rng(0).uniform(-1, 1, (3, STEPS, FEATURES)).astype(np.float32)


def settings_of(model: str, **chosen: object) -> TrainingSettings:
    return TrainingSettings(model=model, **{"units": (5,), **chosen})


def network_of(settings: TrainingSettings) -> keras.Model:
    plan = MODELS[settings.model].plan(settings, STEPS, FEATURES)
    network = build(plan, settings, STEPS, FEATURES)
    for layer, weights in zip(network.layers, draw_weights(plan, FEATURES), strict=True):
        layer.set_weights(weights.arrays() if weights else [])
    return network


@pytest.mark.parametrize("model", CLASSICS)
@pytest.mark.parametrize(
    "chosen", [{}, {"units": (4, 3), "dropout": 0.3}, {"activation": "sigmoid"}]
)
def test_a_window_passes_through_each_layer_as_in_keras(model: str, chosen: dict) -> None:
    settings = settings_of(model, **chosen)
    plan = MODELS[model].plan(settings, STEPS, FEATURES)
    network = network_of(settings)
    made = pass_through(plan, draw_weights(plan, FEATURES), WINDOWS[1], settings.activation)
    tensor = WINDOWS
    for layer, ours in zip(network.layers, made, strict=True):
        tensor = np.asarray(layer(tensor))
        np.testing.assert_allclose(ours, tensor[1], rtol=1e-4, atol=1e-6)


def test_new_weights_are_drawn_as_keras_draws_them() -> None:
    plan = MODELS["stacked"].plan(settings_of("stacked", units=(64,)), STEPS, FEATURES)
    ours = draw_weights(plan, FEATURES)[1].arrays()
    layer = keras.layers.LSTM(64)
    layer.build((None, STEPS, 64))
    for mine, theirs in zip(ours, layer.get_weights(), strict=True):
        assert mine.shape == theirs.shape
        assert mine.std() == pytest.approx(theirs.std(), rel=0.05)
        assert np.abs(mine).max() == pytest.approx(np.abs(theirs).max(), rel=0.2)
    recurrent = ours[1]
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(64), atol=1e-9)


@pytest.mark.parametrize("model", CLASSICS)
@pytest.mark.parametrize(
    ("window", "features", "units"), [(2, 1, 1), (9, 3, 16), (40, 1, 100), (13, 8, 50)]
)
def test_the_outlines_parameters_are_those_of_keras(
    model: str, window: int, features: int, units: int
) -> None:
    settings = TrainingSettings(model=model, window=window, units=(units,))
    outline = describe((60, 60, features), settings)
    network = build(outline.layers, settings, window, features)
    assert outline.parameters == network.count_params()
    # 4 gates, each with a weight for every input and every unit, and a bias; the output a Dense
    by_hand = 4 * units * (features + units + 1) + 4 * units * (units + units + 1)
    assert outline.parameters == by_hand + features * (units + 1)


@pytest.mark.parametrize("model", CLASSICS)
def test_unrolling_changes_no_result(model: str) -> None:
    loop, unrolled = (network_of(settings_of(model, unroll=unroll)) for unroll in (False, True))
    assert loop.count_params() == unrolled.count_params()
    np.testing.assert_allclose(
        loop.predict_on_batch(WINDOWS), unrolled.predict_on_batch(WINDOWS), rtol=1e-5, atol=1e-6
    )


def test_what_follows_repeat_vector_is_given_the_same_numbers_at_every_step() -> None:
    given = np.arange(6, dtype=np.float32).reshape(2, 3)
    repeated = np.asarray(keras.layers.RepeatVector(4)(given))
    assert repeated.shape == (2, 4, 3)
    assert all(np.array_equal(repeated[:, step], given) for step in range(4))


def test_time_distributed_dense_is_one_dense_layer_used_at_every_step() -> None:
    dense = keras.layers.Dense(2, activation="tanh")
    sequences = np.random.default_rng(1).normal(size=(3, 5, 4)).astype(np.float32)
    spread = np.asarray(keras.layers.TimeDistributed(dense)(sequences))
    assert spread.shape == (3, 5, 2)
    assert dense.count_params() == 2 * (4 + 1)
    for step in range(5):
        np.testing.assert_allclose(
            spread[:, step], np.asarray(dense(sequences[:, step])), rtol=1e-5
        )


def test_a_window_knows_nothing_of_the_others_in_its_batch() -> None:
    network = network_of(settings_of("encoder-decoder"))
    together = network.predict_on_batch(WINDOWS)
    alone = network.predict_on_batch(WINDOWS[2:])
    np.testing.assert_allclose(together[2:], alone, rtol=1e-5, atol=1e-6)


def test_return_sequences_keeps_every_state_and_else_only_the_last() -> None:
    every = keras.layers.LSTM(5, return_sequences=True)
    every.build(WINDOWS.shape)
    last = keras.layers.LSTM(5)
    last.build(WINDOWS.shape)
    last.set_weights(every.get_weights())
    states = np.asarray(every(WINDOWS))
    assert states.shape == (3, STEPS, 5)
    np.testing.assert_allclose(states[:, -1], np.asarray(last(WINDOWS)), rtol=1e-5)
