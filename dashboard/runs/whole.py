"""How a folder comes to be there whole, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.runs.unfinished import unfinished


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a temporary folder beside `target` that becomes `target` if all goes well, else vanishes.

    Every file in it is synced before the rename. Raises FileExistsError where `target` is there.
    """
    with unfinished(target.parent) as aside:
        yield aside
        for path in sorted(aside.rglob("*")):
            sync(path)
        sync(aside)
        if target.exists():
            raise FileExistsError(f"{target} is already there")
        aside.rename(target)
        sync(target.parent)


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
