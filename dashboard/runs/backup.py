"""All that is kept as one file, made while it is in use, and brought back from there.

The records are copied first, as of one moment. Files are never changed, and are there before the
records name them: so what the copy names can be added one by one, however long that takes.
"""

import json
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from dashboard.errors import StoreError
from dashboard.runs.artefacts import damaged
from dashboard.runs.counts import is_sound
from dashboard.runs.digests import changed
from dashboard.runs.places import Places, sync
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
    place = make_url(settings.records_url)
    if place.get_backend_name() != "sqlite":
        raise StoreError(
            f"The records are in {place.get_backend_name()}: copy them with its own tools, and then "
            f"the folder {settings.home}, in this order."
        )
    places = Places(settings.home)
    places.create()
    with unfinished(places.work) as aside:
        _copy_records(Path(place.database or ""), aside / RECORDS)
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
    """Bring a backup back into a data home that is empty. Raises StoreError where it cannot be."""
    places = Places(settings.home)
    records = Path(make_url(settings.records_url).database or "")
    if records.exists() or places.hold_anything():
        raise StoreError(
            f"{settings.home} is in use. Set CLICKWATCH_HOME to a new folder for what is restored."
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
        for name, target in ((KEY, places.home / KEY), (RECORDS, records)):  # last, as they seal it
            if (aside / name).exists():
                (aside / name).rename(target)
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


def _copy_records(source: Path, target: Path) -> None:
    if not source.is_file():
        raise StoreError(f"There are no records at {source}. Check CLICKWATCH_HOME.")
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
    engine = create_engine(f"sqlite:///{target}", poolclass=NullPool)
    upgrade(engine)  # the copy: what is in use is left as it is
    engine.dispose()


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
