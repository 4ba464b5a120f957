"""The server itself: each way to start and to stop it, and that it leaves nothing behind."""

import signal
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psutil
import pytest

from dashboard.runs.records import RunState
from tests.browser.counts import QUIET, long_csv
from tests.browser.server import Server
from tests.processes import has_log, wait_for
from tests.trainings import LONG

WAYS = (
    ((sys.executable, "-m", "dashboard", "serve"), signal.SIGINT),
    ((sys.executable, "app.py"), signal.SIGTERM),
    ((sys.executable, "-m", "streamlit", "run", "app.py"), signal.SIGINT),
)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[dict[Server, signal.Signals]]:
    """A server started in each way, and the signal to end it; all share one data home."""
    opened: dict[Server, signal.Signals] = {}
    try:
        for place, (command, ending) in enumerate(WAYS):
            first = next(iter(opened), None)
            server = Server(tmp_path / str(place), command, shares=first)
            opened[server] = ending
            server.start()
        yield opened
    finally:
        for server in opened:
            server.close()


def test_a_stopped_server_leaves_no_process_and_its_run_to_another(
    servers: dict[Server, signal.Signals],
) -> None:
    store = next(iter(servers)).store
    dataset = store.add_dataset(BytesIO(long_csv(QUIET)), "clicks.csv")
    run_id = store.queue_run(dataset.id, LONG).id
    alive = dict(servers)
    while alive:
        wait_for(lambda: store.run(run_id).epoch >= 1)
        server = next(each for each in alive if trains(each))
        family = server.family()
        assert len(family) >= 3  # worker, fork server, training

        server.stop(alive.pop(server))

        wait_for(lambda family=family: not any(lives(each) for each in family))
        assert "Traceback" not in server.log
    assert store.run(run_id).state is RunState.QUEUED


def trains(server: Server) -> bool:
    """Whether the worker of a server trains a run now."""
    family = psutil.Process(server.worker.pid).children(recursive=True)
    return any(each.ppid() != server.worker.pid and has_log(each) for each in family)


def lives(process: psutil.Process) -> bool:
    """Whether it still does anything; a dead one may wait to be noticed."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
