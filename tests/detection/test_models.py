"""The contract of every model in the registry: what is planned is what Keras builds and trains."""

from pathlib import Path

import keras
import numpy as np
import pytest

from dashboard.detection import training
from dashboard.detection.models import sequence
from dashboard.detection.models.keras_layers import METRICS, build
from dashboard.detection.registry import MODELS, model_kind
from dashboard.detection.settings import METRICS as METRIC_WORDS
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.windows import cut
from dashboard.errors import SettingsError

CLASSICS = [name for name, kind in MODELS.items() if kind.prepare is sequence.prepare]
CHOICES = [
    {},
    {"units": (7,)},
    {"units": (6, 3), "dropout": 0.2},
    {"units": (4,), "unroll": True, "activation": "linear", "loss": "mae", "optimizer": "rmsprop"},
]


STEPS, FEATURES = 6, 2
RANDOM = np.random.default_rng(0)
VALUES = RANDOM.uniform(-1, 1, (40, STEPS, FEATURES)).astype(np.float32)
OBSERVED = RANDOM.random((40, STEPS)) < 0.7  # (windows, steps)


@pytest.mark.parametrize("name", CLASSICS)
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


def _network(name: str, **chosen: object) -> keras.Model:
    return training.make_network(
        TrainingSettings(model=name, units=(4,), window=STEPS, **chosen), FEATURES
    )


def _weights(network: keras.Model) -> np.ndarray:
    return np.concatenate([each.ravel() for each in network.get_weights()])


def _trained(name: str, **chosen: object) -> tuple[np.ndarray, list[float]]:
    """Train for three epochs; return the weights and the losses."""
    settings = TrainingSettings(model=name, units=(4,), window=STEPS, epochs=3, **chosen)
    network = training.make_network(settings, FEATURES)
    windows = cut(OBSERVED, np.arange(len(VALUES)), STEPS, STEPS)
    material = training.Material(VALUES, OBSERVED, windows, windows[:0])
    records = training.fit(network, settings, material, lambda _: None)
    return _weights(network), [record.loss for record in records]


@pytest.mark.parametrize("name", CLASSICS)
def test_every_model_learns_with_a_finite_and_falling_loss(name: str) -> None:
    _, losses = _trained(name, learning_rate=0.01)
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("name", CLASSICS)
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(name: str) -> None:
    # with dropout and shuffling, so that every random number of a training is drawn
    first, again, other = (
        _trained(name, seed=seed, dropout=0.3, shuffle=True)[0] for seed in (5, 5, 6)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("name", CLASSICS)
def test_a_saved_model_gives_the_same_output_when_it_is_loaded(name: str, tmp_path: Path) -> None:
    network = _network(name, dropout=0.2)
    network.save(tmp_path / "model.keras")
    loaded = training.load_network(tmp_path / "model.keras")
    assert np.array_equal(loaded.predict_on_batch(VALUES), network.predict_on_batch(VALUES))


@pytest.mark.parametrize("name", CLASSICS)
def test_what_was_not_observed_neither_moves_the_loss_nor_the_weights(name: str) -> None:
    network = _network(name, optimizer="sgd")  # which keeps nothing of an update
    beginning = network.get_weights()

    def step(targets: np.ndarray) -> tuple[float, np.ndarray]:
        network.set_weights(beginning)
        network.reset_metrics()
        loss = network.train_on_batch(VALUES, targets, sample_weight=OBSERVED.astype(np.float32))
        return float(loss[0]), _weights(network)

    loss, weights = step(VALUES)
    same_loss, same_weights = step(np.where(OBSERVED[:, :, None], VALUES, 0.9))
    other_loss, other_weights = step(np.where(OBSERVED[:, :, None], 0.9, VALUES))
    assert same_loss == loss
    assert np.array_equal(same_weights, weights)
    assert not np.array_equal(other_weights, weights)
    assert other_loss != loss


@pytest.mark.parametrize("name", CLASSICS)
def test_the_loss_is_the_mean_over_what_was_observed(name: str) -> None:
    network = _network(name)
    made = network.predict_on_batch(VALUES)
    weight = OBSERVED.astype(np.float32)
    loss, metric = network.test_on_batch(VALUES, VALUES, sample_weight=weight)
    assert loss == pytest.approx(np.square(made - VALUES)[OBSERVED].mean(), rel=1e-5)
    assert metric == pytest.approx(np.abs(made - VALUES)[OBSERVED].mean(), rel=1e-5)


@pytest.mark.parametrize(
    ("metric", "power", "root"), [("mae", 1, 1), ("mse", 2, 1), ("rmse", 2, 2)]
)
def test_the_metric_is_the_one_that_was_chosen(metric: str, power: int, root: int) -> None:
    network = _network("stacked", metric=metric, loss="huber")
    away = np.abs(network.predict_on_batch(VALUES) - VALUES)[OBSERVED]
    measured = network.test_on_batch(VALUES, VALUES, sample_weight=OBSERVED.astype(np.float32))[1]
    assert measured == pytest.approx((away**power).mean() ** (1 / root), rel=1e-5)


def test_every_metric_that_can_be_chosen_can_be_built() -> None:
    assert set(METRICS) == set(METRIC_WORDS)


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
