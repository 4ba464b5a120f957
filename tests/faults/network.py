"""A Dask cluster each of whose processes has a network of its own, and a cable that is pulled.

Needs Linux, root and `ip`. The networks hang together in one of them, and nothing of them is seen from without.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.runs.dask_cluster import ROOT, DaskCluster, Place

PARTS, EACH_SECONDS, BEFORE = 40, 0.5, 8
CLIENT = """
from pathlib import Path
from dashboard.runs.engine import Cluster, open_engine
from tests.runs.dask_cluster import Part, do

parts = (Part(number, Path({folder!r}), {seconds}) for number in range({parts}))
with open_engine(Cluster({address!r})) as engine:
    for number, _ in engine.over(do, parts):
        print(number, flush=True)
"""


@dataclass(frozen=True)
class Pulled:
    """Seconds in which the run had no answer after a cable was pulled; and all seconds."""

    waited_seconds: float
    seconds: float


def pull_a_cable(folder: Path) -> Pulled:
    """Cut one of two workers off in the middle of a run; the other has to do all that is left."""
    began = time.monotonic()
    with (
        networks(4) as (scheduler, first, second, client),
        closing(DaskCluster(folder, allowed_failures=1, place=scheduler)) as cluster,
    ):
        for place in (first, second):
            cluster.add_worker(place)
        program = CLIENT.format(
            folder=str(folder), seconds=EACH_SECONDS, parts=PARTS, address=cluster.address
        )
        command = [*client.within, sys.executable, "-c", program]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
            answers = []
            for line in run.stdout:
                answers.append((int(line), time.monotonic()))
                if len(answers) == BEFORE:
                    _ip("-n", scheduler.within[-1], "link", "set", "cable1", "down")
    assert run.returncode == 0, "the run did not end well"
    assert [number for number, _ in answers] == list(range(PARTS)), "a part was lost, or came twice"
    waited = max(later - earlier for (_, earlier), (_, later) in pairwise(answers))
    return Pulled(waited, time.monotonic() - began)


@contextmanager
def networks(number: int) -> Iterator[list[Place]]:
    """Make networks of one address each, joined by cables that end in the first of them."""
    names = [f"clickwatch-{os.getpid()}-{place}" for place in range(number)]
    hub = names[0]
    try:
        for name in names:
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", hub, "link", "add", "cable", "type", "bridge")
        for place, name in enumerate(names):
            if place:
                end = f"cable{place}"
                _ip("-n", hub, "link", "add", end, "type", "veth", "peer", "cable", "netns", name)
                _ip("-n", hub, "link", "set", end, "master", "cable", "up")
            _ip("-n", name, "address", "add", f"10.77.0.{place + 1}/24", "dev", "cable")
            _ip("-n", name, "link", "set", "cable", "up")
        yield [
            Place(f"10.77.0.{place + 1}", (_program(), "netns", "exec", name))
            for place, name in enumerate(names)
        ]
    finally:
        for name in names:
            subprocess.run([_program(), "netns", "delete", name], check=False)


def _ip(*words: str) -> None:
    subprocess.run([_program(), *words], check=True)


def _program() -> str:
    return shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin") or sys.exit(
        "`ip` is not installed."
    )
