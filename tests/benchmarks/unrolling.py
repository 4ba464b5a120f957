"""What Keras' `unroll` costs, and whether it changes what is learned.

    python -m tests.benchmarks.unrolling [--users 2000] [--days 40] [--epochs 5] [--rounds 2] [--keep]

Both classic models are trained by plain Keras (`model.fit(x, x, batch_size=32, shuffle=False)`), with a
loop and unrolled, from the same weights on the same windows of the sample, in turn and in several rounds,
within one process that has trained both ways before. This project's own trainings compute a loop by
themselves (`python -m tests.benchmarks.training_step` has what that saves), and leave what is unrolled to Keras.
Printed: processor seconds of the first epoch, in which the graph is traced, and of one after it, the
least of all rounds, for other work on the machine only ever adds to them; the ratios; and the
largest relative difference of the losses. `--keep` keeps them for the Learn page.
"""

import argparse
import time
from collections.abc import Sequence

import numpy as np

from dashboard.charts.measured import Course, Unrolled, Unrolling, this_machine
from dashboard.data.sample import sample_panel
from dashboard.detection import TrainingSettings, training
from dashboard.detection.scaling import fit_scaling

COMMAND = "python -m tests.benchmarks.unrolling"
MODELS = ("encoder-decoder", "stacked")


def windows_of(users: int, days: int) -> np.ndarray:
    """Return the sample's windows on the model's scale, one a user: (users, days, features)."""
    panel = sample_panel(users, days)
    return fit_scaling("range", panel, panel.observed).on(panel).scale(panel)


def train(settings: TrainingSettings, windows: np.ndarray) -> Course:
    """Train once by plain Keras, reading the processor's clock and the wall's after each epoch."""
    import keras  # noqa: PLC0415 - after the project has chosen the backend

    network = training.make_network(settings, windows.shape[2])
    moments = [(time.process_time(), time.perf_counter())]
    losses: list[float] = []

    def note(_: int, logs: dict[str, float]) -> None:
        losses.append(logs["loss"])
        moments.append((time.process_time(), time.perf_counter()))

    network.fit(
        windows,
        windows,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        shuffle=False,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=note)],
    )
    taken = np.diff(np.array(moments), axis=0)  # (epochs, 2)
    later, clock = taken[1:].min(axis=0)
    return Course(
        first_epoch=round(float(taken[0, 0]), 2),
        epoch=round(float(later), 2),
        clock=round(float(clock), 2),
        losses=tuple(losses),
    )


def least(courses: Sequence[Course]) -> Course:
    """Return the least seconds of several trainings that were alike."""
    names = ("first_epoch", "epoch", "clock")
    seconds = {name: min(getattr(course, name) for course in courses) for name in names}
    return courses[0].model_copy(update=seconds)


def compare(settings: TrainingSettings, windows: np.ndarray, rounds: int) -> Unrolled:
    """Train one model with a loop and unrolled, in turn."""
    courses = [
        train(settings.model_copy(update={"unroll": unroll}), windows)
        for _ in range(rounds)
        for unroll in (False, True)
    ]
    return Unrolled(model=settings.model, loop=least(courses[::2]), unrolled=least(courses[1::2]))


def measure(users: int, days: int, epochs: int, rounds: int) -> Unrolling:
    """Measure both models both ways."""
    windows = windows_of(users, days)
    settings = TrainingSettings(window=days, stride=days, epochs=epochs, patience=0)
    for unroll in (False, True):  # what is paid once for all is paid here
        short = {"units": (2,), "epochs": 2, "unroll": unroll}
        train(settings.model_copy(update=short), windows[:64])
    models = [
        compare(settings.model_copy(update={"model": model}), windows, rounds) for model in MODELS
    ]
    return Unrolling(
        command=f"{COMMAND} --users {users} --days {days} --epochs {epochs} --rounds {rounds}",
        machine=this_machine(),
        versions=training.VERSIONS,
        windows=len(windows),
        steps=days,
        features=windows.shape[2],
        units=settings.units[0],
        batch_size=settings.batch_size,
        models=tuple(models),
    )


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--users", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=40)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="keep the figures for the Learn page")
    chosen = parser.parse_args()
    found = measure(chosen.users, chosen.days, chosen.epochs, chosen.rounds)
    print(f"{found.windows:,} windows of {found.steps} x {found.features}; {found.machine}")
    for one in found.models:
        print(f"{one.model}: processor seconds an epoch, first and later; by the clock")
        for name, course in (("loop", one.loop), ("unrolled", one.unrolled)):
            print(f"  {name:<9}{course.first_epoch:8.2f}{course.epoch:8.2f}{course.clock:8.2f}")
        print(
            f"  an unrolled epoch takes {one.ratio:.2f} times a loop's, the first {one.first_ratio:.2f}"
        )
        print(f"  largest relative difference of the losses {one.apart:.1e}")
    if chosen.keep:
        found.keep()


if __name__ == "__main__":
    main()
