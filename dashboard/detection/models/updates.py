"""Many updates of a network in one compiled call: the data lies ready, and no Python runs between batches."""

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import keras
import numpy as np
import tensorflow as tf

AT_ONCE = 32  # updates in one call: between two of them a training can be broken off
LEAST_SHARE = 16  # rows of a batch that a processor takes on alone
PROCESSORS = 2  # that share a batch: of more, each would have too little to do

Tensors = tuple[tf.Tensor, ...]
Take = Callable[[Tensors, tf.Tensor], Tensors]
Measure = Callable[[Tensors, bool], Tensors]
# the data, and for each batch: its rows, padded, their number, and the learning rate
Given = tuple[Tensors, tf.Tensor, tf.Tensor, tf.Tensor]


@dataclass(frozen=True)
class Task:
    """What a network is to learn.

    take: gathers rows, (rows,) int32, of the data. measure: what was taken of one batch, and whether
    the network learns by it -> losses, metrics and weights, of one shape. rooted: whether the metric is
    the root of a mean.
    """

    take: Take
    measure: Measure
    rooted: bool = False


@dataclass(frozen=True)
class Measured:
    """The loss of each batch averaged over its rows, and the metric over all that has a weight."""

    loss: float
    metric: float


class Updates:
    """The updates of one network, compiled for batches of at most so many rows.

    compiled: whether XLA makes one program of what forms the gradients; that takes some seconds once.
    """

    def __init__(
        self, network: keras.Model, task: Task, rows: int, *, compiled: bool = True
    ) -> None:
        self.network, self.compiled = network, compiled
        self.rows, self._task = rows, task
        network.optimizer.build(network.trainable_variables)
        shared = compiled and rows % PROCESSORS == 0 and rows >= PROCESSORS * LEAST_SHARE
        self._shares = min(PROCESSORS, os.cpu_count() or 1) if shared else 1
        # the rest takes less time in all usual trainings than it would to compile it
        self._learn = tf.function(self._gradients, autograph=False, jit_compile=compiled)
        self._graphs: dict[bool, Callable[..., tf.Tensor]] = {}

    def epoch(
        self, data: Tensors, order: np.ndarray, rates: Sequence[float], batch_size: int
    ) -> Measured:
        """Learn from all rows of the order, batch by batch; rates: the learning rate of each."""
        return self._through(data, order, batch_size, rates)

    def check(self, data: Tensors, order: np.ndarray, batch_size: int) -> Measured:
        """Measure all rows of the order, and learn nothing."""
        return self._through(data, order, batch_size, None)

    def _through(
        self,
        data: Tensors,
        order: np.ndarray,
        batch_size: int,
        rates: Sequence[float] | None,
    ) -> Measured:
        learning, batches = rates is not None, batches_of(len(order), batch_size)
        width = self.rows if learning else batch_size
        rows = np.zeros((batches, width), dtype=np.int32)  # beyond a batch they have no weight
        padded = np.pad(order, (0, batches * batch_size - len(order)))
        rows[:, :batch_size] = padded.reshape(batches, batch_size)
        numbers = np.full(batches, batch_size)
        numbers[-1] -= len(padded) - len(order)
        rates = np.asarray(rates if learning else np.zeros(batches), dtype=np.float32)
        given = data, *map(tf.convert_to_tensor, (rows, numbers.astype(np.int32), rates))
        if learning not in self._graphs:
            self._graphs[learning] = self._traced(given, learning=learning)
        total = np.zeros(3)
        for first in range(0, batches, AT_ONCE):
            span = tf.constant([first, min(first + AT_ONCE, batches)])
            total += self._graphs[learning](given, span).numpy()
        loss, metric, weight = total
        mean = float(metric / weight) if weight else 0.0
        return Measured(float(loss) / len(order), math.sqrt(mean) if self._task.rooted else mean)

    def _traced(self, given: Given, *, learning: bool) -> Callable[..., tf.Tensor]:
        """Return `_batches` as one graph, for data of any length."""
        anything = tf.nest.map_structure(
            lambda each: tf.TensorSpec([None, *each.shape[1:]], each.dtype), given
        )
        return tf.function(
            partial(self._batches, learning=learning),
            input_signature=(anything, tf.TensorSpec(2, tf.int32)),
            autograph=False,
        )

    def _batches(self, given: Given, span: tf.Tensor, *, learning: bool) -> tf.Tensor:
        """Return the sums of loss x rows, of metric x weight and of weights over some batches.

        span: the first of the batches, and the one after the last.
        """
        data, rows, numbers, rates = given

        def one(index: tf.Tensor, total: tf.Tensor) -> Tensors:
            batch = self._task.take(data, rows[index])
            there = tf.cast(tf.range(rows.shape[1]) < numbers[index], tf.float32)
            if learning:
                self.network.optimizer.learning_rate.assign(rates[index])
                loss, metric, weight = self._update(batch, there)
            else:
                loss, metric, weight = self._sums(batch, there, learning=False)
            loss = tf.math.divide_no_nan(loss, weight) * tf.cast(numbers[index], tf.float32)
            return index + 1, total + tf.stack([loss, metric, weight])

        _, total = tf.while_loop(
            lambda index, _: index < span[1], one, (span[0], tf.zeros(3)), parallel_iterations=1
        )
        return total

    def _update(self, batch: Tensors, there: tf.Tensor) -> Tensors:
        """Learn from one batch, each processor from its share; return its sums."""
        whole = (*batch, there)
        width = self.rows // self._shares
        shares = [
            [each[first : first + width] for each in whole] for first in range(0, self.rows, width)
        ]
        found = [self._learn(share[:-1], share[-1]) for share in shares]
        sums, totals = (
            [tf.add_n(each) for each in zip(*parts, strict=True)]
            for parts in zip(*found, strict=True)
        )
        gradients = [tf.math.divide_no_nan(each, sums[-1]) for each in totals]
        self.network.optimizer.apply(gradients, self.network.trainable_variables)
        return sums

    def _gradients(self, batch: Tensors, there: tf.Tensor) -> tuple[Tensors, list[tf.Tensor]]:
        """Return the sums of some rows, and the gradients of the first."""
        variables = [each.value for each in self.network.trainable_variables]
        with tf.GradientTape() as tape:
            sums = self._sums(batch, there, learning=True)
        return sums, tape.gradient(sums[0], variables)

    def _sums(self, batch: Tensors, there: tf.Tensor, *, learning: bool) -> Tensors:
        """Return the sums of loss x weight, of metric x weight and of weights."""
        losses, metrics, weights = self._task.measure(batch, learning)
        weights *= tf.reshape(there, (-1, *[1] * (weights.shape.rank - 1)))
        return tuple(tf.reduce_sum(each) for each in (losses * weights, metrics * weights, weights))


def batches_of(number: int, batch_size: int) -> int:
    """How many batches so many rows make."""
    return math.ceil(number / batch_size)
