"""From a plan to a compiled Keras model."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras

from dashboard.detection.models.plan import LayerPlan, Plan
from dashboard.detection.settings import TrainingSettings

LOSSES = {
    "mse": keras.losses.MeanSquaredError,
    "mae": keras.losses.MeanAbsoluteError,
    "huber": keras.losses.Huber,
}
METRICS = {
    "mae": keras.metrics.MeanAbsoluteError,
    "mse": keras.metrics.MeanSquaredError,
    "rmse": keras.metrics.RootMeanSquaredError,
}
OPTIMIZERS = {
    "adam": keras.optimizers.Adam,
    "rmsprop": keras.optimizers.RMSprop,
    "sgd": keras.optimizers.SGD,
}


def build(plan: Plan, settings: TrainingSettings, steps: int, features: int) -> keras.Model:
    """Return the planned model for windows of (steps, features), seeded and compiled.

    The loss is a mean over the steps that carry a weight, so that unobserved steps do not count.
    """
    keras.utils.set_random_seed(settings.seed)
    model = keras.Sequential(
        [keras.Input((steps, features)), *(_layer(layer, settings) for layer in plan)]
    )
    model.compile(
        loss=LOSSES[settings.loss](reduction="mean_with_sample_weight"),
        optimizer=OPTIMIZERS[settings.optimizer](settings.learning_rate),
        weighted_metrics=[METRICS[settings.metric](name=settings.metric)],
    )
    return model


def _layer(plan: LayerPlan, settings: TrainingSettings) -> keras.Layer:
    match plan.kind:
        case "lstm":
            return keras.layers.LSTM(
                plan.size, return_sequences=plan.returns_sequences, unroll=settings.unroll
            )
        case "repeat":
            return keras.layers.RepeatVector(plan.size)
        case "dropout":
            return keras.layers.Dropout(plan.rate)
        case "output":
            return keras.layers.TimeDistributed(
                keras.layers.Dense(plan.size, activation=settings.activation)
            )
