"""`kill -9` of the training, the worker, the server or all three, at random instants of whole runs."""

import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

import psutil

from dashboard.runs.records import RunRecord, RunState
from dashboard.runs.unfinished import UNFINISHED
from tests.browser.counts import QUIET, long_csv
from tests.browser.server import ROOT, Server
from tests.faults.installation import OWNER, TINY, Witness, add_counts, installation, processes_of
from tests.processes import wait_for

STAGES = ("reading", "start", "train", "score", "self_test", "publishing")
PARTS = {
    "training": ("training",),
    "worker": ("worker",),
    "server": ("server",),
    "all": ("server", "worker", "training"),
}
LONGEST_DELAY_SECONDS = 1.0
SETTINGS = (TINY, TINY.model_copy(update={"model": "robust-z"}))
READER = """
import sys
from pathlib import Path
from dashboard.runs.store import Store
from dashboard.runs.unfinished import temporary_files_in
from dashboard.settings import read_settings
store = Store.open(read_settings())
with temporary_files_in(store.places.work):  # as a server does
    print("ready", flush=True)
    store.add_dataset(Path(sys.argv[1]), sys.argv[2], owner=sys.argv[3])
"""


@dataclass
class Killing:
    """One server under fire."""

    server: Server
    random: Random
    dataset_id: str
    witness: Witness
    done: Counter = field(default_factory=Counter)  # by (victim, stage)
    retried: set[str] = field(default_factory=set)

    def kill_once(self) -> None:
        """Keep the queue filled, wait for a stage, and kill within it."""
        stage = self.random.choice(STAGES)
        if stage == "reading":
            self._kill_reader()
        else:
            self._fill_queue()
            victim = self.random.choice(list(PARTS))
            wait_for(lambda: self._is_at(stage))
            time.sleep(self.random.uniform(0, LONGEST_DELAY_SECONDS) ** 2)  # early ones more often
            self._count(victim, self._stage(), self._kill(victim))
        assert self.witness.complaints() == []

    def settle(self) -> list[RunRecord]:
        """Retry what has failed, until every run has ended; returns all runs."""
        store = self.server.store
        while True:
            wait_for(lambda: all(run.state.is_final for run in store.runs()))
            failed = {run for run in store.runs() if run.state is RunState.FAILED}
            open_ = [run for run in failed if run.id not in self.retried]
            if not open_:
                return store.runs()
            for run in open_:
                assert run.reason, "a failed run does not say why"
                store.retry_run(run.id)
                self.retried.add(run.id)

    def _count(self, victim: str, stage: str, kills: int) -> None:
        self.done[victim, stage] += kills
        sys.stderr.write(f"{self.done.total()}: {victim}, {stage}\n")

    def _fill_queue(self) -> None:
        runs = self.server.store.runs()
        if sum(not run.state.is_final for run in runs) < 2:
            self.server.store.queue_run(self.dataset_id, self.random.choice(SETTINGS))

    def _stage(self) -> str:
        running = [run for run in self.server.store.runs() if run.state is RunState.RUNNING]
        if any(self.server.store.places.runs.glob(f"{UNFINISHED}*")):
            return "publishing"
        return running[0].stage if running else "between"

    def _is_at(self, stage: str) -> bool:
        self._fill_queue()
        return self._stage() == stage

    def _kill(self, victim: str) -> int:
        server = self.server
        victims = [each for name in PARTS[victim] for each in self._processes(name)]
        if not victims:
            return 0  # it ended by itself in this moment
        dying = [each for process in victims for each in _family(process)]
        for process in victims:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        wait_for(lambda: not any(map(_lives, dying)), seconds=120)
        if "server" in PARTS[victim]:
            server.process.wait()
            server.start()
        return 1

    def _processes(self, name: str) -> list[psutil.Process]:
        with suppress(psutil.Error, StopIteration):  # there is none in this moment
            if name == "server":
                return [psutil.Process(self.server.process.pid)]
            return [self.server.worker if name == "worker" else self.server.training]
        return []

    def _kill_reader(self) -> None:
        """Kill a process that takes in a file."""
        path = self.server.settings.home.parent / "clicks.csv"
        users = [f"{self.random.random()}-{user}" for user in QUIET]  # a file of its own each time
        path.write_bytes(long_csv(users, 28))
        reader = subprocess.Popen(
            [sys.executable, "-c", READER, str(path), path.name, OWNER],
            cwd=ROOT,
            env=self.server.environment,
            stdout=subprocess.PIPE,
        )
        reader.stdout.readline()
        time.sleep(self.random.uniform(0, LONGEST_DELAY_SECONDS) ** 2)
        reader.kill()
        reader.communicate()
        assert reader.returncode in {0, -signal.SIGKILL}, "the file could not be taken in"
        self._count("reader", "reading", 1)


@dataclass(frozen=True)
class Killed:
    """What came of it."""

    kills: Counter
    finished: int
    retried: int
    seconds: float


def kill_at_random(kills: int, seed: int) -> Killed:
    """Kill so often; raises AssertionError where anything was lost, half there, stuck or left over."""
    began = time.monotonic()
    with installation() as server:
        witness = Witness(server)
        killing = Killing(server, Random(seed), add_counts(server).id, witness)
        while killing.done.total() < kills:
            killing.kill_once()
        runs = killing.settle()
        assert witness.complaints() == []
        assert _same_bytes(runs), "an interrupted run came out differently"
        server.stop(signal.SIGKILL)  # what is left over now is swept when it starts again
        server.start()
        wait_for(server.store.worker_alive)
        server.stop()
        wait_for(lambda: processes_of(server.settings.home) == [], seconds=120)
        assert witness.leftovers() == []
    finished = sum(run.state is RunState.FINISHED for run in runs)
    return Killed(killing.done, finished, len(killing.retried), time.monotonic() - began)


def _same_bytes(runs: list[RunRecord]) -> bool:
    """Whether all finished runs of the same settings have the same cells."""
    cells: dict[str, set[bytes]] = {}
    for run in runs:
        if run.state is RunState.FINISHED:
            cells.setdefault(run.settings.model, set()).add(
                (run.folder / "cells.parquet").read_bytes()
            )
    return all(len(each) == 1 for each in cells.values())


def _family(process: psutil.Process) -> list[psutil.Process]:
    """A process and all that it has started: what ends with it."""
    with suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return [process]


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
