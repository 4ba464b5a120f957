"""What reading, judging and publishing very many users takes: in one process, and on a cluster of 1, 2 and 4 workers.

    python -m tests.benchmarks.cluster [--users 5000 10000] [--days 365] [--workers 1 2 4]

Counts are made up and written as a CSV of one row for each user and day; the default model is trained for an
epoch. Then a new process reads the file, judges all users by that model, and publishes the
run: at first alone, on all processors, and then as the client of a cluster, whose workers are processes that are
held to one processor each. All have loaded what they need before, and all must find the same. Printed, as Markdown:
seconds by the clock and of the processor, of the process that asks and of all workers together; and the peaks of
memory, of that process and of the largest worker. Each row goes to the standard error as soon as it is known.
Then, reckoned from the processor seconds by which the largest number of users takes more than the one before, alone and with the
fewest workers: what a million cells take, and very many users of a year, if workers share their parts without loss.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import psutil
from distributed import Client

from dashboard.data import read_panel
from dashboard.detection import analyse, make_settings, rescore
from dashboard.detection.trained import TrainedModel
from dashboard.runs.artefacts import Origin, publish
from dashboard.runs.engine import Cluster, open_engine
from dashboard.runs.manifest import Dataset
from dashboard.runs.unfinished import temporary_files_in
from tests.benchmarks.capacity import Row, reckon
from tests.benchmarks.growth import write_counts
from tests.benchmarks.workbench import make_panel
from tests.runs.dask_cluster import DaskCluster

LEARNED_FROM, WARMED_BY = 500, 50  # users
MODEL = "model"
COLUMNS = (
    "users", "by", "read, s", "own processor", "workers'",
    "judge, s", "own processor", "workers'", "publish, s", "own processor", "peak, MiB", "a worker's",
)  # fmt: skip


def prepare(folder: Path, users: Sequence[int], days: int) -> None:
    """Write the counts, and the model."""
    for number in users:
        write_counts(number, days, folder / f"{number}.csv")
    few, _ = make_panel(LEARNED_FROM, days, np.random.default_rng(1))
    (folder / MODEL).mkdir()
    analyse(few, make_settings(epochs=1)).trained.save(folder / MODEL)


def warm(folder: Path, days: int) -> None:
    """Load all that judging needs."""
    few, _ = make_panel(WARMED_BY, days, np.random.default_rng(2))
    rescore(TrainedModel.load(folder / MODEL), few)


def measure(
    folder: Path, users: int, days: int, address: str | None, workers: Sequence[int]
) -> tuple[float, list[float]]:
    """Read the counts, judge the users and publish them, in this process; workers: the processes that it asks.

    Returns a sum of the scores, by which they can be compared, and the figures of a row.
    """
    warm(folder, days)

    def now() -> np.ndarray:
        return np.array([time.perf_counter(), time.process_time(), sum(map(_processor, workers))])

    with (
        temporary_files_in(folder / "work"),
        open_engine(address and Cluster(address)) as engine,
    ):
        list(engine.over(abs, [1]))  # so that it is connected
        trained = TrainedModel.load(folder / MODEL)
        marks = [now()]
        panel = read_panel(folder / f"{users}.csv", over=engine.elsewhere).panel
        marks.append(now())
        analysis = rescore(trained, panel, over=engine.over)
        marks.append(now())
        origin = Origin(Dataset(name="made up", digest="0" * 64), 0.0, time.perf_counter())
        publish(analysis, panel, folder / "run", origin)
        marks.append(now())
        found = float(np.nansum(analysis.score, dtype=np.float64))
        shutil.rmtree(folder / "run")
    seconds = np.diff(marks, axis=0).ravel()[:-1]  # workers publish nothing
    return found, [*seconds, _peak(os.getpid()), max(map(_peak, workers), default=0.0)]


def _processor(process: int) -> float:
    return sum(psutil.Process(process).cpu_times()[:2])


def _peak(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def apart(function: Callable[..., Any], *given: object) -> Any:
    """Call a function in a new process."""
    answers, writing = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=_answer, args=(writing, function, given))
    process.start()
    writing.close()
    try:
        return answers.recv()
    finally:
        process.join()


def _answer(answers: Connection, function: Callable[..., Any], given: Sequence[object]) -> None:
    answers.send(function(*given))


def measure_all(
    folder: Path, users: Sequence[int], days: int, numbers: Sequence[int]
) -> dict[Row, list[float]]:
    """Return the figures of every row: of the process alone, and with so many workers."""
    rows: dict[Row, list[float]] = {}
    found: dict[int, float] = {}
    with closing(DaskCluster(folder)) as cluster:
        workers: list[int] = []
        for number in (0, *numbers):
            address = _grow(cluster, workers, number, partial(warm, folder, days))
            for each in users:
                sum_of_scores, figures = apart(measure, folder, each, days, address, workers)
                if found.setdefault(each, sum_of_scores) != sum_of_scores:
                    sys.exit("The cluster found something else.")
                rows[each, number] = figures
                print(written(each, number, figures), file=sys.stderr, flush=True)
    return rows


def _grow(
    cluster: DaskCluster, workers: list[int], number: int, ready: Callable[[], None]
) -> str | None:
    """Start workers until there are so many, and let all get ready; return where they are asked."""
    while len(workers) < number:
        workers.append(cluster.add_worker())
        _hold(workers[-1], len(workers))
    if not number:
        return None
    with Client(cluster.address.removeprefix("dask://"), set_as_default=False) as client:
        client.wait_for_workers(number)
        client.run(ready)
    return cluster.address


def _hold(process: int, place: int) -> None:
    """Hold a process that has just begun to one processor."""
    processors = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(process, {processors[place % len(processors)]})


def written(users: int, number: int, figures: Sequence[float]) -> str:
    """Return a row of the table."""
    name = f"{number} worker{'s' * (number > 1)}" if number else "the process alone"
    seconds = [f"{each:.1f}" for each in figures[:-2]]
    return f"| {' | '.join([f'{users:,}', name, *seconds, *(f'{each:,.0f}' for each in figures[-2:])])} |"


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--users", type=int, nargs="+", default=[5_000, 10_000])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    asked = parser.parse_args()
    users, numbers = sorted(set(asked.users)), sorted(set(asked.workers))
    with TemporaryDirectory(prefix="clickwatch-benchmark-") as name:
        apart(prepare, Path(name), users, asked.days)
        rows = measure_all(Path(name), users, asked.days, numbers)
    print(f"| {' | '.join(COLUMNS)} |", f"| --- | --- |{' ---: |' * (len(COLUMNS) - 2)}", sep="\n")
    for users_and_number in sorted(rows):
        print(written(*users_and_number, rows[users_and_number]))
    if len(users) > 1:
        print("", *reckon(rows, numbers[0], users[-2:], asked.days), sep="\n")


if __name__ == "__main__":
    main()
