"""What the classic models learn: windows in, the same windows out; unobserved steps do not count."""

from dashboard.detection.models import keras_layers  # noqa: F401 - first: it chooses Keras' backend

# isort: split
from collections.abc import Callable
from functools import partial

import keras
import numpy as np
import tensorflow as tf

from dashboard.detection.models.fused_lstm import read
from dashboard.detection.models.updates import Measure, Take, Task, Tensors, Updates
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.windows import Windows

Forward = Callable[[np.ndarray], tf.Tensor]
WORTH_COMPILING = 200  # updates: the two seconds that it takes are won back by about so many


def updates_of(network: keras.Model, settings: TrainingSettings, rows: int, number: int) -> Updates:
    """Return the updates of a classic model, by batches of at most so many windows.

    number: how many there will be at most; of few, nothing is compiled. Its LSTMs are computed fused;
    as Keras has them where they are unrolled, which would take minutes to compile, and on a GPU, for which
    Keras has kernels.
    """
    fused = not (settings.unroll or _has_gpu())
    measure = _measuring(network, settings, fused=fused)
    task = Task(_taking(settings.window), measure, rooted=settings.metric == "rmse")
    return Updates(network, task, rows, compiled=fused and number >= WORTH_COMPILING)


def forward_of(network: keras.Model) -> Forward:
    """Return the forward pass of a classic model, compiled when it is first asked; threads may share it.

    (windows, steps, features) -> what is made of them; another number of windows is compiled anew. XLA
    leaves out what only a gradient needs, and takes no longer for that than Keras to trace its own layers,
    which are used on a GPU.
    """
    on_gpu = _has_gpu()
    made_of = (
        partial(network, training=False)
        if on_gpu
        else partial(_pass_through, network, learning=False, with_gradient=False)
    )
    return tf.function(made_of, autograph=False, jit_compile=not on_gpu)


def data_of(scaled: np.ndarray, observed: np.ndarray, windows: Windows) -> Tensors:
    """Return what the updates take their windows of, which are rows in their order.

    scaled: (users, times, features). observed: (users, times) bool.
    """
    places = (windows.user.astype(np.int32), windows.start.astype(np.int32))
    return tuple(map(tf.convert_to_tensor, (scaled, observed, *places)))


def _has_gpu() -> bool:
    return bool(tf.config.list_physical_devices("GPU"))


def _taking(steps: int) -> Take:
    def take(data: Tensors, rows: tf.Tensor) -> Tensors:
        scaled, observed, user, start = data
        user, start = tf.gather(user, rows), tf.gather(start, rows)
        time = start[:, None] + tf.range(steps)
        places = tf.stack([tf.broadcast_to(user[:, None], time.shape), time], axis=2)
        return tf.gather_nd(scaled, places), tf.cast(tf.gather_nd(observed, places), tf.float32)

    return take


def _measuring(network: keras.Model, settings: TrainingSettings, *, fused: bool) -> Measure:
    absolute = settings.metric == "mae"
    mean_error = keras.losses.mean_absolute_error if absolute else keras.losses.mean_squared_error

    def measure(taken: Tensors, learning: bool) -> Tensors:
        values, weights = taken
        made = (
            _pass_through(network, values, learning=learning)
            if fused
            else network(values, training=learning)
        )
        return network.loss.call(values, made), mean_error(values, made), weights

    return measure


def _pass_through(
    network: keras.Model, values: tf.Tensor, *, learning: bool, with_gradient: bool = True
) -> tf.Tensor:
    """Return what the network makes of (rows, steps, features), by way of the fused LSTM."""
    steps = values.shape[1]
    values = tf.transpose(values, (1, 0, 2))  # time comes first until the end
    for layer in network.layers:
        match layer:
            case keras.layers.LSTM():
                values = read(layer, values, steps, with_gradient=with_gradient)
            case keras.layers.RepeatVector():
                pass  # the LSTM that follows reads one vector at every step
            case keras.layers.TimeDistributed():
                values = layer.layer(values)
            case _:
                values = layer(values, training=learning)
    return tf.transpose(values, (1, 0, 2))
