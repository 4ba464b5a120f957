"""What is being made: a folder known by its name, and kept from the sweep by its maker's lock.

The lock ends with the process that holds it, however that ends; no clock is asked.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dashboard.runs.names import new_id

UNFINISHED = ".new-"


@contextmanager
def unfinished(parent: Path) -> Iterator[Path]:
    """Give a new folder in `parent`, which is gone afterwards unless it was renamed."""
    path, lock = _make(parent)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


@contextmanager
def temporary_files_in(parent: Path) -> Iterator[None]:
    """Let all temporary files of this process lie in `parent`, until the end or the next sweep."""
    with unfinished(parent) as folder:
        usual, tempfile.tempdir = tempfile.tempdir, str(folder)
        try:
            yield
        finally:
            tempfile.tempdir = usual


def sweep_unfinished(parent: Path) -> None:
    """Remove what no living process makes any more."""
    for path in parent.glob(f"{UNFINISHED}*"):
        with suppress(OSError):  # held, or removed by another in this moment
            lock = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            finally:
                os.close(lock)


def _make(parent: Path) -> tuple[Path, int]:
    while True:
        path = parent / f"{UNFINISHED}{new_id()}"
        path.mkdir(parents=True)
        with suppress(FileNotFoundError):  # swept before it was locked
            lock = os.open(path, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.exists():
                return path, lock
            os.close(lock)
