"""What is being made: a folder known by its name, and kept from the sweep by its maker's lock.

The lock ends with the process that holds it, however that ends; no clock is asked. It is on a file
beside the folder, open for writing: a shared folder of several machines (NFS) locks nothing else.
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
LOCK = ".lock"
OWNER_ONLY = 0o600


@contextmanager
def unfinished(parent: Path) -> Iterator[Path]:
    """Give a new folder in `parent`, which is gone afterwards unless it was renamed."""
    path, lock = _make(parent)
    try:
        yield path
    finally:
        _remove(path)
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
    for name in {path.name.removesuffix(LOCK) for path in parent.glob(f"{UNFINISHED}*")}:
        with suppress(OSError):  # held, or removed by another in this moment
            _sweep(parent / name)


def _sweep(path: Path) -> None:
    beside = _lock_of(path)
    # a version before this one locked the folder itself
    lock = os.open(beside, os.O_RDWR) if beside.exists() else os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(path)
    finally:
        os.close(lock)


def _remove(path: Path) -> None:
    """Remove a folder or file, and its lock last: so nothing unlocked is ever seen."""
    if path.is_file():
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)
    _lock_of(path).unlink(missing_ok=True)


def _make(parent: Path) -> tuple[Path, int]:
    parent.mkdir(parents=True, exist_ok=True)
    while True:
        path = parent / f"{UNFINISHED}{new_id()}"
        lock = os.open(_lock_of(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _lock_of(path).exists():
                path.mkdir()
                return path, lock
        except OSError:
            _remove(path)
            os.close(lock)
            raise
        os.close(lock)  # swept before it was locked


def _lock_of(path: Path) -> Path:
    return path.with_name(f"{path.name}{LOCK}")
