"""The network of the model made for counts, and its training. Imports TensorFlow."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.detection.training import (  # first: it chooses Keras' backend
    Recorder,
    early_stopping,
)

# isort: split
import keras
import numpy as np
import tensorflow as tf

from dashboard.detection.counts.context import (
    CELLS_AN_EPOCH,
    CHANNELS,
    Cells,
    Context,
    batch_size_for,
    reach_of,
)
from dashboard.detection.counts.distribution import Counts
from dashboard.detection.counts.sizes import ANYTHING
from dashboard.detection.history import EpochRecord
from dashboard.detection.models.checkpoint import Checkpoint
from dashboard.detection.settings import TrainingSettings

HIDDEN = 48  # units of the layer that joins what was read
CELLS_TO_CHECK = 10_000
AT_ONCE = 8_192  # cells corrected together
LAST_RATE = 0.02  # share of the learning rate that is left at the end
ENOUGH_CELLS = 5_000  # from which corrections can be learned that hold elsewhere
WORTH = 0.02  # nats a cell by which correcting must foretell held-out cells better
PROMISE = 0.5  # share of that which the first epoch must bring for more to follow
LOG_SIZES = (-3.0, 8.0)

_HANDED_ON: dict[tuple[object, ...], keras.Model] = {}

# What is shown of some cells, by name, and their count, off, log mean and log size: (cells, 4)
Batch = tuple[dict[str, np.ndarray], np.ndarray]


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
        inputs = {"before": shown.before, "after": shown.after, "step": shown.step}
        return inputs, np.stack(asked, axis=1).astype(np.float32)


def build(settings: TrainingSettings, facts: int) -> keras.Model:
    """Return the network: before, after, step -> corrections of log mean and log size.

    It begins by correcting nothing. One that was handed on serves again where it is alike.
    """
    keras.utils.set_random_seed(settings.seed)
    network = _new(settings, facts)
    handed_on = _HANDED_ON.pop(_likeness(settings, facts), None)
    if handed_on is None:
        return network
    for variable, beginning in zip(handed_on.variables, network.variables, strict=True):
        variable.assign(beginning)
    for variable in handed_on.optimizer.variables:
        variable.assign(tf.zeros_like(variable))
    return handed_on


def hand_on(network: keras.Model, settings: TrainingSettings) -> None:
    """Leave a network that nobody needs any more to the next `build`: all it has traced is kept."""
    facts = network.get_layer("step").output.shape[-1]
    _HANDED_ON[_likeness(settings, facts)] = network


def _likeness(settings: TrainingSettings, facts: int) -> tuple[object, ...]:
    """Return what two networks have in common that compute the same from the same weights."""
    return settings.units, settings.dropout, settings.window, settings.unroll, facts


def _new(settings: TrainingSettings, facts: int) -> keras.Model:
    around = (reach_of(settings.window), CHANNELS)
    before, after = keras.Input(around, name="before"), keras.Input(around, name="after")
    step = keras.Input((facts,), name="step")
    read = [_read(before, settings), _read(after, settings), step]
    joined = keras.layers.Dense(HIDDEN, activation="relu")(keras.layers.Concatenate()(read))
    if settings.dropout:
        joined = keras.layers.Dropout(settings.dropout)(joined)
    corrections = keras.layers.Dense(2, kernel_initializer="zeros", name="corrections")(joined)
    network = keras.Model({"before": before, "after": after, "step": step}, corrections)
    network.compile(
        optimizer=keras.optimizers.Adam(settings.learning_rate, clipnorm=1.0),
        loss=surprisal,
        metrics=[mae],
    )
    return network


def _read(steps: keras.KerasTensor, settings: TrainingSettings) -> keras.KerasTensor:
    """Read one side with an LSTM for each of the units; the last keeps one vector."""
    for position, units in enumerate(settings.units, start=1):
        steps = keras.layers.LSTM(
            units, return_sequences=position < len(settings.units), unroll=settings.unroll
        )(steps)
    return steps


def fit(
    network: keras.Model,
    settings: TrainingSettings,
    training: Sequence[tuple[Part, Cells]],
    held_out: Sequence[tuple[Part, Cells]],
    on_epoch: Callable[[EpochRecord], None],
    *,
    checkpoint_file: Path | None = None,
) -> tuple[EpochRecord, ...]:
    """Train the network in place; the weights that foretell held-out cells best are kept.

    Where that is hardly better than no correction, or the cells to learn from are few, nothing is
    corrected: what the network then has learned is mostly to follow the steps around a cell, long
    anomalies included. With patience, training ends after one epoch where it will come to that.
    It goes on from what an interrupted training has left in `checkpoint_file`.
    """
    lessons = Lessons(training, settings, CELLS_AN_EPOCH)
    check = Lessons(held_out, settings, CELLS_TO_CHECK, moving=False) if held_out else None
    untrained = network.evaluate(check, verbose=0)[0] if check else None
    few = sum(len(cells) for _, cells in training) < ENOUGH_CELLS
    recorder = Recorder("mae", on_epoch)
    stopping = early_stopping(settings, checked=bool(check))
    checkpoint = Checkpoint(checkpoint_file, recorder.records, stopping, settings.epochs)
    for record in checkpoint.done:
        recorder.take(record)
        lessons.on_epoch_end()
    network.fit(
        lessons,
        validation_data=check,
        initial_epoch=checkpoint.first_epoch,
        epochs=settings.epochs,
        callbacks=[
            _Cosine(settings, len(lessons), checkpoint.first_epoch),
            recorder,
            *stopping,
            *([_FirstEpoch(untrained, few=few)] if settings.patience else []),
            checkpoint,
        ],
        shuffle=False,
        verbose=0,
    )
    if few or (check and untrained - min(record.val_loss for record in recorder.records) < WORTH):
        layer = network.get_layer("corrections")
        layer.set_weights([np.zeros_like(weights) for weights in layer.get_weights()])
    return tuple(recorder.records)


class _FirstEpoch(keras.callbacks.Callback):
    """Ends a training after its first epoch where nothing that it learns would be used.

    untrained: the held-out loss before it; None where nothing is held out. Of all that a training gains
    on held-out cells, the first epoch was measured to bring three quarters.
    """

    def __init__(self, untrained: float | None, *, few: bool) -> None:
        super().__init__()
        self._untrained, self._few = untrained, few

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Look at what the first epoch has gained."""
        if epoch:
            return
        gains = self._untrained is None or self._untrained - logs["val_loss"] >= PROMISE * WORTH
        if self._few or not gains:
            self.model.stop_training = True


class _Cosine(keras.callbacks.Callback):
    """Lowers the learning rate from update to update, along half a wave of the cosine."""

    def __init__(self, settings: TrainingSettings, batches: int, first_epoch: int) -> None:
        super().__init__()
        self._rate, self._updates = settings.learning_rate, batches * settings.epochs
        self._done = batches * first_epoch

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Set the rate of the next update."""
        share = (1 + math.cos(math.pi * self._done / self._updates)) / 2
        self.model.optimizer.learning_rate = self._rate * (LAST_RATE + (1 - LAST_RATE) * share)
        self._done += 1


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
        inputs, asked = part.batch(some)
        made = _corrected(network.predict_on_batch(inputs), asked).numpy().astype(float)
        where = (some.user, some.time)
        counts.mean[where], counts.size[where] = np.exp(made[:, 0]), np.exp(made[:, 1])
    return counts


def surprisal(asked: tf.Tensor, corrections: tf.Tensor) -> tf.Tensor:
    """Return how unlikely each count is, as -log probability; a small share may be anything."""
    actual, off = asked[:, 0], asked[:, 1]
    log_mean, log_size = tf.unstack(_corrected(corrections, asked), axis=1)
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
    log_mean = _corrected(corrections, asked)[:, 0]
    return tf.abs(asked[:, 0] - tf.exp(log_mean) * (1 - asked[:, 1]))


def _corrected(corrections: tf.Tensor, asked: tf.Tensor) -> tf.Tensor:
    """Return log mean and log size, (cells, 2)."""
    mean, size = tf.unstack(corrections + asked[:, 2:], axis=1)
    return tf.stack([mean, tf.clip_by_value(size, *LOG_SIZES)], axis=1)


class Lessons(keras.utils.PyDataset):
    """Batches of cells in random order, gathered when needed; an epoch takes at most so many cells.

    moving: whether each epoch takes the cells after those of the one before.
    """

    def __init__(
        self,
        parts: Sequence[tuple[Part, Cells]],
        settings: TrainingSettings,
        most: int,
        *,
        moving: bool = True,
    ) -> None:
        super().__init__()
        self._parts = parts
        self._random = np.random.default_rng(settings.seed)
        lengths = [len(cells) for _, cells in parts]
        self._rows = np.concatenate([np.arange(length) for length in lengths])
        self._part = np.repeat(np.arange(len(parts)), lengths)
        self._order = self._random.permutation(len(self._rows))
        self._number = min(most, len(self._rows))
        self._size = batch_size_for(self._number, settings.batch_size)
        self._first = 0
        self._moving = moving

    def __len__(self) -> int:
        """How many batches an epoch has."""
        return math.ceil(self._number / self._size)

    def __getitem__(self, index: int) -> Batch:
        """Gather one batch."""
        first = self._first + index * self._size
        last = self._first + min((index + 1) * self._size, self._number)
        chosen = self._order[first:last]
        batches = []
        for place, (part, cells) in enumerate(self._parts):
            rows = self._rows[chosen[self._part[chosen] == place]]
            if len(rows):
                batches.append(part.batch(cells[rows]))
        inputs = {
            name: np.concatenate([shown[name] for shown, _ in batches]) for name in batches[0][0]
        }
        return inputs, np.concatenate([asked for _, asked in batches])

    def on_epoch_end(self) -> None:
        """Move on to the next cells, and begin anew once all have been taken."""
        if not self._moving:
            return
        self._first += self._number
        if self._first + self._number > len(self._order):
            self._random.shuffle(self._order)
            self._first = 0
