"""What this machine has of the shared files: it reads from its own disk alone, and fetches what is not there.

Folders and files lie in the data home where they would lie without shared files, whole or not at all.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from dashboard.errors import DamagedError, NotFoundError, StoreError
from dashboard.runs.digests import digest_of
from dashboard.runs.manifest import FILE_NAME
from dashboard.runs.remote import Remote
from dashboard.runs.space import telling_of_a_full_disk
from dashboard.runs.times import A_DAY_SECONDS
from dashboard.runs.unfinished import UNFINISHED, unfinished
from dashboard.runs.whole import whole_folder

NO_RUN_HERE = "There is no finished run here. It may have been deleted, or has not finished."
SOURCES, DATASETS, RUNS = "sources", "datasets", "runs"
IN_USE_SECONDS = 3_600.0  # what was asked for so lately may be being read
LONGEST_UNUSED_SECONDS = 30 * A_DAY_SECONDS


@dataclass(frozen=True)
class Cache:
    """The shared files, and at most so many bytes of them in a data home.

    A place is a path in the home: a folder of `datasets` or `runs`, or a file of `sources`. There may be
    several versions of a run's folder, of which its record names one: the SHA-256 of its manifest.
    """

    home: Path
    remote: Remote
    most_bytes: int

    def publish(self, place: Path, made: Path) -> None:
        """Write what was made, and is to be renamed to `place`, to the shared files."""
        files = (
            {path.name: path for path in made.iterdir()} if made.is_dir() else {place.name: made}
        )
        version = digest_of(made / FILE_NAME) if place.parent.name == RUNS else None
        self.remote.put(self._name(place, version), files)
        self.make_room()

    def bring(self, place: Path, version: str | None = None) -> None:
        """See to it that a place is there, for the next hour at least.

        Raises NotFoundError where it is kept nowhere, DamagedError where it is not what was written,
        and AwayError where it would have to be fetched and cannot.
        """
        with suppress(FileNotFoundError):
            os.utime(place)  # it counts as used
            return
        with _turn_at(place), suppress(FileExistsError), telling_of_a_full_disk():
            if place.exists():
                return
            self._fetch(place, version)
        self.make_room()

    def bring_again(self, place: Path, version: str | None = None) -> None:
        """Fetch a place anew where it is kept elsewhere, as what is here is damaged."""
        if place.exists() and self.remote.holds(self._name(place, version)):
            _drop(place)
        self.bring(place, version)

    def lend(self, place: Path, version: str | None, folder: Path) -> Path:
        """Fetch a place into an empty folder instead, and return where it lies then.

        Nothing is there where it is kept nowhere, or is not what was written.
        """
        with suppress(NotFoundError, DamagedError):
            self.remote.fetch(self._name_of(place, version), folder)
        return folder / place.name if place.parent.name == SOURCES else folder

    def remove(self, place: Path) -> None:
        """Remove a place, all its versions, from the shared files."""
        self.remote.remove(self._name(place))

    def version_of(self, place: Path) -> str | None:
        """Return the version of a run that is whole among the shared files; None where none is known."""
        with suppress(StoreError):
            return min(self.remote.versions(self._name(place)), default=None)
        return None

    def bytes_of(self, place: Path, version: str | None = None) -> int:
        """Return how large a place is, wherever it is kept; all its versions where none is named."""
        if place.exists():
            return bytes_at(place)
        return self.remote.bytes_of(self._name(place, version))

    def make_room(self) -> None:
        """Let go of what was used longest ago until the rest has room, and of what is used no more.

        What is kept nowhere else stays, and so does what was used within the hour.
        """
        entries = sorted(self._entries())
        too_many = sum(size for _, size, _ in entries) - self.most_bytes
        for used, size, path in entries:
            unused_seconds = time.time() - used
            is_wanted = too_many <= 0 and unused_seconds < LONGEST_UNUSED_SECONDS
            if is_wanted or unused_seconds < IN_USE_SECONDS:
                return
            if self._may_go(path, used):
                _drop(path)
                too_many -= size

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        """Yield when each place was last used, its size in bytes, and where it is."""
        for folder in (SOURCES, DATASETS, RUNS):
            for path in (self.home / folder).iterdir():
                with suppress(FileNotFoundError):  # another process lets go of it in this moment
                    if not path.name.startswith(UNFINISHED):
                        yield path.stat().st_mtime, bytes_at(path), path

    def _may_go(self, path: Path, used: float) -> bool:
        """Whether a place is kept elsewhere too, and has not been used again meanwhile."""
        with suppress(StoreError, OSError):
            version = digest_of(path / FILE_NAME) if path.parent.name == RUNS else None
            return self.remote.holds(self._name(path, version)) and path.stat().st_mtime == used
        return False

    def _fetch(self, place: Path, version: str | None) -> None:
        name = self._name_of(place, version)
        if place.parent.name == SOURCES:
            with unfinished(place.parent) as aside:
                self.remote.fetch(name, aside)
                (aside / place.name).replace(place)
            return
        with whole_folder(place) as aside:
            self.remote.fetch(name, aside)

    def _name_of(self, place: Path, version: str | None) -> str:
        """Return the name of the one version where that is not known. Raises NotFoundError for no run."""
        if version or place.parent.name != RUNS:
            return self._name(place, version)
        if found := self.remote.versions(self._name(place)):
            return self._name(place, min(found))
        raise NotFoundError(NO_RUN_HERE)

    def _name(self, place: Path, version: str | None = None) -> str:
        name = place.relative_to(self.home).as_posix()
        return f"{name}/{version}" if version else name


def bytes_at(path: Path) -> int:
    """Return the size of a file, or of all files in a folder; 0 where nothing is there."""
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())


@lru_cache(maxsize=1_000)
def _turn_at(place: Path) -> Lock:  # noqa: ARG001 - one for each place
    """Return what lets one thread at a time fetch a place: the others would fetch it too."""
    return Lock()


def _drop(path: Path) -> None:
    """Remove a place in one moment."""
    with suppress(FileNotFoundError), unfinished(path.parent) as aside:
        path.rename(aside / path.name)
