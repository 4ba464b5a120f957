"""All that is kept as one file, made while it is in use, and brought back from there.

The records are copied first, as of one moment. Files are never changed, and are there before the
records name them: so what the copy names can be added one by one, however long that takes. In a backup
the records are always SQLite's, so that what was kept with one kind of database comes back with another.
"""

import json
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
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
from dashboard.runs.places import Places, sync
from dashboard.runs.rows import copy_rows
from dashboard.runs.sources import digest_of
from dashboard.runs.unfinished import unfinished
from dashboard.runs.upgrading import upgrade
from dashboard.settings import AppSettings

RECORDS = "clickwatch.db"
KEY = "secret.key"
SEAL = "backup.json"  # the digest of each file; written last, so that it seals the backup
FOLDERS = ("sources", "datasets", "runs")


@dataclass(frozen=True)
class Kept:
    """What a backup holds. damaged: what was no longer what had been written, and was kept as it is."""

    datasets: int
    runs: int
    damaged: tuple[str, ...] = ()


def back_up(settings: AppSettings, out: Path) -> Kept:
    """Write everything to a tar file, for its owner alone. Raises StoreError and OSError."""
    address = records_address(settings.records_url)
    places = Places(settings.home)
    places.create()
    with unfinished(places.work) as aside:
        _copy_records(address, aside / RECORDS, may_be_new=not places.hold_anything())
        names, kept = _named(aside / RECORDS, places)
        seal: dict[str, str] = {}
        with tarfile.open(out, "w") as tar:
            for name, path in [(RECORDS, aside / RECORDS), *_files(places, names)]:
                seal[name] = digest_of(path)
                tar.add(path, name)
            (aside / SEAL).write_text(json.dumps({"digests": seal, "kept": asdict(kept)}), "utf-8")
            tar.add(aside / SEAL, SEAL)
    sync(out)
    return kept


def restore(settings: AppSettings, backup: Path) -> Kept:
    """Bring a backup back into a data home and a database that are empty.

    Raises StoreError where it cannot be.
    """
    places = Places(settings.home)
    address = records_address(settings.records_url)
    if places.hold_anything() or not is_new(address):
        raise StoreError(
            f"{settings.home}, or its database, is in use. Set CLICKWATCH_HOME to a new folder for "
            "what is restored, and CLICKWATCH_DATABASE_URL, where it is set, to a new database."
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
                path.rename(places.home / folder / path.name)
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


def _copy_records(address: URL, target: Path, *, may_be_new: bool) -> None:
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
def _opened(address: URL, *, may_be_new: bool = True) -> Iterator[Engine]:
    engine = open_database(address, may_be_new=may_be_new)
    try:
        yield engine
    finally:
        engine.dispose()


def _sqlite(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def _named(records: Path, places: Places) -> tuple[list[str], Kept]:
    """Return the folders and files, below the data home, that records name, and what they are."""
    with closing(sqlite3.connect(records)) as copy:
        datasets = copy.execute("SELECT id, digest, name FROM datasets").fetchall()
        runs = copy.execute(
            "SELECT id, manifest_digest, name FROM runs WHERE state = 'finished'"
        ).fetchall()
    broken = [
        *(name for one, _, name in datasets if not is_sound(places.datasets / one)),
        *(name for one, digest, name in runs if damaged(places.runs / one, digest)),
    ]
    names = [
        KEY,
        *sorted({f"sources/{digest}" for _, digest, _ in datasets}),
        *(f"datasets/{one}" for one, _, _ in datasets),
        *(f"runs/{one}" for one, _, _ in runs),
    ]
    return names, Kept(len(datasets), len(runs), tuple(broken))


def _files(places: Places, names: list[str]) -> Iterator[tuple[str, Path]]:
    for name in names:
        place = places.home / name
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (
            (path.relative_to(places.home).as_posix(), path) for path in found if path.is_file()
        )
