"""The network of the model made for counts: what it is shown, and what it makes of that. Imports TensorFlow."""

from dataclasses import dataclass

from dashboard.detection.models import keras_layers  # noqa: F401 - first: it chooses Keras' backend

# isort: split
import keras
import numpy as np
import tensorflow as tf

from dashboard.detection.counts.context import CHANNELS, Cells, Context, reach_of
from dashboard.detection.counts.distribution import Counts
from dashboard.detection.counts.sizes import ANYTHING
from dashboard.detection.models.fused_lstm import read
from dashboard.detection.models.updates import Tensors
from dashboard.detection.settings import TrainingSettings

HIDDEN = 48  # units of the layer that joins what was read
AT_ONCE = 8_192  # cells corrected together
LOG_SIZES = (-3.0, 8.0)

# before, after, step, and what is asked of some cells: their count, off, log mean and log size, (cells, 4)
Batch = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Part:
    """One feature: its counts, what surrounds them, and what is expected without the network.

    actual: (users, times), as are `counts`.
    """

    actual: np.ndarray
    context: Context
    counts: Counts

    def batch(self, cells: Cells) -> Batch:
        """Gather what the network is shown of these cells, and what it is asked."""
        shown = self.context.show(cells)
        where = (cells.user, cells.time)
        counts = self.counts[where]
        off = counts.with_absences().off
        asked = [self.actual[where], off, np.log(counts.mean), np.log(counts.size)]
        asked = np.stack(asked, axis=1).astype(np.float32)
        return shown.before, shown.after, shown.step, asked


def build(settings: TrainingSettings, facts: int) -> keras.Model:
    """Return the network: before, after, step -> corrections of log mean and log size.

    It begins by correcting nothing.
    """
    keras.utils.set_random_seed(settings.seed)
    around = (reach_of(settings.window), CHANNELS)
    before, after = keras.Input(around, name="before"), keras.Input(around, name="after")
    step = keras.Input((facts,), name="step")
    sides = [_read(side, settings) for side in (before, after)]
    joined = keras.layers.Dense(HIDDEN, activation="relu", name="joined")(
        keras.layers.Concatenate()([*sides, step])
    )
    if settings.dropout:
        joined = keras.layers.Dropout(settings.dropout, name="dropout")(joined)
    corrections = keras.layers.Dense(2, kernel_initializer="zeros", name="corrections")(joined)
    network = keras.Model({"before": before, "after": after, "step": step}, corrections)
    network.compile(optimizer=keras.optimizers.Adam(settings.learning_rate, clipnorm=1.0))
    return network


def _read(side: keras.KerasTensor, settings: TrainingSettings) -> keras.KerasTensor:
    """Read one side with an LSTM for each of the units; the last keeps one vector."""
    steps, name = side, side.name
    for position, units in enumerate(settings.units, start=1):
        steps = keras.layers.LSTM(
            units,
            return_sequences=position < len(settings.units),
            unroll=settings.unroll,
            name=f"{name}_{position}",
        )(steps)
    return steps


def pass_through(network: keras.Model, shown: Tensors, *, learning: bool) -> tf.Tensor:
    """Return what the network makes of before, after and step, by way of the fused LSTM."""
    *sides, step = shown
    layers = {layer.name: layer for layer in network.layers}
    read_of = [
        _pass_side(network, name, side)
        for name, side in zip(("before", "after"), sides, strict=True)
    ]
    values = layers["joined"](tf.concat([*read_of, step], axis=1))
    if "dropout" in layers:
        values = layers["dropout"](values, training=learning)
    return layers["corrections"](values)


def _pass_side(network: keras.Model, name: str, side: tf.Tensor) -> tf.Tensor:
    steps = side.shape[1]
    values = tf.transpose(side, (1, 0, 2))  # time comes first
    for layer in network.layers:
        if isinstance(layer, keras.layers.LSTM) and layer.name.startswith(f"{name}_"):
            values = read(layer, values, steps)
    return values


def corrects(network: keras.Model) -> bool:
    """Whether the network corrects anything at all."""
    return any(weights.any() for weights in network.get_layer("corrections").get_weights())


def correct(network: keras.Model, part: Part, cells: Cells) -> Counts:
    """Return what is expected of all cells, these corrected by the network."""
    counts = Counts(np.array(part.counts.mean), np.array(part.counts.size), part.counts.off)
    size = min(AT_ONCE, len(cells))
    for first in range(0, len(cells), AT_ONCE):
        # one shape for all batches, the last of which begins anew: another would be traced again
        some = cells[np.arange(first, first + size) % len(cells)]
        before, after, step, asked = part.batch(some)
        made = network.predict_on_batch({"before": before, "after": after, "step": step})
        made = corrected(made, asked).numpy().astype(float)
        where = (some.user, some.time)
        counts.mean[where], counts.size[where] = np.exp(made[:, 0]), np.exp(made[:, 1])
    return counts


def surprisal(asked: tf.Tensor, corrections: tf.Tensor) -> tf.Tensor:
    """Return how unlikely each count is, as -log probability; a small share may be anything."""
    actual, off = asked[:, 0], asked[:, 1]
    log_mean, log_size = tf.unstack(corrected(corrections, asked), axis=1)
    size = tf.exp(log_size)
    wide = tf.math.softplus(log_mean - log_size)  # log(1 + mean / size)
    active = tf.math.lgamma(actual + size) - tf.math.lgamma(size) - tf.math.lgamma(actual + 1)
    active += actual * (log_mean - log_size - wide) - size * wide + tf.math.log1p(-off)
    quiet = tf.where(actual == 0, tf.math.log(off), -1e9)
    anything = -tf.math.log(actual + 1) - 3 + np.log(ANYTHING)
    usual = tf.reduce_logsumexp(tf.stack([active, quiet]), axis=0) + np.log(1 - ANYTHING)
    return -tf.reduce_logsumexp(tf.stack([usual, anything]), axis=0)


def mae(asked: tf.Tensor, corrections: tf.Tensor) -> tf.Tensor:
    """Return the mean absolute error of what is expected, in counts."""
    log_mean = corrected(corrections, asked)[:, 0]
    return tf.abs(asked[:, 0] - tf.exp(log_mean) * (1 - asked[:, 1]))


def corrected(corrections: tf.Tensor, asked: tf.Tensor) -> tf.Tensor:
    """Return log mean and log size, (cells, 2)."""
    mean, size = tf.unstack(corrections + asked[:, 2:], axis=1)
    return tf.stack([mean, tf.clip_by_value(size, *LOG_SIZES)], axis=1)
