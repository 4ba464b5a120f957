"""A file that has been looked at: what it is, and how its text is cut. Nothing of it is loaded yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from dashboard.data.dialect import Dialect, find_dialect
from dashboard.data.limits import LIMITS
from dashboard.data.reading import Reading
from dashboard.data.sheets import write_sheet
from dashboard.data.text import Text, clean_text
from dashboard.data.unpack import Container, find_container, left_out

AS_JOINED = "join_order,build_side_probe_side"  # the right side, which is small, is held in memory
SMALL_BYTES = 1 << 20  # up to which a table stays in memory


@dataclass(frozen=True)
class Source:
    """A file, a folder for what is made of it, and a database to load it into.

    text and dialect are None where the file is no text. notes: what was left out, in sentences.
    """

    path: Path
    folder: Path
    database: duckdb.DuckDBPyConnection
    container: Container
    text: Text | None = None
    dialect: Dialect | None = None
    notes: tuple[str, ...] = ()


@contextmanager
def open_source(path: Path, reading: Reading) -> Iterator[Source]:
    """Look at a file; what is made of it goes when this ends. Raises ReadError."""
    with TemporaryDirectory(prefix="clickwatch-read-") as name:
        folder = Path(name)
        small = path.stat().st_size <= SMALL_BYTES
        with duckdb.connect(
            ":memory:" if small else folder / "table.duckdb",
            config={
                "memory_limit": LIMITS.memory,
                "threads": 2,
                "temp_directory": str(folder / "spill"),
                "preserve_insertion_order": True,
                "disabled_optimizers": AS_JOINED,
                "autoinstall_known_extensions": False,
            },
        ) as database:
            database.execute("SET TimeZone = 'UTC'")
            yield _look(path, folder, database, reading)


def _look(
    path: Path, folder: Path, database: duckdb.DuckDBPyConnection, reading: Reading
) -> Source:
    container = find_container(path)
    if container is Container.PARQUET:
        return Source(path, folder, database, container)
    encoding, delimiter = reading.encoding, reading.delimiter
    if container is Container.XLSX:
        sheet = folder / "sheet.csv"
        notes, path = write_sheet(path, sheet, reading.sheet), sheet
        encoding, delimiter = "utf-8", ","
    else:
        notes = left_out(path)
    text = clean_text(path, folder, encoding)
    dialect = find_dialect(text.head, delimiter)
    return Source(path, folder, database, container, text, dialect, tuple(notes))
