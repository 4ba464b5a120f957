"""Whether training in rounds gains anything: workers learn from shards, and their weights are averaged.

    python -m tests.benchmarks.training_rounds [--users 3000] [--workers 2 4] [--seeds 0 1 2] [--tested 1000]

The users of `tests.benchmarks.sample_quality` are dealt out to workers, which are processes of this machine. An
epoch is a round: each worker takes the weights that all begin with, goes once through all cells of its shard
by the product's own updates, and hands its weights back, which are averaged. Adam's moments stay with the worker.
The learning rate falls as in the product, with the share of the training that is done. Beside this stand one
machine that learns from all cells, and one that learns from at most 48,000 an epoch, as the product does. The
network is used whatever it has learned. Printed, as Markdown, with 95% intervals over the seeds: average
precision per user and per cell, and how many times that of one machine with all cells it is; how much worse
counts without anomaly are foretold, in nats a cell; and processor seconds of all epochs: of the worker that takes
longest in each, which is what it takes where each has a machine of its own, and of all together. Starting and
compiling are left out.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection

import numpy as np

from dashboard.detection import TrainingSettings
from dashboard.detection.counts.context import CELLS_AN_EPOCH, Cells, Context, reach_of
from dashboard.detection.counts.model import CountsModel
from dashboard.detection.registry import DEFAULT_MODEL
from tests.benchmarks.sample_quality import Found, Material, by_name, interval, measure

Weights = list[np.ndarray]


@dataclass(frozen=True)
class Way:
    """How a network is trained. cells: that a worker goes through in an epoch at most."""

    name: str
    workers: int
    cells: int


@dataclass(frozen=True)
class Shard:
    """What one worker learns from. part: a counts_network.Part."""

    settings: TrainingSettings
    part: object
    cells: Cells
    most: int


@dataclass(frozen=True)
class Course:
    """What a way took, in processor seconds: of the busiest worker of each epoch, and of all."""

    longest: float
    together: float


def work(parent: Connection) -> None:
    """Learn from the shard that came last, an epoch at a time, until nothing more comes."""
    from dashboard.detection.models import counts_training  # noqa: PLC0415 - loads TensorFlow

    while (asked := parent.recv()) is not None:
        if isinstance(asked, Shard):
            settings = asked.settings
            facts = asked.part.context.facts
            updates = counts_training.updates_of(settings, facts, len(asked.cells))
            lessons = counts_training.Lessons([(asked.part, asked.cells)], settings, asked.most)
            number = lessons.batches
            rates = counts_training.falling_rates(settings.learning_rate, number * settings.epochs)
            counts_training.hand_on(updates, settings)  # what is compiled serves the next shard too
            continue
        weights, epoch = asked
        began = time.process_time()
        updates.network.set_weights(weights)
        order, own = np.arange(lessons.number), rates[epoch * number : (epoch + 1) * number]
        updates.epoch(lessons.of(epoch), order, own, lessons.batch_size)
        parent.send((updates.network.get_weights(), time.process_time() - began))


@contextmanager
def workers(number: int) -> Iterator[list[Connection]]:
    """Have so many processes at work."""
    context, ends = get_context("spawn"), []
    processes = []
    for _ in range(number):
        here, there = context.Pipe()
        processes.append(context.Process(target=work, args=(there,), daemon=True))
        processes[-1].start()
        there.close()
        ends.append(here)
    yield ends
    for end, process in zip(ends, processes, strict=True):
        end.send(None)
        process.join()


def train(
    ends: Sequence[Connection], shards: Sequence[Shard], begin: Weights
) -> tuple[Weights, Course]:
    """Train in rounds; return the weights at the end."""
    for end, shard in zip(ends, shards, strict=True):
        end.send(shard)
    weights, taken = begin, []
    for epoch in range(shards[0].settings.epochs):
        for end in ends:
            end.send((weights, epoch))
        answers = [end.recv() for end in ends]
        weights = [
            np.mean(alike, axis=0) for alike in zip(*(each for each, _ in answers), strict=True)
        ]
        taken.append([seconds for _, seconds in answers])
    seconds = np.array(taken)  # (epochs, workers)
    return weights, Course(float(seconds.max(axis=1).sum()), float(seconds.sum()))


def shards_of(model: CountsModel, way: Way) -> list[Shard]:
    """Deal the users out, each with all cells that it gives to learn from."""
    from dashboard.detection.models.counts_network import Part  # noqa: PLC0415 - loads TensorFlow

    subject, training = model.material
    actual, expectation = subject.actual[0], subject.expectations[0]
    chosen = {"period": subject.period, "reach": reach_of(model.settings.window)}
    context = Context(actual, subject.scored, expectation, subject.learned.within(0), **chosen)
    part = Part(actual, context, expectation.counts)
    user, when = np.nonzero(training)
    return [
        Shard(model.settings, part, Cells(user[own], when[own]), way.cells)
        for own in (user % way.workers == each for each in range(way.workers))
    ]


def compare(
    ends: Sequence[Connection], material: Material, users: int, ways: Sequence[Way]
) -> Iterator[tuple[Found, Course]]:
    """Train in all ways from the same weights, and judge the same users."""
    first = material.learners(users)
    model = material.prepare(first, DEFAULT_MODEL)
    judged, labels = material.judged_by(first)
    begin = model.network.get_weights()
    for way in ways:
        weights, course = train(ends[: way.workers], shards_of(model, way), begin)
        model.network.set_weights(weights)
        yield measure(judged, model, labels), course


def warm_up(ends: Sequence[Connection], material: Material) -> None:
    """Have everything compiled before anything is measured."""
    model = material.prepare(material.learners(100), DEFAULT_MODEL)
    short = replace(model, settings=model.settings.model_copy(update={"epochs": 1}))
    everyone = Way("", 1, CELLS_AN_EPOCH)
    train(ends, shards_of(short, everyone) * len(ends), model.network.get_weights())


def print_table(
    ways: Sequence[Way], found: dict[Way, list[tuple[Found, Course]]], whole: Way
) -> None:
    """Print one row a way, beside one machine that learns from everything."""
    print(
        "| | per user | beside one | per cell | beside one | nats worse | s, longest | s, together |"
    )
    print("| --- |" + " ---: |" * 7)
    usual = by_name([one for one, _ in found[whole]])
    for way in ways:
        of = by_name([one for one, _ in found[way]])
        row = [way.name]
        for name in ("per_user", "per_cell"):
            row += [f"{of[name].mean():.3f}", interval(of[name] / usual[name])]
        row.append(interval(of["nats"] - usual["nats"]))
        courses = [course for _, course in found[way]]
        row += [
            f"{np.mean([getattr(one, name) for one in courses]):.1f}"
            for name in ("longest", "together")
        ]
        print("| " + " | ".join(row) + " |")


def main() -> None:
    """Train in all ways with all seeds, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--users", type=int, default=3_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 4])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--tested", type=int, default=1_000, help="users who are judged")
    parser.add_argument("--days", type=int, default=49)
    asked = parser.parse_args()
    everything = asked.users * asked.days
    whole = Way("one machine, all cells", 1, everything)
    ways = [Way(f"one machine, {CELLS_AN_EPOCH:,} cells an epoch", 1, CELLS_AN_EPOCH), whole]
    ways += [Way(f"{number} workers, all cells", number, everything) for number in asked.workers]
    found: dict[Way, list[tuple[Found, Course]]] = {way: [] for way in ways}
    with workers(max(way.workers for way in ways)) as ends:
        for place, seed in enumerate(asked.seeds):
            material = Material.of(asked.users, asked.tested, asked.days, seed)
            if place == 0:
                warm_up(ends, material)
            for way, one in zip(ways, compare(ends, material, asked.users, ways), strict=True):
                found[way].append(one)
                print(f"seed {seed}: {way.name}: {one}", file=sys.stderr, flush=True)
    print_table(ways, found, whole)


if __name__ == "__main__":
    main()
