"""Twenty people clicking at once while a network trains: how long each waits.

    python -m tests.benchmarks.load [--people 20] [--seconds 60] [--think 2] [--users 2000] [--days 40]

Each person has a tab of their own on Anomalies, looks for `think` seconds on average, and clicks. The
training is one of the default model that would take longer than that. Printed: clicks, and the seconds
from a click until all was sent, their 50th, 95th and 100th percentiles, with and without the training.
"""

import argparse
import random
import threading
import time
from contextlib import suppress

import numpy as np

from dashboard.detection.settings import TrainingSettings
from tests.benchmarks.pages import PERSON, Step, serving, steps, tab_of
from tests.benchmarks.tab import NoWidgetError, Tab
from tests.browser.server import Server
from tests.processes import wait_for

LONG = TrainingSettings(model="encoder-decoder", epochs=1_000, patience=0)


def train(server: Server) -> str:
    """Begin a training that goes on; returns its run's id once it has learnt for an epoch."""
    dataset = server.store.add_sample(owner=PERSON)
    run = server.store.queue_run(dataset.id, LONG, owner=PERSON)
    wait_for(lambda: server.store.run(run.id).epoch >= 1)
    return run.id


def click(tab: Tab, order: int, until: float, think: float, waited: list[float]) -> None:
    """Do what a person does, over and over, and note how long each answer took."""
    draw = random.Random(order)  # noqa: S311 - not for secrets
    while time.perf_counter() < until:
        for step in _round(order):
            time.sleep(draw.expovariate(1 / think))
            if time.perf_counter() >= until:
                return
            with suppress(NoWidgetError):  # such as a cluster, where no users deviate alike
                waited.append(step(tab).seconds)


def _round(order: int) -> list[Step]:
    """Return the steps that follow upon the opening of the page, and lead back to it."""
    _, *others = steps(order % 5).values()
    return others


def measure(
    server: Server, run_id: str, people: int, seconds: float, think: float
) -> tuple[list[float], float]:
    """Return how long each click waited, and the longest opening of the page."""
    tabs = [tab_of(server, "anomalies", run=run_id) for _ in range(people)]
    opened = max(tab.open().seconds for tab in tabs)
    waited: list[list[float]] = [[] for _ in tabs]
    until = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=click, args=(tab, order, until, think, waited[order]))
        for order, tab in enumerate(tabs)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for tab in tabs:
        tab.close()
    return [each for one in waited for each in one], opened


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    for name, default in (("--people", 20), ("--users", 2_000), ("--days", 40)):
        parser.add_argument(name, type=int, default=default)
    for name, default in (("--seconds", 60.0), ("--think", 2.0)):
        parser.add_argument(name, type=float, default=default)
    given = parser.parse_args()
    with serving(given.users, given.days) as (server, run_id):
        for training in (False, True):
            training_id = train(server) if training else None
            asked = given.people, given.seconds, given.think
            waited, opened = measure(server, run_id, *asked)
            half, most, longest = np.percentile(waited, [50, 95, 100])
            told = "one training" if training else "no training"
            print(
                f"{told:14}{len(waited):6} clicks{half:8.2f} s{most:8.2f} s{longest:8.2f} s"
                f"   longest opening {opened:.2f} s"
            )
            if training_id is not None:
                server.store.cancel_run(training_id)


if __name__ == "__main__":
    main()
