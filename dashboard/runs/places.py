"""Where everything lies in the data home, and what else there is of it elsewhere."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from dashboard.errors import StoreError
from dashboard.runs.cache import DATASETS, RUNS, SOURCES, Cache, bytes_at
from dashboard.runs.remote import Remote
from dashboard.runs.unfinished import UNFINISHED
from dashboard.settings import AppSettings

GIGABYTE = 1_000_000_000
OWNERS_ALONE = 0o700  # uploaded files name real people


@dataclass(frozen=True)
class Places:
    """The folders of one data home. cache: None where nothing is kept but in it."""

    home: Path
    cache: Cache | None = None

    @classmethod
    def of(cls, settings: AppSettings) -> Self:
        """Return those of an installation. Nothing is made or asked."""
        if settings.artefacts is None:
            return cls(settings.home)
        remote = Remote(settings.artefacts)
        return cls(settings.home, Cache(settings.home, remote, int(settings.cache_gb * GIGABYTE)))

    @property
    def sources(self) -> Path:
        """Uploaded bytes, each file named by its SHA-256."""
        return self.home / SOURCES

    @property
    def datasets(self) -> Path:
        """One folder a dataset: its panel."""
        return self.home / DATASETS

    @property
    def runs(self) -> Path:
        """One folder a finished run: its artefacts."""
        return self.home / RUNS

    @property
    def work(self) -> Path:
        """One folder a run in training: its log."""
        return self.home / "work"

    @property
    def compared(self) -> Path:
        """One file a finished run: the state in which its checksums were found right."""
        return self.home / "compared"

    def log_of(self, run_id: str) -> Path:
        """Return where a run's training process writes what it prints."""
        return self.work / run_id / "log.txt"

    def source(self, digest: str) -> Path:
        """Return the file of uploaded bytes, fetched where it is kept elsewhere."""
        path = self.sources / digest
        if self.cache is not None:
            self.cache.bring(path)
        return path

    def bytes_of(self, path: Path) -> int:
        """Return the size of what belongs at a path, wherever it is kept."""
        return bytes_at(path) if self.cache is None else self.cache.bytes_of(path)

    def bytes_to_fetch(self, path: Path) -> int:
        """Return how much has to be fetched before what belongs at a path can be read; 0 where it is at hand."""
        return 0 if self.cache is None or path.exists() else self.cache.bytes_of(path)

    def hold_anything(self) -> bool:
        """Whether a dataset or a run is kept here or elsewhere, so that records of them must be too."""
        if self.cache is not None and self.cache.remote.holds_anything((DATASETS, RUNS)):
            return True
        folders = [folder for folder in (self.datasets, self.runs) if folder.is_dir()]
        return any(
            not path.name.startswith(UNFINISHED) for folder in folders for path in folder.iterdir()
        )

    def create(self) -> None:
        """Make what is missing. Raises StoreError where the home cannot be written to."""
        places = (self.sources, self.datasets, self.runs, self.work, self.compared)
        for folder in (self.home, *places):
            try:
                folder.mkdir(mode=OWNERS_ALONE, parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"The data home {self.home} cannot be used: {error.strerror or error}. "
                    "Set CLICKWATCH_HOME to a folder that can be written to."
                ) from error
