# ruff: noqa: PLC0415 - commands import what they need when they run
"""The files of the commands: counts that are read, and results that are there whole or not at all."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dashboard.errors import SettingsError

TABLES = (".csv", ".tsv", ".txt", ".gz", ".zip", ".parquet")


def readable(file: Path) -> Path:
    """Return the file, if it can be read. Raises SettingsError or OSError where it cannot."""
    if file.is_dir():
        raise SettingsError(f"{file} is a folder; name a file with counts.")
    with file.open("rb"):  # raises what is to be said of a missing or locked file
        return file


@dataclass(frozen=True)
class Given:
    """A file to read, how, and what was left out of it before, in sentences."""

    path: Path
    reading: Any
    notes: tuple[str, ...] = ()


@contextmanager
def as_one(file: Path, reading: Any) -> Iterator[Given]:
    """Give a file to read and how: itself, or what joins all files of a folder or a pattern."""
    from dashboard.data.joined import join_files

    files = _files_of(file)
    if files is None:
        yield Given(readable(file), reading)
        return
    with TemporaryDirectory(prefix="clickwatch-joined-") as folder:
        joined = join_files([readable(one) for one in files], Path(folder), reading)
        with joined.naming_files():
            how = reading.model_copy(update={"encoding": reading.encoding and "utf-8"})
            yield Given(joined.path, how, joined.notes)


def _files_of(file: Path) -> list[Path] | None:
    """Return the files of a folder or a pattern, in the order of their names; None for a single file."""
    if file.is_dir():
        found = [one for one in file.iterdir() if "".join(one.suffixes[-1:]).lower() in TABLES]
    elif not file.exists() and set(file.name) & set("*?["):
        found = list(file.parent.glob(file.name))
    else:
        return None
    files = sorted(one for one in found if one.is_file() and not one.name.startswith("."))
    if not files:
        raise SettingsError(
            f"{file} holds no file with counts; their names end in {', '.join(TABLES)}."
        )
    return files


def read_counts(file: Path, reading: Any, over: Any) -> tuple[Any, Any]:
    """Return the panel of a file, or of several, and where it came from. over: reads large ones elsewhere."""
    from dashboard.data import read_panel
    from dashboard.runs.artefacts import Origin
    from dashboard.runs.manifest import Dataset
    from dashboard.runs.sources import digest_of

    began = time.perf_counter()
    with as_one(file, reading) as given:
        digest = digest_of(given.path)
        panel = read_panel(given.path, given.reading, name=file.name, over=over).panel
    dataset = Dataset(name=file.name, digest=digest, reading=reading)
    return panel, Origin(dataset, time.perf_counter() - began, began)


@contextmanager
def filling(out: Path) -> Iterator[Path]:
    """Give an empty folder whose files move into `out` if all goes well; otherwise nothing is left."""
    from dashboard.runs.export import move_in
    from dashboard.runs.names import new_id

    if out.exists() and not out.is_dir():
        raise SettingsError(f"--out {out} is a file; name a folder.")
    existed = out.exists()
    out.mkdir(parents=True, exist_ok=True)
    aside = out / f".new-{new_id()}"
    try:
        aside.mkdir()
        yield aside
        move_in(aside, out)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if not existed and not any(out.iterdir()):
            out.rmdir()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a file beside `path` that takes its place if all goes well."""
    if path.is_dir():
        raise SettingsError(f"{path} is a folder; name a file.")
    aside = path.with_name(f".new-{path.name}")
    try:
        yield aside
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
