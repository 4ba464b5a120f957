"""How close a training is to plain Keras, and what it costs beside it.

    python -m tests.benchmarks.plain_keras [--users 2000] [--days 40] [--epochs 3]

Both models are trained twice on the same windows: as this project does it, and by a plain script
(`Sequential`, `model.fit(x, x, batch_size=32, shuffle=False)`), in turn, within one process.
Printed: the losses of each epoch, their largest relative difference, and how long the epochs after
the first took beside plain Keras: by the clock, and in processor seconds, which other work on the
machine does not move.
"""

import argparse
import time
from dataclasses import dataclass, field

import numpy as np

from dashboard.data.sample import make_sample
from dashboard.detection import TrainingSettings, training
from dashboard.detection.windows import Windows

UNITS = 100


@dataclass
class Course:
    """One training: the loss of each epoch, and what the clock and the processor said at its end."""

    losses: list[float] = field(default_factory=list)
    moments: list[tuple[float, float]] = field(default_factory=list)

    def note(self, loss: float) -> None:
        """Note that an epoch has ended."""
        self.losses.append(loss)
        self.moments.append((time.perf_counter(), time.process_time()))

    def seconds(self) -> np.ndarray:
        """Return seconds of the clock and of the processor for an epoch, the first left out."""
        return np.median(np.diff(np.array(self.moments), axis=0), axis=0)


def plain(model: str, windows: np.ndarray, epochs: int) -> Course:
    """Train as a plain Keras script does."""
    import keras  # noqa: PLC0415 - after the project has chosen the backend

    keras.utils.set_random_seed(0)
    steps, features = windows.shape[1:]
    first = (
        [keras.layers.LSTM(UNITS), keras.layers.RepeatVector(steps)]
        if model == "encoder-decoder"
        else [keras.layers.LSTM(UNITS, return_sequences=True)]
    )
    network = keras.Sequential(
        [
            keras.Input((steps, features)),
            *first,
            keras.layers.LSTM(UNITS, return_sequences=True),
            keras.layers.TimeDistributed(keras.layers.Dense(features, activation="tanh")),
        ]
    )
    network.compile(loss="mse", optimizer="adam", metrics=["mae"])
    course = Course()
    noting = keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: course.note(logs["loss"]))
    network.fit(
        windows,
        windows,
        epochs=epochs,
        batch_size=32,
        shuffle=False,
        verbose=0,
        callbacks=[noting],
    )
    return course


def ours(model: str, windows: np.ndarray, epochs: int) -> Course:
    """Train as the project does."""
    number, steps, features = windows.shape
    settings = TrainingSettings(model=model, window=steps, epochs=epochs, patience=0)
    whole = Windows(np.arange(number), np.zeros(number, dtype=int), steps)
    material = training.Material(windows, np.ones((number, steps), dtype=bool), whole, whole[:0])
    course = Course()
    network = training.make_network(settings, features)
    training.fit(network, settings, material, lambda record: course.note(record.loss))
    return course


def main() -> None:
    """Print the comparison of both models."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--users", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=40)
    parser.add_argument("--epochs", type=int, default=3)
    chosen = parser.parse_args()
    counts = make_sample(chosen.users, chosen.days).counts
    grid = counts.pivot_table(index="user", columns="date", values="clicks", fill_value=0)
    values = grid.to_numpy(np.float32)[:, :, None]  # (users, days, 1)
    windows = 2 * (values - values.min()) / (values.max() - values.min()) - 1
    for model in ("encoder-decoder", "stacked"):
        theirs, own = (train(model, windows, chosen.epochs) for train in (plain, ours))
        print(f"{model}: {chosen.users:,} windows of {chosen.days} x 1")
        print("  plain Keras ", *(f"{loss:.8f}" for loss in theirs.losses))
        print("  Clickwatch  ", *(f"{loss:.8f}" for loss in own.losses))
        away = np.max(np.abs(np.array(own.losses) / np.array(theirs.losses) - 1))
        clock, processor = own.seconds() / theirs.seconds()
        print(f"  largest relative difference of the losses {away:.1e}")
        print(f"  an epoch takes {clock:.2f} times plain by the clock, {processor:.2f} in work")


if __name__ == "__main__":
    main()
