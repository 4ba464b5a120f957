"""Too little memory: a training is refused beforehand or fails alone, and a wide file is refused."""

import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psutil

from dashboard.errors import SettingsError
from dashboard.runs.records import RunState
from dashboard.runs.store import Store
from tests.browser.server import ROOT, Server
from tests.faults.installation import TINY, add_counts, installation
from tests.processes import wait_for

LIMIT_MB = 100  # a training has more than that before it begins
BIRTH = datetime(2015, 1, 1)


@dataclass(frozen=True)
class Starved:
    """What was told, and the most memory that reading the wide file took, in MB."""

    told: dict[str, str]
    reading_mb: float
    seconds: float


def run_out_of_memory() -> Starved:
    """Ask for more than there may be. Raises AssertionError where it took anything along."""
    began = time.monotonic()
    with installation(training_memory_mb=LIMIT_MB) as server:
        told = {"training refused": _refusal(server), "training failed": _failure(server)}
        told["wide file"], reading_mb = _read_wide(server.settings.home.parent / "wide.csv")
    return Starved(told, reading_mb, time.monotonic() - began)


def _refusal(server: Server) -> str:
    dataset = add_counts(server)
    try:
        server.store.queue_run(dataset.id, TINY)
    except SettingsError as error:
        return str(error)
    message = "a training was queued that needs more than it may take"
    raise AssertionError(message)


def _failure(server: Server) -> str:
    """Queue past the estimate: the process comes upon its own limit, twice."""
    wait_for(server.store.worker_alive)
    worker = server.worker
    careless = Store.open(server.settings.model_copy(update={"training_memory_mb": 0}))
    dataset = add_counts(server)
    runs = [careless.queue_run(dataset.id, TINY).id for _ in range(2)]
    wait_for(lambda: all(careless.run(run_id).state.is_final for run_id in runs))
    ended = [careless.run(run_id) for run_id in runs]
    careless.close()
    assert {run.state for run in ended} == {RunState.FAILED}
    assert worker.is_running(), "the training took its worker along"
    assert server.answers("/healthz"), "the training took the server along"
    return ended[0].reason or ""


def _read_wide(path: Path) -> tuple[str, float]:
    """5,000 users with one row each, every one in another hour of eleven years."""
    hours = (BIRTH + timedelta(hours=19 * place) for place in range(5_000))
    rows = (f"u{place},{hour:%Y-%m-%d %H:%M},1" for place, hour in enumerate(hours))
    path.write_text("\n".join(["user,hour,clicks", *rows]), "utf-8")
    command = [sys.executable, "-m", "dashboard", "inspect", str(path), "--read", "frequency=hour"]
    reading = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    most = 0
    while reading.poll() is None:
        most = max(most, _resident(reading.pid))
        time.sleep(0.02)
    told = reading.stderr.read().strip()
    assert reading.returncode == 2, told
    return told, most / 1e6


def _resident(pid: int) -> int:
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return 0  # it ended in this moment
