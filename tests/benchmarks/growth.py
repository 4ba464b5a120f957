"""How time and memory grow with the number of users.

    python -m tests.benchmarks.growth [--users 1000 10000 100000] [--days 40]

For each number of users, the first of those of the largest number, made-up counts are read from a CSV; the default
model is trained for an epoch and scores every cell, which is published as a run; and the run is opened and its
first view asked for. Each of the three has a process of its own. Printed, as Markdown: processor seconds and the peak of the resident
memory, and the slope on logarithmic scales between the last two numbers of users: 1 where twice the users take
twice as much. Each figure goes to the standard error as soon as it is known. An epoch takes at most 48,000
cells, a sample of the others from some 1,200 users on.
"""

import argparse
import math
import resource
import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from dashboard.data import read_panel
from dashboard.detection import analyse, make_settings
from dashboard.runs.artefacts import Origin, publish
from dashboard.runs.counts import load_counts, save_counts
from dashboard.runs.manifest import Dataset
from dashboard.runs.results import Results
from dashboard.runs.unfinished import temporary_files_in
from dashboard.runs.views import Query
from tests.benchmarks.workbench import make_panel

Figures = dict[str, float]
SELF = resource.RUSAGE_SELF
LEAST_SIZES = 2
DATASET = "dataset"


def read(folder: Path) -> Figures:
    """Read the counts, and keep them as a dataset does."""
    began = time.process_time()
    panel = read_panel(folder / "counts.csv").panel
    figures = {"read": time.process_time() - began}
    (folder / DATASET).mkdir()
    save_counts(panel, folder / DATASET)
    return figures


def train(folder: Path) -> Figures:
    """Train for an epoch, score, and publish."""
    panel = load_counts(folder / DATASET)
    marks = {"start": time.process_time()}
    analysis = analyse(
        panel,
        make_settings(epochs=1),
        on_progress=lambda now: marks.update({now.stage: time.process_time()}),
    )
    scored = time.process_time()
    origin = Origin(Dataset(name="sample", digest="0" * 64), 0.0, time.perf_counter())
    publish(analysis, panel, folder / "run", origin)
    return {
        "train an epoch, with what is foretold before": marks["score"] - marks["start"],
        "score": scored - marks["score"],
        "publish": time.process_time() - scored,
    }


def view(folder: Path) -> Figures:
    """Open the run and ask for its first view."""
    began = time.process_time()
    Results.open(folder / "run").view(Query())
    return {"open": time.process_time() - began}


def _apart(stage: str, folder: Path, answers: Connection) -> None:
    with temporary_files_in(folder / "work"):
        figures = {"read": read, "train": train, "view": view}[stage](folder)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    peak = resource.getrusage(SELF).ru_maxrss / unit
    answers.send({**figures, f"peak of {stage}, MiB": peak})


def write_counts(users: int, most: int, days: int, path: Path) -> None:
    """Write made-up counts of the first of so many users, one row for each user and day."""
    panel, _ = make_panel(most, days, np.random.default_rng(0))
    dates = panel.times.strftime("%Y-%m-%d").tolist()
    with path.open("w", encoding="utf-8") as file:
        file.write("user,date,clicks\n")
        for user, counts in zip(
            panel.users[:users], panel.values[:users, :, 0].astype(int), strict=True
        ):
            file.writelines(
                f"{user},{date},{count}\n" for date, count in zip(dates, counts, strict=True)
            )


def measure(users: int, most: int, days: int) -> Figures:
    """Return all figures for the first of so many users."""
    figures: Figures = {}
    with TemporaryDirectory(prefix="clickwatch-benchmark-") as name:
        folder = Path(name)
        context = get_context("spawn")
        writer = context.Process(
            target=write_counts, args=(users, most, days, folder / "counts.csv")
        )
        writer.start()
        writer.join()
        for stage in ("read", "train", "view"):
            answers, writing = context.Pipe(duplex=False)
            process = context.Process(target=_apart, args=(stage, folder, writing))
            process.start()
            writing.close()
            found = answers.recv()
            process.join()
            figures |= found
            for figure, value in found.items():
                print(f"{users:,} users, {figure}: {value:,.2f}", file=sys.stderr, flush=True)
    return figures


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--users", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--days", type=int, default=40)
    chosen = parser.parse_args()
    sizes = sorted(set(chosen.users))
    if len(sizes) < LEAST_SIZES:
        parser.error("a slope needs two numbers of users")
    found = [measure(users, sizes[-1], chosen.days) for users in sizes]
    print("| users |", *(f"{users:,} |" for users in sizes), "slope |")
    print("| --- |", *("---: |" for _ in sizes), "---: |")
    for name in found[0]:
        values = [figures[name] for figures in found]
        slope = math.log(values[-1] / values[-2]) / math.log(sizes[-1] / sizes[-2])
        print(f"| {name} |", *(f"{value:,.2f} |" for value in values), f"{slope:.2f} |")


if __name__ == "__main__":
    main()
