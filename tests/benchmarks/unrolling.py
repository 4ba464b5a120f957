"""What unrolling the time loop costs, and whether it changes what is learned.

    python -m tests.benchmarks.unrolling [--users 2000] [--days 40] [--epochs 5] [--rounds 2] [--keep]

Both classic models are trained with a loop and unrolled, from the same weights on the same windows
of the sample, in turn and in several rounds, within one process that has trained both ways before.
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
from dashboard.detection import EpochRecord, TrainingSettings, training
from dashboard.detection.scaling import fit_scaling
from dashboard.detection.windows import cut

COMMAND = "python -m tests.benchmarks.unrolling"
MODELS = ("encoder-decoder", "stacked")


def material_of(users: int, days: int) -> training.Material:
    """Return the sample's windows, one a user, all of them to train on."""
    panel = sample_panel(users, days)
    scaled = fit_scaling("range", panel, panel.observed).on(panel).scale(panel)
    windows = cut(panel.observed, np.arange(users), days, days)
    return training.Material(scaled, panel.observed, windows, windows[:0])


def train(settings: TrainingSettings, material: training.Material) -> Course:
    """Train once, reading the processor's clock and the wall's after each epoch."""
    network = training.make_network(settings, material.scaled.shape[2])
    moments = [(time.process_time(), time.perf_counter())]
    losses: list[float] = []

    def note(record: EpochRecord) -> None:
        losses.append(record.loss)
        moments.append((time.process_time(), time.perf_counter()))

    training.fit(network, settings, material, note)
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


def compare(settings: TrainingSettings, material: training.Material, rounds: int) -> Unrolled:
    """Train one model with a loop and unrolled, in turn."""
    courses = [
        train(settings.model_copy(update={"unroll": unroll}), material)
        for _ in range(rounds)
        for unroll in (False, True)
    ]
    return Unrolled(model=settings.model, loop=least(courses[::2]), unrolled=least(courses[1::2]))


def measure(users: int, days: int, epochs: int, rounds: int) -> Unrolling:
    """Measure both models both ways."""
    material = material_of(users, days)
    settings = TrainingSettings(window=days, stride=days, epochs=epochs, patience=0)
    few = training.Material(
        material.scaled, material.observed, material.training[:64], material.held_out
    )
    for unroll in (False, True):  # what is paid once for all is paid here
        short = {"units": (2,), "epochs": 2, "unroll": unroll}
        train(settings.model_copy(update=short), few)
    models = [
        compare(settings.model_copy(update={"model": model}), material, rounds) for model in MODELS
    ]
    return Unrolling(
        command=f"{COMMAND} --users {users} --days {days} --epochs {epochs} --rounds {rounds}",
        machine=this_machine(),
        versions=training.VERSIONS,
        windows=len(material.training),
        steps=days,
        features=material.scaled.shape[2],
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
