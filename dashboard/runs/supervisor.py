"""Workers beside a server: started with it, started again when they die, stopped with it."""

import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from dashboard.settings import AppSettings

PROJECT = Path(__file__).resolve().parents[2]
LOOK_SECONDS = 1.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
STEADY_SECONDS = 30.0  # a worker that lived this long died by accident, not by nature
STOP_SECONDS = 7.0
LOG = structlog.get_logger()


@dataclass
class WorkerHandle:
    """The workers of one server. Each lives in its own process and its own session."""

    settings: AppSettings
    _stopping: threading.Event = field(default_factory=threading.Event)
    _processes: dict[int, subprocess.Popen] = field(default_factory=dict)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Start all workers and keep them running."""
        for place in range(self.settings.workers):
            thread = threading.Thread(target=self._keep_running, args=(place,), daemon=True)
            self._threads.append(thread)
            thread.start()

    @property
    def pids(self) -> list[int]:
        """The numbers of the workers that live now."""
        return [process.pid for process in self._processes.values() if process.poll() is None]

    def restart(self) -> None:
        """End the workers; each is started again. The runs in hand go back into the queue."""
        for process in list(self._processes.values()):
            process.terminate()

    def stop(self) -> None:
        """End the workers for good. Returns when they are gone, within some seconds."""
        self._stopping.set()
        for process in list(self._processes.values()):
            process.terminate()
        for thread in self._threads:
            thread.join(STOP_SECONDS + LOOK_SECONDS)

    def _keep_running(self, place: int) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            process = self._launch()
            self._processes[place] = process
            steady = self._watch(process)
            if self._stopping.is_set():
                _end(process)
                return
            pause = FIRST_PAUSE_SECONDS if steady else min(2 * pause, LONGEST_PAUSE_SECONDS)
            LOG.warning("worker ended, starting another", code=process.returncode, pause=pause)
            self._stopping.wait(pause)

    def _launch(self) -> subprocess.Popen:
        command = [sys.executable, "-m", "dashboard", "worker", "--parent", str(os.getpid())]
        environment = os.environ | self.settings.environment()
        # its own session: Ctrl+C in the server's terminal is the server's to handle
        return subprocess.Popen(command, cwd=PROJECT, env=environment, start_new_session=True)  # noqa: S603 - our own program

    def _watch(self, process: subprocess.Popen) -> bool:
        lived = 0.0
        while process.poll() is None and not self._stopping.wait(LOOK_SECONDS):
            lived += LOOK_SECONDS
        return lived >= STEADY_SECONDS


def start_worker(settings: AppSettings) -> WorkerHandle:
    """Start the workers that the settings ask for, none where they are not embedded."""
    handle = WorkerHandle(settings)
    if settings.embedded_worker:
        handle.start()
    return handle


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
