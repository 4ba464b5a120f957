"""Where everything lies in the data home, and how a folder or file comes to be there whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dashboard.errors import StoreError
from dashboard.runs.unfinished import UNFINISHED, unfinished

OWNERS_ALONE = 0o700  # uploaded files name real people


@dataclass(frozen=True)
class Places:
    """The folders of one data home."""

    home: Path

    @property
    def sources(self) -> Path:
        """Uploaded bytes, each file named by its SHA-256."""
        return self.home / "sources"

    @property
    def datasets(self) -> Path:
        """One folder a dataset: its panel."""
        return self.home / "datasets"

    @property
    def runs(self) -> Path:
        """One folder a finished run: its artefacts."""
        return self.home / "runs"

    @property
    def work(self) -> Path:
        """One folder a run in training: its log."""
        return self.home / "work"

    def log_of(self, run_id: str) -> Path:
        """Return where a run's training process writes what it prints."""
        return self.work / run_id / "log.txt"

    def hold_anything(self) -> bool:
        """Whether a dataset or a run is there, so that records of them must be too."""
        folders = [folder for folder in (self.datasets, self.runs) if folder.is_dir()]
        return any(
            not path.name.startswith(UNFINISHED) for folder in folders for path in folder.iterdir()
        )

    def create(self) -> None:
        """Make what is missing. Raises StoreError where the home cannot be written to."""
        for folder in (self.home, self.sources, self.datasets, self.runs, self.work):
            try:
                folder.mkdir(mode=OWNERS_ALONE, parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"The data home {self.home} cannot be used: {error.strerror or error}. "
                    "Set CLICKWATCH_HOME to a folder that can be written to."
                ) from error


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
