"""How long the pages take to answer, at a real server, by what a browser sends and is sent.

    python -m tests.benchmarks.pages [--users 2000] [--days 40] [--rounds 5] [--folder RUN]

A made-up run of that size is published, a server started, and every kind of thing that a person does on
Anomalies done `rounds` times, each time by a tab of its own. Printed: seconds from the click until all
was sent, their 50th and 95th percentiles, the time to the first answer, and the most kilobytes sent.
"""

import argparse
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.store import Store
from tests.benchmarks.tab import Answer, NoWidgetError, Tab, query_of
from tests.benchmarks.workbench import make_run
from tests.browser.server import ROOT, Server

PERSON = "browser-of-the-benchmark"
CHART_OF_DAYS, HEATMAP, TABLE = "days_", "heatmap_", "table_"
Step = Callable[[Tab], Answer]


def steps(order: int) -> dict[str, Step]:
    """What a person does on Anomalies, in an order in which it can be done. order: of the round."""
    return {
        "open the page": Tab.open,
        "choose a day": lambda tab: tab.point(CHART_OF_DAYS, 0, 3 + order),
        "the day after": lambda tab: tab.press("day_after"),
        "take it back": lambda tab: tab.press("chip_time"),
        "open a user": lambda tab: tab.pick_row(TABLE, 1 + order),
        "next finding": lambda tab: tab.press("next_finding"),
        "next user": lambda tab: tab.press("next_user"),
        "close it": lambda tab: tab.press("close_user"),
        "a cell": lambda tab: tab.point(HEATMAP, 2, 5 + order),
        "all again": lambda tab: tab.press("chip_all"),
        "alike together": lambda tab: tab.choose("choose_rows", "Alike together"),
        "a cluster": lambda tab: tab.press("cluster_1"),
        "no cluster": lambda tab: tab.press("chip_cluster"),
        "by volume": lambda tab: tab.choose("choose_rows", "By volume"),
        "all users": lambda tab: tab.choose("choose_rows", "All users"),
        "a band": lambda tab: tab.point("bands_", 1, 40 * (order + 1)),
        "no band": lambda tab: tab.press("chip_ranks"),
        "as ranked": lambda tab: tab.choose("choose_rows", "As ranked"),
        "250 users": lambda tab: tab.choose("choose_top", "250 users"),
        "sort by volume": lambda tab: tab.choose("choose_sort", "Volume"),
        "sort by anomalies": lambda tab: tab.choose("choose_sort", "Anomalous time steps"),
        "sort by name": lambda tab: tab.choose("choose_sort", "Name"),
        "search": lambda tab: tab.type("q", f"0{order}1"),
        "50 users": lambda tab: tab.choose("choose_top", "50 users"),
        "threshold": lambda tab: tab.enter("value", 5.0 + order / 10),
        "alert budget": lambda tab: tab.choose("choose_by", "Alert budget"),
        "false alarms": lambda tab: tab.choose("choose_by", "False-alarm rate"),
        "discoveries": lambda tab: tab.choose("choose_by", "False-discovery rate"),
    }


def seed_run(store: Store, users: int, days: int, folder: Path | None) -> str:
    """Put a finished run of that size into a store; return its id. folder: one made before."""
    dataset = store.add_sample(owner=PERSON)
    run = store.queue_run(dataset.id, TrainingSettings(model="robust-z"), owner=PERSON)
    claim = store.queue.claim()
    if folder is None:
        make_run(run.folder, users, days).close()
    else:
        shutil.copytree(folder, run.folder)
    store.queue.finish(claim)
    return run.id


@contextmanager
def serving(
    users: int, days: int, folder: Path | None = None, root: Path = ROOT
) -> Iterator[tuple[Server, str]]:
    """Serve a made-up run, from the checkout at `root`; gives the server and the run's id."""
    with TemporaryDirectory() as place:
        server = Server(Path(place), root=root)
        try:
            run_id = seed_run(server.store, users, days, folder)
            began = time.perf_counter()
            server.start()
            seconds, busy = time.perf_counter() - began, seconds_busy(server)
            print(f"{'server healthy after':24}{seconds:8.2f} s, {busy:.2f} of the processor")
            yield server, run_id
        finally:
            server.close()


def tab_of(server: Server, page: str, **choice: str) -> Tab:
    """Return a tab of the person whose runs they are."""
    cookie = "=".join(server.cookie_of(PERSON))
    return Tab(server.address, page, query_of(**choice), cookie)


def walk(server: Server, run_id: str, order: int) -> dict[str, tuple[Answer, float]]:
    """Do every step once, in a tab of its own."""
    tab = tab_of(server, "anomalies", run=run_id)
    try:
        found = {}
        for name, step in steps(order).items():
            try:
                found[name] = busy(server, step, tab)
            except NoWidgetError:  # such as a cluster, where no users deviate alike
                print(f"{name:24}there is none")
        return found
    finally:
        tab.close()


def busy(server: Server, step: Step, tab: Tab) -> tuple[Answer, float]:
    """Do one step; returns its answer, and the seconds of the processor that the server took for it."""
    began = seconds_busy(server)
    return step(tab), seconds_busy(server) - began


def seconds_busy(server: Server) -> float:
    """Return the seconds of the processor that the server has taken so far."""
    return sum(psutil.Process(server.process.pid).cpu_times()[:2])


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    for name, default in (("--users", 2_000), ("--days", 40), ("--rounds", 5)):
        parser.add_argument(name, type=int, default=default)
    parser.add_argument("--folder", type=Path, help="a run of that size that was made before")
    given = parser.parse_args()
    found = defaultdict(list)
    with serving(given.users, given.days, given.folder) as (server, run_id):
        for order in range(given.rounds):
            for name, answer in walk(server, run_id, order).items():
                found[name].append(answer)
    print(f"{'':24}{'p50':>8}{'p95':>8}{'cpu':>8}{'first':>8}{'kB':>8}")
    for name, answers in found.items():
        tell(name, answers)
    tell("all", [answer for answers in found.values() for answer in answers])


def tell(name: str, found: list[tuple[Answer, float]]) -> None:
    """Print one line of the table; times in milliseconds."""
    answers, processor = zip(*found, strict=True)
    seconds = np.array([answer.seconds for answer in answers]) * 1_000
    first = np.median([answer.first for answer in answers]) * 1_000
    sent = max(answer.sent for answer in answers) / 1_000
    half, most = np.percentile(seconds, [50, 95])
    print(
        f"{name:24}{half:8.0f}{most:8.0f}{np.median(processor) * 1_000:8.0f}{first:8.0f}{sent:8.0f}"
    )


if __name__ == "__main__":
    main()
