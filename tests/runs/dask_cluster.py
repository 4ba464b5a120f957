"""A Dask scheduler and workers, each a process of its own on this machine."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 90


class DaskCluster:
    """Begins with a scheduler alone. A task that kills its worker is given up at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        told = folder / "scheduler.json"
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", told)
        self._wait_for(told.is_file)
        self._file = told
        self.address = f"dask://{self._listening(told)}"

    def add_worker(self) -> int:
        """Start a worker; returns its process's number."""
        return self._start(
            "worker", "--scheduler-file", self._file, "--nthreads", "1", "--no-nanny",
            "--local-directory", self._folder, "--host", "127.0.0.1",
        )  # fmt: skip

    def close(self) -> None:
        """End all its processes."""
        for process in self._processes:
            process.kill()
            process.wait()

    def _start(self, part: str, *options: object) -> int:
        command = [sys.executable, "-m", f"distributed.cli.dask_{part}", "--no-dashboard"]
        with (self._folder / f"{part}.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, *map(str, options)],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                env={
                    "PATH": "/usr/bin:/bin",
                    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
                },
            )
        self._processes.append(process)
        return process.pid

    def _listening(self, told: Path) -> str:
        return told.read_text("utf-8").split('"address": "tcp://')[1].split('"')[0]

    def _wait_for(self, there) -> None:  # noqa: ANN001 - a question
        until = time.monotonic() + START_SECONDS
        while not there():
            log = (self._folder / "scheduler.log").read_text("utf-8")
            assert time.monotonic() < until, log
            time.sleep(0.05)
