"""The contract of every model in the registry: what is planned is what Keras builds."""

import keras
import numpy as np
import pytest

from dashboard.detection.models.keras_layers import build
from dashboard.detection.registry import MODELS, model_kind
from dashboard.detection.settings import TrainingSettings
from dashboard.errors import SettingsError

CHOICES = [
    {},
    {"units": (7,)},
    {"units": (6, 3), "dropout": 0.2},
    {"units": (4,), "unroll": True, "activation": "linear", "loss": "mae", "optimizer": "rmsprop"},
]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("chosen", CHOICES)
@pytest.mark.parametrize(("steps", "features"), [(5, 1), (8, 3)])
def test_shapes_and_parameters_are_those_of_keras(
    name: str, chosen: dict, steps: int, features: int
) -> None:
    settings = TrainingSettings(model=name, **chosen)
    plan = MODELS[name].plan(settings, steps, features)
    network = build(plan, settings, steps, features)
    assert [layer.output_shape for layer in plan] == [
        layer.output.shape for layer in network.layers
    ]
    assert [layer.parameters for layer in plan] == [
        layer.count_params() for layer in network.layers
    ]
    assert network.predict_on_batch(np.zeros((2, steps, features))).shape == (2, steps, features)


@pytest.mark.parametrize("name", MODELS)
def test_every_model_says_what_it_is_good_and_bad_at(name: str) -> None:
    kind = MODELS[name]
    assert kind.name == name
    assert all((kind.title, kind.summary, kind.good_at, kind.bad_at))
    assert all(layer.explanation for layer in kind.plan(TrainingSettings(), 40, 1))


def test_the_classic_models_have_the_layers_they_are_known_by() -> None:
    settings = TrainingSettings()
    titles = {
        name: [layer.title for layer in MODELS[name].plan(settings, 40, 1)]
        for name in ("encoder-decoder", "stacked")
    }
    last = "TimeDistributed(Dense(1, tanh))"
    assert titles["encoder-decoder"] == [
        "LSTM(100, return_sequences=False)",
        "RepeatVector(40)",
        "LSTM(100, return_sequences=True)",
        last,
    ]
    assert titles["stacked"] == ["LSTM(100, return_sequences=True)"] * 2 + [last]


def test_a_model_is_compiled_as_the_settings_say() -> None:
    settings = TrainingSettings(units=(3,))
    network = build(MODELS["stacked"].plan(settings, 4, 1), settings, 4, 1)
    assert isinstance(network.loss, keras.losses.MeanSquaredError)
    assert isinstance(network.optimizer, keras.optimizers.Adam)
    assert float(network.optimizer.learning_rate) == pytest.approx(0.001)


def test_an_unknown_model_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"'perceptron'.*encoder-decoder, stacked"):
        model_kind("perceptron")
