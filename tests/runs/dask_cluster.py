"""A Dask scheduler and workers, each a process of its own on this machine; and what they may be asked."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 90


@dataclass(frozen=True)
class Part:
    """Something to do that takes a while. folder: where it is noted that it was begun, and by whom.

    awaits: a part with whose beginning, or that of a later one, this one ends, if its time is not over before.
    """

    number: int
    folder: Path
    seconds: float
    awaits: int | None = None

    def begun_by(self) -> list[int]:
        """Return the processes that have begun it, each as often as it did."""
        path = _note(self.folder, self.number)
        return [int(line) for line in path.read_text("utf-8").split()] if path.exists() else []


def do(part: Part) -> tuple[int, int]:
    """Note that a part was begun, and take its time; returns its number, and who has done it."""
    with _note(part.folder, part.number).open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    if part.awaits is None:
        time.sleep(part.seconds)
    else:
        until = time.monotonic() + part.seconds
        while time.monotonic() < until and _latest(part.folder) < part.awaits:
            time.sleep(0.05)
    return part.number, os.getpid()


def _note(folder: Path, number: int) -> Path:
    return folder / f"part-{number}"


def _latest(folder: Path) -> int:
    """The part that was begun, of the highest number."""
    return max(int(note.name.removeprefix("part-")) for note in folder.glob("part-*"))


@dataclass(frozen=True)
class Place:
    """Where a process runs. host: its address there. within: what is put before its command."""

    host: str = "127.0.0.1"
    within: tuple[str, ...] = ()


HERE = Place()


class DaskCluster:
    """Begins with a scheduler alone.

    allowed_failures: how often a part may kill a worker before it is given up; 0: at once. port: of
    the scheduler; 0: any that is free. place: where the scheduler runs.
    """

    def __init__(
        self, folder: Path, allowed_failures: int = 0, port: int = 0, place: Place = HERE
    ) -> None:
        self._folder = folder
        self._allowed_failures = allowed_failures
        self._processes: list[subprocess.Popen[bytes]] = []
        told = folder / "scheduler.json"
        told.unlink(missing_ok=True)
        self.scheduler = self._start(place, "scheduler", "--port", port, "--scheduler-file", told)
        self._wait_for(told.is_file)
        self._file = told
        self.address = f"dask://{self._listening(told)}"
        self.port = int(self.address.rsplit(":", 1)[1])

    def add_worker(self, place: Place = HERE) -> int:
        """Start a worker; returns its process's number."""
        return self._start(
            place, "worker", "--scheduler-file", self._file, "--nthreads", "1", "--no-nanny",
            "--local-directory", self._folder,
        )  # fmt: skip

    def close(self) -> None:
        """End all its processes."""
        for process in self._processes:
            process.kill()
            process.wait()

    def _start(self, place: Place, part: str, *options: object) -> int:
        command = [*place.within, sys.executable, "-m", f"distributed.cli.dask_{part}"]
        command += ["--no-dashboard", "--host", place.host]
        with (self._folder / f"{part}.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, *map(str, options)],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                env={
                    "PATH": "/usr/bin:/bin",
                    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(self._allowed_failures),
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
