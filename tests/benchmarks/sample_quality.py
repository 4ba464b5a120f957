"""How well anomalies are found by what was learned of few users, and of many.

    python -m tests.benchmarks.sample_quality [--users 500 2000 10000 20000] [--classic-users 250 1000 4000]
        [--epochs-of 12000 192000] [--seeds 0 1 2] [--tested 1000] [--days 49]

A growing app is made up (`tests/benchmarks/detection/sets/app.py`), since on its users the network of `counts`
finds more than is found without it; 8% of them have an anomaly. Of the first of them everything is learned, by the
default model and by a classic one in 10 epochs, and always the same others are judged by that. An epoch of the
default model takes at most 48,000 cells, as in the product; of the users that the product learns from (500,000 cells
at most: today's sample), other numbers are tried as well. Printed, as Markdown: average precision, which is the
area under the precision-recall curve, per user and per cell; how many times that of today's sample it is, with a
95% interval over the seeds, each of which is compared with itself; how much worse the counts of cells without anomaly are
foretold, in nats a cell; and the processor seconds of learning.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from unittest.mock import patch

import numpy as np
from scipy.stats import t as student
from sklearn.metrics import average_precision_score

from dashboard.data.panel import Panel
from dashboard.detection import TrainingSettings, make_settings, model_kind
from dashboard.detection.counts.context import CELLS_AN_EPOCH
from dashboard.detection.counts.distribution import log_probability
from dashboard.detection.holdout import split
from dashboard.detection.judging import judge
from dashboard.detection.learned import Learned
from dashboard.detection.models.kind import Model
from dashboard.detection.partitions import MOST_CELLS
from dashboard.detection.pipeline import subject_of
from dashboard.detection.registry import DEFAULT_MODEL
from dashboard.detection.subject import Subject
from tests.benchmarks.detection.anomalies import plant
from tests.benchmarks.detection.sets import SETS

CLASSIC, EPOCHS = "encoder-decoder", 10
FIGURES = ("per_user", "per_cell", "nats", "seconds")


@dataclass(frozen=True)
class Sample:
    """What one model learns from: the first so many users, so many cells an epoch at most."""

    model: str
    users: int
    cells: int = CELLS_AN_EPOCH


@dataclass(frozen=True)
class Found:
    """How well the others are judged.

    nats: mean surprise of a cell without anomaly. seconds: of the processor, for all that was learned.
    """

    per_user: float
    per_cell: float
    nats: float
    seconds: float = 0.0


@dataclass(frozen=True)
class Material:
    """A panel with its labels, (users, times) bool; the last `tested` users are judged."""

    panel: Panel
    labels: np.ndarray
    tested: int
    seed: int

    @classmethod
    def of(cls, users: int, tested: int, days: int, seed: int) -> "Material":
        """Make up so many users to learn from, and others to be judged."""
        random = np.random.default_rng([seed, users, days])
        world = SETS["app"].build(random, users + tested, days)
        values, labels = plant(random, world)
        return cls(world.panel(values), labels & world.observed, tested, seed)

    def learners(self, users: int) -> Subject:
        """Return the first so many users, to learn from."""
        whole = subject_of(self.panel, self.settings(DEFAULT_MODEL))
        return whole.of(np.arange(users), Learned.new())

    def judged_by(self, first: Subject) -> tuple[Subject, np.ndarray]:
        """Return the users who are judged by what these say of all, and their labels."""
        whole = subject_of(self.panel, self.settings(DEFAULT_MODEL))
        others = np.arange(len(self.labels))[-self.tested :]
        return whole.of(others, first.learned.complete()), self.labels[others]

    def find(self, users: int, samples: Sequence[Sample]) -> Iterator[tuple[Sample, Found]]:
        """Learn of the first so many users, judge the others by that, and measure."""
        first = self.learners(users)
        began = time.process_time()
        first.units  # noqa: B018 - what holds for all is learned here, once
        if any(sample.model != CLASSIC for sample in samples):
            first.expectations  # noqa: B018
        foretold = time.process_time() - began
        judged, labels = self.judged_by(first)
        for sample in samples:
            model, seconds = self._learn(first, sample)
            found = measure(judged, model, labels)
            if sample.model == DEFAULT_MODEL:
                hand_on(model)
            yield sample, replace(found, seconds=seconds + (sample.model != CLASSIC) * foretold)

    def settings(self, name: str) -> TrainingSettings:
        """Return a model's own settings, with the window as it is chosen for such a panel."""
        kind, days = model_kind(name), len(self.panel.times)
        if name == CLASSIC:  # one window a user
            return make_settings(
                model=name, epochs=EPOCHS, window=days, stride=days, seed=self.seed
            )
        chosen = {"window": kind.window, "stride": kind.stride, "seed": self.seed}
        return make_settings(model=name).model_copy(update=chosen)

    def _learn(self, first: Subject, sample: Sample) -> tuple[Model, float]:
        """Return a trained model, and the processor seconds that it took."""
        began = time.process_time()
        at_most = "dashboard.detection.models.counts_training.CELLS_AN_EPOCH"
        with patch(at_most, sample.cells):
            model = self.prepare(first, sample.model)
            model.fit(lambda _: None)
        return model, time.process_time() - began

    def prepare(self, first: Subject, name: str) -> Model:
        """Return a model ready to learn from these users, a tenth of whom it holds out."""
        settings = self.settings(name)
        parts = split(
            first.panel.observed,
            first.scored.any(axis=1),
            window=settings.window,
            stride=settings.stride,
            share=settings.validation_share,
            seed=settings.seed,
        )
        return model_kind(name).prepare(first, settings, parts)


def hand_on(model: Model) -> None:
    """Let what was compiled serve the next training, as in the product."""
    from dashboard.detection.models import counts_training  # noqa: PLC0415 - loads TensorFlow

    counts_training.hand_on(model.updates, model.settings)


def measure(subject: Subject, model: Model, labels: np.ndarray) -> Found:
    """Let a model judge users by what it knows, and compare with the labels, (users, times) bool."""
    judged = judge(subject, model)
    scores, there = judged.scores.cell[:, :, 0], subject.scored
    ranked = np.where(there & np.isfinite(scores), scores, -1.0)
    known = there & ~labels
    foretold = log_probability(subject.actual[0][known], judged.made.counts[:, :, 0][known])
    return Found(
        per_user=float(average_precision_score((labels & there).any(axis=1), ranked.max(axis=1))),
        per_cell=float(average_precision_score(labels[there], ranked[there])),
        nats=float(-foretold.mean()),
    )


def interval(values: np.ndarray) -> str:
    """Write the mean of one value a seed, and half the width of its 95% interval by Student's t."""
    if len(values) == 1:
        return f"{values[0]:.3f}"
    half = student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return f"{values.mean():.3f} ± {half:.3f}"


def by_name(trials: Sequence[Found]) -> dict[str, np.ndarray]:
    """Return each figure of all seeds, (seeds,)."""
    return {name: np.array([getattr(one, name) for one in trials]) for name in FIGURES}


def print_table(found: dict[Sample, list[Found]], today: Sample) -> None:
    """Print one row a sample, beside what is learned from today."""
    print(
        "\n| model | learned from | cells an epoch | per user | of today's | per cell | of today's",
        end="",
    )
    print(" | nats worse | seconds |\n|" + " --- |" * 2 + " ---: |" * 7)
    usual = by_name(found[today])
    for sample, trials in found.items():
        of = by_name(trials)
        cells = f"{sample.cells:,}" if sample.model == DEFAULT_MODEL else ""
        row = [f"`{sample.model}`", f"{sample.users:,} users", cells]
        for name in ("per_user", "per_cell"):
            row += [f"{of[name].mean():.3f}", interval(of[name] / usual[name])]
        row += [interval(of["nats"] - usual["nats"]), f"{of['seconds'].mean():.1f}"]
        print("| " + " | ".join(row) + " |", flush=True)


def main() -> None:
    """Learn from all samples with all seeds, and print a table for each model."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--users", type=int, nargs="+", default=[500, 2_000, 10_000, 20_000])
    parser.add_argument("--classic-users", type=int, nargs="*", default=[250, 1_000, 4_000])
    parser.add_argument("--epochs-of", type=int, nargs="*", default=[12_000, 192_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--tested", type=int, default=1_000, help="users who are judged")
    parser.add_argument("--days", type=int, default=49)
    asked = parser.parse_args()
    usual = max((one for one in asked.users if one * asked.days <= MOST_CELLS), default=None)
    if usual is None:
        parser.error(f"one number of users must have at most {MOST_CELLS:,} cells, as today's has")
    today = Sample(DEFAULT_MODEL, usual)
    samples = [Sample(DEFAULT_MODEL, users) for users in asked.users]
    samples += [Sample(DEFAULT_MODEL, usual, cells) for cells in asked.epochs_of]
    samples += [Sample("rhythms", usual)]
    samples += [Sample(CLASSIC, users) for users in asked.classic_users]
    found: dict[Sample, list[Found]] = {sample: [] for sample in samples}
    most = max([*asked.users, *asked.classic_users])
    for seed in asked.seeds:
        material = Material.of(most, asked.tested, asked.days, seed)
        for users in sorted({sample.users for sample in samples}):
            alike = [sample for sample in samples if sample.users == users]
            for sample, one in material.find(users, alike):
                found[sample].append(one)
                print(f"seed {seed}: {sample} {one}", file=sys.stderr, flush=True)
    classic = {sample: trials for sample, trials in found.items() if sample.model == CLASSIC}
    print_table(
        {sample: trials for sample, trials in found.items() if sample not in classic}, today
    )
    if classic:
        print_table(classic, max(classic, key=lambda sample: sample.users))


if __name__ == "__main__":
    main()
