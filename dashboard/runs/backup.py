"""All that is kept as one file, made while it is in use, and brought back from there.

The records are copied first, as of one moment. Files are never changed, and are there before the
records name them: so what the copy names can be added one by one, however long that takes. In a backup
the records are always SQLite's, so that what was kept with one kind of database comes back with another.
"""

import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import URL, Engine
from sqlalchemy.pool import NullPool

from dashboard.errors import StoreError
from dashboard.runs.addresses import is_postgres, new_engine, records_address
from dashboard.runs.artefacts import damaged
from dashboard.runs.counts import is_sound
from dashboard.runs.database import is_new, open_database
from dashboard.runs.digests import changed
from dashboard.runs.places import Places
from dashboard.runs.rows import copy_rows
from dashboard.runs.sources import digest_of
from dashboard.runs.unfinished import unfinished
from dashboard.runs.upgrading import upgrade
from dashboard.runs.whole import sync
from dashboard.settings import AppSettings

RECORDS = "clickwatch.db"
KEY = "secret.key"
SEAL = "backup.json"  # the digest of each file; written last, so that it seals the backup
FOLDERS = ("sources", "datasets", "runs")


@dataclass(frozen=True)
class Item:
    """What records name: a path below the data home, and how to tell whether all is there as it was written.

    version: of a run, the SHA-256 of its manifest. has_counts: not those of a file that could not be read.
    """

    name: str
    title: str = ""
    version: str | None = None
    has_counts: bool = True

    def is_sound(self, place: Path) -> bool:
        """Whether what lies at a path is what was written."""
        if self.name.startswith("datasets/"):
            return is_sound(place) or not self.has_counts
        return not (self.name.startswith("runs/") and damaged(place, self.version))


@dataclass(frozen=True)
class Kept:
    """What a backup holds. damaged: what was no longer what had been written, and was kept as it is."""

    datasets: int
    runs: int
    damaged: tuple[str, ...] = ()


def back_up(settings: AppSettings, out: Path) -> Kept:
    """Write everything to a tar file, for its owner alone. Raises StoreError and OSError."""
    address = records_address(settings.records_url)
    places = Places.of(settings)
    places.create()
    with unfinished(places.work) as aside:
        _copy_records(address, aside / RECORDS, lambda: not places.hold_anything())
        items = _named(aside / RECORDS)
        broken, seal = [], {}
        with tarfile.open(out, "w") as tar:
            for item in items:
                with _lent(item, places, aside) as place:
                    if not item.is_sound(place):
                        broken.append(item.title)
                    for name, path in _files(item.name, place):
                        seal[name] = digest_of(path)
                        tar.add(path, name)
            kept = _counted(items, broken)
            (aside / SEAL).write_text(json.dumps({"digests": seal, "kept": asdict(kept)}), "utf-8")
            tar.add(aside / SEAL, SEAL)
    sync(out)
    return kept


def restore(settings: AppSettings, backup: Path) -> Kept:
    """Bring a backup back into a data home and a database that are empty.

    Raises StoreError where it cannot be.
    """
    places = Places.of(settings)
    address = records_address(settings.records_url)
    if places.hold_anything() or not is_new(address):
        raise StoreError(
            f"{settings.home}, or its database, is in use. Set CLICKWATCH_HOME to a new folder for "
            "what is restored, and CLICKWATCH_DATABASE_URL and CLICKWATCH_ARTEFACTS, where they are "
            "set, to a new database and a new place."
        )
    places.create()
    with unfinished(places.home) as aside:
        try:
            with tarfile.open(backup) as tar:
                _unpack(tar, aside)
            sealed = json.loads((aside / SEAL).read_bytes())
        except (tarfile.TarError, ValueError, FileNotFoundError, FileExistsError) as error:
            raise StoreError(f"{backup} is no whole backup: {error}.") from error
        if broken := changed(aside, sealed["digests"]):
            raise StoreError(f"{backup} is damaged: {broken[0]} is not what was written.")
        for folder in FOLDERS:
            for path in (aside / folder).glob("*"):
                place = places.home / folder / path.name
                if places.cache is not None:
                    places.cache.publish(place, path)
                path.rename(place)
        if (aside / KEY).exists():
            (aside / KEY).rename(places.home / KEY)
        _bring_back_records(aside / RECORDS, address)  # last, as they seal it
    counted = sealed["kept"]
    return Kept(counted["datasets"], counted["runs"], tuple(counted["damaged"]))


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Unpack plain files, for their owner alone. Raises TarError for whatever else there is."""
    for member in tar:
        target = (folder / member.name).resolve()
        if not (member.isfile() and target.is_relative_to(folder.resolve())):
            raise tarfile.TarError(f"{member.name!r} has no place in one")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(0o600, exist_ok=False)
        with tar.extractfile(member) as packed, target.open("wb") as out:
            shutil.copyfileobj(packed, out)


def _bring_back_records(copy: Path, address: URL) -> None:
    if not is_postgres(address):
        copy.rename(address.database or "")
        return
    with _opened(_sqlite(copy)) as source, _opened(address) as target:
        copy_rows(source, target)


def _copy_records(address: URL, target: Path, may_be_new: Callable[[], bool]) -> None:
    if is_postgres(address):
        with (
            _opened(address, may_be_new=may_be_new) as source,
            _opened(_sqlite(target)) as copy,
        ):
            copy_rows(source, copy)
        return
    source = Path(address.database or "")
    if not source.is_file():
        raise StoreError(f"There are no records at {source}. Check CLICKWATCH_HOME.")
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
    upgrade(new_engine(_sqlite(target), poolclass=NullPool))  # what is in use is left as it is


@contextmanager
def _opened(address: URL, *, may_be_new: Callable[[], bool] = lambda: True) -> Iterator[Engine]:
    engine = open_database(address, may_be_new=may_be_new)
    try:
        yield engine
    finally:
        engine.dispose()


def _sqlite(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def _named(records: Path) -> list[Item]:
    """Return what records name, they themselves first."""
    with closing(sqlite3.connect(records)) as copy:
        datasets = copy.execute("SELECT id, digest, name, problem FROM datasets").fetchall()
        runs = copy.execute(
            "SELECT id, manifest_digest, name FROM runs WHERE state = 'finished'"
        ).fetchall()
    return [
        Item(RECORDS),
        Item(KEY),
        *(Item(f"sources/{digest}") for digest in sorted({digest for _, digest, *_ in datasets})),
        *(
            Item(f"datasets/{one}", name, has_counts=problem is None)
            for one, _, name, problem in datasets
        ),
        *(Item(f"runs/{one}", name, digest) for one, digest, name in runs),
    ]


def _counted(items: Sequence[Item], broken: Sequence[str]) -> Kept:
    datasets, runs = (
        sum(item.name.startswith(folder) for item in items) for folder in ("datasets/", "runs/")
    )
    return Kept(datasets, runs, tuple(broken))


@contextmanager
def _lent(item: Item, places: Places, aside: Path) -> Iterator[Path]:
    """Give the place of what is backed up; what is kept elsewhere lies here for so long.

    It need not be there: a file without counts has no dataset, and what is damaged elsewhere does not come.
    """
    place = places.home / item.name
    if item.name == RECORDS:
        yield aside / RECORDS
    elif places.cache is None or item.name == KEY or (place.exists() and item.is_sound(place)):
        yield place
    else:
        with unfinished(places.work) as folder:
            yield places.cache.lend(place, item.version, folder)


def _files(name: str, place: Path) -> Iterator[tuple[str, Path]]:
    """Return every file at a place, and by what name it is kept."""
    if place.is_file():
        yield name, place
    for path in sorted(place.rglob("*")):
        if path.is_file():
            yield f"{name}/{path.relative_to(place).as_posix()}", path
