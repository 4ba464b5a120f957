"""How close a training is to plain Keras, and what it costs beside it.

    python tests/benchmarks/plain_keras.py [--users 2000] [--days 40] [--epochs 3]

Both models are trained twice on the same windows: as this project does it, and by a plain script
(`Sequential`, `model.fit(x, x, batch_size=32, shuffle=False)`), in turn, within one process.
Printed: the losses of each epoch, their largest relative difference, and the ratio of the seconds
of the epochs after the first.
"""

import argparse
import time

import numpy as np

from dashboard.data.sample import make_sample
from dashboard.detection import TrainingSettings, training
from dashboard.detection.windows import Windows

UNITS = 100


def plain_losses(model: str, windows: np.ndarray, epochs: int) -> tuple[list[float], list[float]]:
    """Train a plain Keras model; return its losses and the seconds of each epoch."""
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
    losses, seconds = [], []
    for _ in range(epochs):
        began = time.perf_counter()
        fitted = network.fit(windows, windows, batch_size=32, shuffle=False, verbose=0)
        seconds.append(time.perf_counter() - began)
        losses += fitted.history["loss"]
    return losses, seconds


def our_losses(model: str, windows: np.ndarray, epochs: int) -> tuple[list[float], list[float]]:
    """Train as the project does; return losses and seconds."""
    number, steps, features = windows.shape
    settings = TrainingSettings(model=model, window=steps, epochs=epochs, patience=0)
    whole = Windows(np.arange(number), np.zeros(number, dtype=int), steps)
    material = training.Material(windows, np.ones((number, steps), dtype=bool), whole, whole[:0])
    records = training.fit(
        training.make_network(settings, features), settings, material, lambda _: None
    )
    return [record.loss for record in records], [record.seconds for record in records]


def main() -> None:
    """Print the comparison of both models."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--users", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=40)
    parser.add_argument("--epochs", type=int, default=3)
    chosen = parser.parse_args()
    counts = make_sample(chosen.users, chosen.days).counts["clicks"].to_numpy(np.float32)
    values = counts[: chosen.users * chosen.days].reshape(chosen.users, chosen.days, 1)
    windows = 2 * (values - values.min()) / (values.max() - values.min()) - 1
    for model in ("encoder-decoder", "stacked"):
        plain, plain_seconds = plain_losses(model, windows, chosen.epochs)
        ours, our_seconds = our_losses(model, windows, chosen.epochs)
        print(f"{model}: {chosen.users:,} windows of {chosen.days} x 1")
        print("  plain Keras ", *(f"{loss:.8f}" for loss in plain))
        print("  Clickwatch  ", *(f"{loss:.8f}" for loss in ours))
        away = np.max(np.abs(np.array(ours) / np.array(plain) - 1))
        ratio = np.median(our_seconds[1:]) / np.median(plain_seconds[1:])
        print(
            f"  largest relative difference {away:.1e}; seconds per epoch {ratio:.2f} times plain"
        )


if __name__ == "__main__":
    main()
