"""The LSTM that is trained with, beside Keras' own: the same outputs, the same gradients."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dashboard.detection.models.fused_lstm import read

ROWS, STEPS, INPUTS, UNITS = 3, 6, 2, 5


def _gradients(layer: keras.layers.LSTM, given: np.ndarray, made_of) -> list[np.ndarray]:  # noqa: ANN001
    """Return the output, and how a weighed sum of it is moved by the input and by each weight."""
    given = tf.constant(given)
    with tf.GradientTape() as tape:
        tape.watch(given)
        made = made_of(layer, given)
        total = tf.reduce_sum(
            made * tf.cos(tf.range(tf.size(made), dtype=tf.float32)).numpy().reshape(made.shape)
        )
    weights = [each.value for each in layer.trainable_variables]
    return [made.numpy(), *(each.numpy() for each in tape.gradient(total, [given, *weights]))]


def _fused(layer: keras.layers.LSTM, given: tf.Tensor) -> tf.Tensor:
    by_time = tf.transpose(given, (1, 0, 2)) if given.shape.rank == 3 else given
    made = read(layer, by_time, STEPS)
    return tf.transpose(made, (1, 0, 2)) if made.shape.rank == 3 else made


def _plain(layer: keras.layers.LSTM, given: tf.Tensor) -> tf.Tensor:
    return layer(given if given.shape.rank == 3 else tf.repeat(given[:, None], STEPS, axis=1))


@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("shape", [(ROWS, STEPS, INPUTS), (ROWS, INPUTS)])
def test_outputs_and_gradients_are_those_of_keras(shape: tuple[int, ...], sequences: bool) -> None:
    random = np.random.default_rng(0)
    layer = keras.layers.LSTM(UNITS, return_sequences=sequences)
    layer.build((ROWS, STEPS, INPUTS))
    layer.set_weights([random.normal(0, 0.7, each.shape) for each in layer.get_weights()])
    given = random.normal(0, 1, shape).astype(np.float32)
    for fused, plain in zip(
        _gradients(layer, given, _fused), _gradients(layer, given, _plain), strict=True
    ):
        np.testing.assert_allclose(fused, plain, rtol=1e-5, atol=1e-5)
