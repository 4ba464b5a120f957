"""An hour as in an office: people click and judge, upload large files, and let networks train, all at once.

    python -m tests.benchmarks.soak [--minutes 60] [--people 20] [--uploads 5] [--megabytes 100] [--think 5]

Four of the people judge findings, each in a run of their own; the others look at Anomalies. So many files as
`uploads` are sent at the same time, again every 15 minutes. Four people keep a training of the default model in the
queue; a fifth has put ten there before them. Printed, minute by minute and at the end: clicks and how long they took,
errors, the server's memory, verdicts given and kept, and how long each person's runs waited.
"""

import argparse
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import duckdb
import httpx
import numpy as np
import psutil

from dashboard.detection.choices import make_settings
from dashboard.runs.records import RunState
from tests.benchmarks.load import click
from tests.benchmarks.pages import seed_run, serving, tab_of
from tests.benchmarks.tab import Tab
from tests.browser.server import Server

REVIEWERS = 4
TRAINERS = ("ann", "bob", "eve", "joe")
GREEDY, HIS_RUNS = "max", 10
SETTLED_MINUTES = 10  # after which the memory should grow no more
UPLOADS_EVERY_SECONDS = 15 * 60
CHUNK = 1 << 20


@dataclass
class Seen:
    """What happened. memory: (minutes, MB) of the server; errors: sentences."""

    waited: list[float] = field(default_factory=list)
    uploads: list[float] = field(default_factory=list)
    given: dict[str, int] = field(default_factory=dict)  # verdicts by run
    memory: list[tuple[float, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watched(self, act: Callable[[], None]) -> None:
        """Do it, and note an error instead of dying of it."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - told at the end, whatever it was
            self.errors.append(f"{type(error).__name__}: {str(error)[:300]}")
            print(self.errors[-1], flush=True)


def judge(tab: Tab, run_id: str, until: float, think: float, seen: Seen) -> None:
    """Judge one finding after another, anomaly and normal by turns; then judge them again."""
    draw = random.Random(run_id)  # noqa: S311 - not for secrets
    tab.open()
    while time.perf_counter() < until:
        time.sleep(draw.expovariate(1 / think))
        if not tab.has("judge_"):
            tab.choose("show", "Reviewed")
        verdict = ("anomaly", "normal")[seen.given.get(run_id, 0) % 2]
        seen.waited.append(tab.press(f"judge_{verdict}").seconds)
        seen.given[run_id] = seen.given.get(run_id, 0) + 1


def look(tab: Tab, order: int, until: float, think: float, seen: Seen) -> None:
    """Click on Anomalies."""
    tab.open()
    click(tab, order, until, think, seen.waited)


def upload(server: Server, file: Path, order: int, until: float, seen: Seen) -> None:
    """Send a large file that nobody has sent before, now and every quarter of an hour."""
    sent = 0
    while time.perf_counter() < until:
        began = time.perf_counter()
        tab = tab_of(server, "data")
        tab.open()
        token = tab.code("/api/upload").split("Bearer ")[1].split('"')[0]
        tab.close()

        def content(last: str = f"u-{order}-{sent},2025-01-01,1\n") -> Iterator[bytes]:
            with file.open("rb") as stream:
                while chunk := stream.read(CHUNK):
                    yield chunk
            yield last.encode()

        answer = httpx.put(
            f"{server.address}/api/upload?name=large-{order}-{sent}.csv",
            content=content(),
            headers={"Authorization": f"Bearer {token}"},
            timeout=1_800,
        )
        if answer.status_code != httpx.codes.CREATED:
            seen.errors.append(f"upload: {answer.status_code} {answer.text[:200]}")
        sent += 1
        seen.uploads.append(time.perf_counter() - began)
        while time.perf_counter() < min(until, began + UPLOADS_EVERY_SECONDS):
            time.sleep(0.5)


def train(server: Server, until: float) -> None:
    """Keep one training of each person in the queue, after ten of one."""
    store = server.store
    datasets = {who: store.add_sample(owner=who).id for who in (*TRAINERS, GREEDY)}
    for _ in range(HIS_RUNS):
        store.queue_run(datasets[GREEDY], make_settings(), owner=GREEDY)
    while time.perf_counter() < until:
        for who in TRAINERS:
            if all(run.state.is_final for run in store.runs(owner=who)):
                store.queue_run(datasets[who], make_settings(), owner=who)
        time.sleep(1)


def watch(server: Server, began: float, until: float, seen: Seen) -> None:
    """Note the server's memory each minute."""
    process = psutil.Process(server.process.pid)
    while time.perf_counter() < until:
        minutes = (time.perf_counter() - began) / 60
        seen.memory.append((minutes, process.memory_info().rss / 1e6))
        print(
            f"{minutes:6.1f} min{len(seen.waited):7} clicks{sum(seen.given.values()):6} verdicts"
            f"{len(seen.uploads):4} uploads{len(seen.errors):4} errors{seen.memory[-1][1]:8.0f} MB",
            flush=True,
        )
        time.sleep(min(60, max(0.1, until - time.perf_counter())))


def large_file(folder: Path, megabytes: int) -> Path:
    """Write a long table of about that size."""
    file = folder / "large.csv"
    rows = megabytes * 1_000_000 // 27
    duckdb.sql(
        f"COPY (SELECT 'user-' || lpad((i // 90)::text, 7, '0') AS who, "
        f"DATE '2025-01-01' + (i % 90)::int AS day, (hash(i) % 40)::int AS clicks "
        f"FROM range({rows}) t(i)) TO '{file}' (HEADER)"
    )
    return file


def tell(server: Server, seen: Seen) -> None:
    """Print what came of it."""
    half, most, longest = np.percentile(seen.waited, [50, 95, 100])
    print(
        f"clicks: {len(seen.waited)}; median {half:.2f} s, 95% {most:.2f} s, most {longest:.2f} s"
    )
    print(f"uploads: {len(seen.uploads)}; most {max(seen.uploads, default=0):.0f} s")
    kept = {run: len(server.store.reviews.verdicts_of(run).entries) for run in seen.given}
    print(f"verdicts: {sum(seen.given.values())} given, {sum(kept.values())} kept")
    settled = [mb for minutes, mb in seen.memory if minutes >= SETTLED_MINUTES]
    if settled:
        print(
            f"memory: {settled[0]:.0f} MB after {SETTLED_MINUTES} minutes, {settled[-1]:.0f} at the end, "
            f"at most {max(settled):.0f}"
        )
    for who in (*TRAINERS, GREEDY):
        runs = server.store.runs(owner=who)
        waits = [(run.started - run.created).total_seconds() for run in runs if run.started]
        done = sum(run.state is RunState.FINISHED for run in runs)
        failed = [run.reason for run in runs if run.state is RunState.FAILED]
        seen.errors.extend(f"training: {reason}" for reason in failed)
        print(f"runs of {who}: {done} finished, longest wait {max(waits, default=0):.0f} s")
    told = [
        line for line in server.log.splitlines() if "level=error" in line or "Traceback" in line
    ]
    print(f"errors: {len(seen.errors)}, in the server's log: {len(told)}")
    for line in [*seen.errors, *told][:20]:
        print(" ", line)


def main() -> None:
    """Let them work, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    for name, default in (("--people", 20), ("--uploads", 5), ("--megabytes", 100)):
        parser.add_argument(name, type=int, default=default)
    for name, default in (("--minutes", 60.0), ("--think", 5.0)):
        parser.add_argument(name, type=float, default=default)
    given = parser.parse_args()
    seen = Seen()
    with serving(2_000, 40) as (server, run_id):
        folder = server.store.run(run_id).folder
        judged = [seed_run(server.store, 2_000, 40, folder) for _ in range(REVIEWERS)]
        file = large_file(server.settings.home.parent, given.megabytes)
        began = time.perf_counter()
        until = began + given.minutes * 60
        review = [tab_of(server, "review", run=one) for one in judged]
        anomalies = [
            tab_of(server, "anomalies", run=run_id) for _ in range(given.people - REVIEWERS)
        ]
        work = [
            partial(train, server, until),
            partial(watch, server, began, until, seen),
            *(
                partial(judge, tab, one, until, given.think, seen)
                for tab, one in zip(review, judged, strict=True)
            ),
            *(
                partial(look, tab, order, until, given.think, seen)
                for order, tab in enumerate(anomalies)
            ),
            *(partial(upload, server, file, order, until, seen) for order in range(given.uploads)),
        ]
        threads = [threading.Thread(target=seen.watched, args=(each,)) for each in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for tab in [*review, *anomalies]:
            tab.close()
        tell(server, seen)


if __name__ == "__main__":
    main()
