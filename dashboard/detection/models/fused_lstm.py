"""An LSTM to train with: the mathematics of Keras' own, and its gradient formed by hand.

Hochreiter and Schmidhuber (1997). What comes in is multiplied by its weights once for all steps, and
the gradients of the weights are one product each over all steps, so that only what must follow step
upon step stays in the loops. Time comes first in all arrays: (steps, rows, numbers).
"""

from collections.abc import Callable

import keras
import tensorflow as tf

GATES = 4  # input, forget, candidate, output: the order in which Keras keeps them
Gradient = Callable[..., tuple[tf.Tensor, ...]]
Enters = Callable[[tf.Tensor], tf.Tensor]  # a step -> what enters the gates at it, beside the state


def read(
    layer: keras.layers.LSTM, given: tf.Tensor, steps: int, *, with_gradient: bool = True
) -> tf.Tensor:
    """Return what the layer makes of (steps, rows, inputs), or of (rows, inputs) at each of the steps.

    (steps, rows, units), or (rows, units) where the layer returns no sequences. Rows are known
    when this is traced. with_gradient: one by hand. Without, what comes in is multiplied step by step, for
    of many rows the products of all steps would leave the processor's cache.
    """
    cell = layer.cell
    weights = [each.value for each in (cell.kernel, cell.recurrent_kernel, cell.bias)]
    kernel, recurrent, bias = map(tf.convert_to_tensor, weights)
    if with_gradient:
        states = _states(given, kernel, recurrent, bias, steps=steps)
    else:
        entering = _entering(given, lambda inputs: tf.matmul(inputs, kernel) + bias)
        states, *_ = _forwards(entering, recurrent, steps, given.shape[-2])
    return states if layer.return_sequences else states[-1]


def _entering(given: tf.Tensor, made_of: Callable[[tf.Tensor], tf.Tensor]) -> Enters:
    """Return what is made of the inputs of each step; of those that are the same at all, once."""
    if given.shape.rank == 2:  # noqa: PLR2004 - no axis of time
        at_all = made_of(given)
        return lambda _: at_all
    return lambda time: made_of(given[time])


def _states(
    given: tf.Tensor, kernel: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor, *, steps: int
) -> tf.Tensor:
    repeated = given.shape.rank == 2  # noqa: PLR2004 - no axis of time

    @tf.custom_gradient
    def states_of(
        given: tf.Tensor, kernel: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor
    ) -> tuple[tf.Tensor, Gradient]:
        from_inputs = tf.tensordot(given, kernel, 1) + bias
        entering = _entering(from_inputs, tf.identity)
        states, carries, gates = _forwards(entering, recurrent, steps, from_inputs.shape[-2])

        def gradient(wanted: tf.Tensor) -> tuple[tf.Tensor, ...]:
            moved = _backwards(wanted, recurrent, carries, gates, steps)
            at_inputs = tf.reduce_sum(moved, axis=0) if repeated else moved
            return (
                tf.tensordot(at_inputs, kernel, [[-1], [1]]),
                _product(given, at_inputs),
                _product(states[:-1], moved[1:]),
                tf.reduce_sum(moved, axis=(0, 1)),
            )

        return states, gradient

    return states_of(given, kernel, recurrent, bias)


def _product(left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    """(..., inputs), (..., outputs) -> (inputs, outputs), summed over all that comes before."""
    left, right = (tf.reshape(each, (-1, each.shape[-1])) for each in (left, right))
    return tf.matmul(left, right, transpose_a=True)


def _forwards(
    entering: Enters, recurrent: tf.Tensor, steps: int, rows: int
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Return states, carries and gates of all steps."""
    units = recurrent.shape[0]
    # one tanh opens all gates: the logistic function of x is (1 + tanh(x / 2)) / 2
    steep = tf.repeat(tf.constant([0.5, 0.5, 1.0, 0.5]), units)

    def step(time, state, carry, *kept):  # noqa: ANN001, ANN002, ANN202 - as the loop has them
        gates = tf.tanh((entering(time) + state @ recurrent) * steep) * steep + (1 - steep)
        let_in, keep, candidate, let_out = tf.split(gates, GATES, axis=1)
        carry = keep * carry + let_in * candidate
        state = let_out * tf.tanh(carry)
        made = (state, carry, gates)
        written = (each.write(time, new) for each, new in zip(kept, made, strict=True))
        return time + 1, state, carry, *written

    nothing = tf.zeros((rows, units))
    kept = [_kept(steps, rows, width) for width in (units, units, GATES * units)]
    _, _, _, *kept = tf.while_loop(
        lambda time, *_: time < steps,
        step,
        (0, nothing, nothing, *kept),
        maximum_iterations=steps,
    )
    return tuple(each.stack() for each in kept)


def _backwards(
    wanted: tf.Tensor, recurrent: tf.Tensor, carries: tf.Tensor, gates: tf.Tensor, steps: int
) -> tf.Tensor:
    """Return how what enters the gates moves the loss, (steps, rows, gates x units)."""
    rows, units = carries.shape[1:]
    back = tf.transpose(recurrent)

    def step(done, to_state, to_carry, kept):  # noqa: ANN001, ANN202 - as the loop has them
        time = steps - 1 - done
        let_in, keep, candidate, let_out = tf.split(gates[time], GATES, axis=1)
        bent = tf.tanh(carries[time])
        before = tf.where(time > 0, carries[tf.maximum(time - 1, 0)], tf.zeros((rows, units)))
        to_state += wanted[time]
        to_carry += to_state * let_out * (1 - bent * bent)
        moved = tf.concat(
            [
                to_carry * candidate * let_in * (1 - let_in),
                to_carry * before * keep * (1 - keep),
                to_carry * let_in * (1 - candidate * candidate),
                to_state * bent * let_out * (1 - let_out),
            ],
            axis=1,
        )
        return done + 1, moved @ back, to_carry * keep, kept.write(time, moved)

    nothing = tf.zeros((rows, units))
    *_, kept = tf.while_loop(
        lambda done, *_: done < steps,
        step,
        (0, nothing, nothing, _kept(steps, rows, GATES * units)),
        maximum_iterations=steps,
    )
    return kept.stack()


def _kept(steps: int, rows: int, width: int) -> tf.TensorArray:
    return tf.TensorArray(tf.float32, steps, element_shape=(rows, width))
