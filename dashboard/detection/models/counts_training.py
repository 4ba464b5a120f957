"""How the network of the model made for counts learns, and when what it learned is used. Imports TensorFlow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dashboard.detection.models.counts_network import (  # first: it chooses Keras' backend
    Part,
    build,
    mae,
    pass_through,
    surprisal,
)

# isort: split
import keras
import numpy as np
import tensorflow as tf

from dashboard.detection.at_once import at_once
from dashboard.detection.counts.context import CELLS_AN_EPOCH, Cells, batch_size_for
from dashboard.detection.history import EpochRecord
from dashboard.detection.models.epochs import OnEpoch, run_epochs
from dashboard.detection.models.updates import Measure, Measured, Task, Tensors, Updates, batches_of
from dashboard.detection.settings import TrainingSettings

CELLS_TO_CHECK = 10_000
CHECKED_AT_ONCE = 2_048
LAST_RATE = 0.02  # share of the learning rate that is left at the end
ENOUGH_CELLS = 5_000  # from which corrections can be learned that hold elsewhere
WORTH = 0.02  # nats a cell by which correcting must foretell held-out cells better
PROMISE = 0.5  # share of that which the first epoch must bring for more to follow
WORTH_COMPILING = 300  # updates: of fewer, hardly any of the five seconds that it takes is won back
USUAL_ROWS = 512
GATHERED_AT_ONCE = 4_096  # cells

_HANDED_ON: dict[tuple[object, ...], Updates] = {}

Parts = Sequence[tuple[Part, Cells]]


def updates_of(settings: TrainingSettings, facts: int, cells: int) -> Updates:
    """Return the updates of a new network. Those that were handed on serve again where they are alike.

    cells: how many there are to learn from; of few, smaller batches are made and nothing is compiled.
    That depends on no more than these, so that a training that goes on learns as it began.
    """
    new = build(settings, facts)
    rows = _rows(settings, cells)
    fused = not (settings.unroll or tf.config.list_physical_devices("GPU"))
    compiled = fused and updates_planned(settings, cells) >= WORTH_COMPILING
    handed_on = _HANDED_ON.pop(_likeness(settings, facts, rows, compiled=compiled), None)
    if handed_on is None:
        return Updates(new, Task(_take, _measuring(new, fused=fused)), rows, compiled=compiled)
    network = handed_on.network
    for variable, beginning in zip(network.variables, new.variables, strict=True):
        variable.assign(beginning)
    for variable in network.optimizer.variables:
        variable.assign(tf.zeros_like(variable))
    return handed_on


def hand_on(updates: Updates, settings: TrainingSettings) -> None:
    """Leave updates that nobody needs any more to the next network: all that was compiled is kept."""
    facts = updates.network.get_layer("step").output.shape[-1]
    _HANDED_ON[_likeness(settings, facts, updates.rows, compiled=updates.compiled)] = updates


def updates_planned(settings: TrainingSettings, cells: int) -> int:
    """Return how many updates a training on so many cells has, at most."""
    number = min(cells, CELLS_AN_EPOCH)
    in_vain = settings.patience and cells < ENOUGH_CELLS  # it ends after one epoch
    batches = batches_of(number, batch_size_for(number, settings.batch_size))
    return batches * (1 if in_vain else settings.epochs)


def _likeness(
    settings: TrainingSettings, facts: int, rows: int, *, compiled: bool
) -> tuple[object, ...]:
    """Return what two networks have in common that learn the same from the same weights."""
    return settings.units, settings.dropout, settings.window, settings.unroll, facts, rows, compiled


def _rows(settings: TrainingSettings, cells: int) -> int:
    """Return for how many rows updates are made: usually the same, however few cells there are."""
    needed = batch_size_for(min(cells, CELLS_AN_EPOCH), settings.batch_size)
    return min(settings.batch_size, max(USUAL_ROWS, needed))


def fit(
    updates: Updates,
    settings: TrainingSettings,
    training: Parts,
    held_out: Parts,
    on_epoch: OnEpoch,
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
    rates = falling_rates(settings.learning_rate, lessons.batches * settings.epochs)
    check = _checking(updates, settings, held_out)
    untrained = check().loss if check else None
    few = sum(len(cells) for _, cells in training) < ENOUGH_CELLS

    def learn(epoch: int) -> Measured:
        part = rates[epoch * lessons.batches : (epoch + 1) * lessons.batches]
        order = np.arange(lessons.number)
        return updates.epoch(lessons.of(epoch), order, part, lessons.batch_size)

    records = run_epochs(
        updates.network,
        settings,
        learn,
        check,
        on_epoch,
        checkpoint_file=checkpoint_file,
        is_enough=lambda record: (
            bool(settings.patience)
            and record.epoch == 1
            and (few or not _promises(untrained, record))
        ),
    )
    if few or (check and untrained - min(record.val_loss for record in records) < WORTH):
        layer = updates.network.get_layer("corrections")
        layer.set_weights([np.zeros_like(weights) for weights in layer.get_weights()])
    return records


def _promises(untrained: float | None, first: EpochRecord) -> bool:
    """Whether what the first epoch has gained lets hope that what is learned will be used.

    untrained: the held-out loss before it; None where nothing is held out. Of all that a training
    gains on held-out cells, the first epoch was measured to bring three quarters.
    """
    return untrained is None or untrained - first.val_loss >= PROMISE * WORTH


def falling_rates(rate: float, updates: int) -> np.ndarray:
    """Return the learning rate of each update, along half a wave of the cosine."""
    share = (1 + np.cos(np.pi * np.arange(updates) / updates)) / 2
    return rate * (LAST_RATE + (1 - LAST_RATE) * share)


def _checking(
    updates: Updates, settings: TrainingSettings, held_out: Parts
) -> Callable[[], Measured] | None:
    """Return what measures the held-out cells, or some of them; None where there are none."""
    if not held_out:
        return None
    cells = Lessons(held_out, settings, CELLS_TO_CHECK)
    data, order = cells.of(0), np.arange(cells.number)
    return lambda: updates.check(data, order, CHECKED_AT_ONCE)


def _take(data: Tensors, rows: tf.Tensor) -> Tensors:
    return tuple(tf.gather(each, rows) for each in data)


def _measuring(network: keras.Model, *, fused: bool) -> Measure:
    def measure(taken: Tensors, learning: bool) -> Tensors:
        *shown, asked = taken
        if fused:
            made = pass_through(network, shown, learning=learning)
        else:
            inputs = dict(zip(("before", "after", "step"), shown, strict=True))
            made = network(inputs, training=learning)
        return surprisal(asked, made), mae(asked, made), tf.ones_like(asked[:, 0])

    return measure


@dataclass(frozen=True)
class Lessons:
    """Cells in random order, gathered when needed; an epoch takes at most so many of them.

    Each epoch takes the cells after those of the one before, in a new order once all were taken.
    """

    parts: Parts
    settings: TrainingSettings
    most: int

    @property
    def number(self) -> int:
        """How many cells an epoch has."""
        return min(self.most, self._whole)

    @property
    def batch_size(self) -> int:
        """How many cells share an update."""
        return batch_size_for(self.number, self.settings.batch_size)

    @property
    def batches(self) -> int:
        """How many updates an epoch has."""
        return batches_of(self.number, self.batch_size)

    @property
    def _whole(self) -> int:
        return sum(len(cells) for _, cells in self.parts)

    def of(self, epoch: int) -> Tensors:
        """Gather the cells of an epoch, counted from 0: before, after, step and what is asked."""
        turn, place = divmod(epoch, self._whole // self.number)
        order = np.random.default_rng([self.settings.seed, turn]).permutation(self._whole)
        chosen = order[place * self.number : (place + 1) * self.number]
        blocks = np.array_split(chosen, batches_of(len(chosen), GATHERED_AT_ONCE))
        gathered = at_once(partial(self._gather, block) for block in blocks)
        return tuple(
            tf.convert_to_tensor(np.concatenate(each)) for each in zip(*gathered, strict=True)
        )

    def _gather(self, chosen: np.ndarray) -> list[np.ndarray]:
        """Gather these of all cells, in their order."""
        first, places, batches = 0, [], []
        for part, cells in self.parts:
            own = np.flatnonzero((chosen >= first) & (chosen < first + len(cells)))
            if len(own):
                places.append(own)
                batches.append(part.batch(cells[chosen[own] - first]))
            first += len(cells)
        order = np.argsort(np.concatenate(places))
        return [np.concatenate(each)[order] for each in zip(*batches, strict=True)]
