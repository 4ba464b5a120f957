"""SIGTERM in the middle of a training, a clock that jumps, and two servers on one data home."""

import signal
import socket
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from dashboard.runs.records import RunState
from dashboard.runs.times import A_DAY_SECONDS
from tests.browser.server import Server
from tests.faults.installation import Witness, add_counts, installation, processes_of
from tests.processes import wait_for
from tests.trainings import LONG, SOME_SECONDS

MOST_SECONDS = 10.0  # for everything to end after SIGTERM
MANY_BEATS_SECONDS = 8.0  # of workers that count as dead after three


@dataclass(frozen=True)
class Stopped:
    """Seconds from SIGTERM until every process was gone, and all seconds."""

    stop_seconds: float
    seconds: float


def stop_while_training() -> Stopped:
    """End a server that trains and that a browser is connected to; then start it again."""
    began = time.monotonic()
    with installation() as server:
        run_id = server.store.queue_run(add_counts(server).id, LONG).id
        wait_for(lambda: server.store.run(run_id).epoch >= 1)
        with closing(connected(server)):
            stop_began = time.monotonic()
            ended = server.stop(signal.SIGTERM)  # at its end a server lets the signal have its way
            assert ended in {0, -signal.SIGTERM}, f"it ended with {ended}"
        wait_for(lambda: processes_of(server.settings.home) == [])
        stop_seconds = time.monotonic() - stop_began
        run = server.store.run(run_id)
        assert (run.state, run.attempt) == (RunState.QUEUED, 0), "it is not where it was"
        assert Witness(server).leftovers() == []
        server.start()
        wait_for(lambda: server.store.run(run_id).epoch >= 1)
        server.store.cancel_run(run_id)
        wait_for(lambda: server.store.run(run_id).state.is_final)
    return Stopped(stop_seconds, time.monotonic() - began)


def connected(server: Server) -> socket.socket:
    """A browser's connection to a page, kept open."""
    opened = socket.create_connection(("127.0.0.1", server.settings.port))
    opened.sendall(
        b"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    answer = opened.recv(4_096)
    assert b"101 Switching Protocols" in answer, answer
    return opened


class Clock:
    """The clock of processes started in this environment; it can be set while they run."""

    def __init__(self, folder: Path) -> None:
        self._offset = folder / "offset"
        self.set(0)
        (folder / "sitecustomize.py").write_text(SET_CLOCK, "utf-8")
        self.environment = {"PYTHONPATH": str(folder), "CLOCK_OFFSET": str(self._offset)}

    def set(self, seconds: float) -> None:
        """Let it be so far from the true time, from now on."""
        aside = self._offset.with_suffix(".new")
        aside.write_text(str(seconds), "utf-8")
        aside.replace(self._offset)


SET_CLOCK = """
import os, time
true, offset = time.time, os.environ["CLOCK_OFFSET"]
def time_by_offset():
    with open(offset) as stream:
        return true() + float(stream.read())
time.time = time_by_offset
"""


@dataclass(frozen=True)
class Jumped:
    """How often the clock was set, and the seconds until the run of a dead worker was taken up."""

    jumps: int
    taken_up_seconds: float
    seconds: float


def let_the_clock_jump(folder: Path) -> Jumped:
    """Set the clock of the server and its workers while they train, then kill a worker."""
    began, clock = time.monotonic(), Clock(folder)
    with installation(environment=clock.environment) as server:
        store = server.store
        run_id = store.queue_run(add_counts(server).id, LONG).id
        wait_for(lambda: store.run(run_id).epoch >= 1)
        jumps = (A_DAY_SECONDS, -A_DAY_SECONDS, 0)
        for offset in jumps:
            clock.set(offset)
            before = store.run(run_id).epoch
            time.sleep(MANY_BEATS_SECONDS)
            wait_for(lambda before=before: store.run(run_id).epoch > before)
            assert store.run(run_id).attempt == 1, "the clock took a run from a living worker"
        server.worker.kill()
        clock.set(-A_DAY_SECONDS)  # the dead worker's last beat is a day ahead
        taken_up_seconds = wait_for(lambda: store.run(run_id).attempt == 2)
        store.cancel_run(run_id)
        wait_for(lambda: store.run(run_id).state.is_final)
    return Jumped(len(jumps), taken_up_seconds, time.monotonic() - began)


@dataclass(frozen=True)
class Shared:
    """How many runs two servers have finished between them, one of them having been killed."""

    runs: int
    seconds: float


def share_one_home(folder: Path) -> Shared:
    """Start two servers on one data home, kill the first in the middle; the second goes on."""
    began = time.monotonic()
    with installation() as first:
        second = Server(folder, shares=first).start()
        try:
            dataset = add_counts(first)
            runs = [first.store.queue_run(dataset.id, SOME_SECONDS).id for _ in range(3)]
            wait_for(lambda: sum(first.store.run(each).epoch >= 1 for each in runs) >= 2)
            first.stop(signal.SIGKILL)
            wait_for(lambda: all(second.store.run(each).state.is_final for each in runs))
            witness = Witness(second)
            assert witness.complaints() == []
            assert len(witness.seen) == len(runs)
            assert second.answers("/data")
        finally:
            second.close()
    return Shared(len(runs), time.monotonic() - began)
