"""A file as one DuckDB table of text, on disk, row by row as it was."""

import csv
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from dashboard.data.dialect import Dialect, distinct_names, find_dialect
from dashboard.data.endings import cut_remark, drop_sums
from dashboard.data.limits import LIMITS
from dashboard.data.reading import Reading
from dashboard.data.sheets import write_sheet
from dashboard.data.text import Text, clean_text
from dashboard.data.unpack import Container, find_container
from dashboard.errors import ReadError

SAMPLE_CELLS = 200_000
SAMPLE_ROWS = 2_000
AT_ONCE = 500  # columns
WIDE_COLUMNS = 2_000  # from which DuckDB sets more memory aside than it touches


@dataclass(frozen=True)
class Table:
    """The table `raw`, with columns c0, c1, ... as text in the file's order, by `rowid`.

    columns: the names in the file, each once. written: the same to the letter. text and dialect are
    None where the file was no text. notes: what was left out, in sentences.
    """

    database: duckdb.DuckDBPyConnection
    columns: tuple[str, ...]
    written: tuple[str, ...]
    container: Container
    text: Text | None
    dialect: Dialect | None
    notes: tuple[str, ...] = ()

    def as_written(self, name: str) -> str:
        """Return the name of a column to the letter, or `name` where the file has none."""
        written = self.written[self.columns.index(name)]
        return written if written.strip() else name

    def column(self, name: str) -> str:
        """Return the SQL name of a column. Raises ReadError naming the columns there are."""
        if name not in self.columns:
            known = ", ".join(self.columns[:20]) + (", ..." if len(self.columns) > 20 else "")  # noqa: PLR2004
            raise ReadError(f"There is no column {name!r}. The file has: {known}.", column=name)
        return f"c{self.columns.index(name)}"

    def sample(self) -> list[list[str | None]]:
        """Return up to 2,000 rows from all over the table, in order, column by column."""
        rows = max(30, min(SAMPLE_ROWS, SAMPLE_CELLS // len(self.columns)))
        total = self.rows()
        step = max(1, total // rows)
        columns = [f"c{position}" for position in range(len(self.columns))]
        sampled: list[list[str | None]] = []
        for start in range(0, len(columns), AT_ONCE):
            found = self.database.execute(
                f"SELECT {', '.join(columns[start : start + AT_ONCE])} FROM raw "
                "WHERE rowid % ? = 0 OR rowid < 100 ORDER BY rowid LIMIT ?",
                [step, rows + 100],
            ).fetchall()
            sampled += [list(column) for column in zip(*found, strict=True)]
        return sampled

    def rows(self) -> int:
        """Return the number of rows."""
        return self.database.execute("SELECT count(*) FROM raw").fetchone()[0]

    def line(self, row: int) -> int:
        """Return the line, counted as an editor does, on which a row (from 0) begins.

        In a workbook it is the row of the sheet, however many lines stand in its cells.
        """
        if self.text is None or self.dialect is None:
            return row + 2
        lines = _record_lines(self.text.path, self.dialect)
        if self.container is Container.XLSX:
            lines = _sheet_rows(self.text.path, self.dialect)
        for number, line in enumerate(lines):
            if number == row:
                return line
        raise LookupError(row)


@contextmanager
def open_table(path: Path, reading: Reading) -> Iterator[Table]:
    """Lay a file down as a table in a temporary folder. Raises ReadError."""
    with TemporaryDirectory(prefix="clickwatch-read-") as name:
        folder = Path(name)
        with duckdb.connect(
            folder / "table.duckdb",
            config={
                "memory_limit": LIMITS.memory,
                "threads": 2,
                "temp_directory": str(folder / "spill"),
                "preserve_insertion_order": True,
                "autoinstall_known_extensions": False,
            },
        ) as database:
            database.execute("SET TimeZone = 'UTC'")
            container = find_container(path)
            if container is Container.PARQUET:
                columns, written = _load_parquet(database, path)
                yield Table(database, columns, written, container, None, None)
                return
            if container is Container.XLSX:
                path = write_sheet(path, folder / "sheet.csv", reading.sheet)
                reading = reading.model_copy(update={"delimiter": ",", "encoding": "utf-8"})
            text = clean_text(path, folder, reading.encoding)
            dialect = find_dialect(text.head, reading.delimiter)
            notes = cut_remark(text.path, dialect.delimiter) if len(dialect.columns) > 1 else []
            _load_text(database, text, dialect)
            notes += drop_sums(database, dialect.delimiter)
            yield Table(
                database, dialect.columns, dialect.written, container, text, dialect, tuple(notes)
            )


def _load_text(database: duckdb.DuckDBPyConnection, text: Text, dialect: Dialect) -> None:
    body = _body_file(text.path, dialect)
    kinds = {f"c{position}": "VARCHAR" for position in range(len(dialect.columns))}
    if len(kinds) > WIDE_COLUMNS:
        database.execute(f"SET threads = 1; SET memory_limit = '{LIMITS.wide_memory}'")
    try:
        database.execute(
            """
            CREATE TABLE raw AS SELECT * FROM read_csv($path, delim = $delimiter, quote = '"',
                escape = '"', header = false, auto_detect = false, columns = $columns,
                strict_mode = true, null_padding = false, max_line_size = 33554432)
            """,
            {"path": str(body), "delimiter": dialect.delimiter, "columns": kinds},
        )
    except duckdb.Error as error:
        _explain(text, dialect, error)
    finally:
        if body != text.path:
            body.unlink()
    _drop_blank_rows(database, list(kinds))
    if not database.execute("SELECT count(*) FROM raw").fetchone()[0]:
        raise ReadError("The file holds a header only. Add one row per user and time step.")


def _drop_blank_rows(database: duckdb.DuckDBPyConnection, columns: list[str]) -> None:
    """Drop rows of delimiters alone. The others are numbered anew, without a gap."""
    suspects = " AND ".join(f"{column} IS NULL" for column in columns[:3])
    if not database.execute(f"SELECT count(*) FROM raw WHERE {suspects}").fetchone()[0]:
        return
    database.execute("ALTER TABLE raw RENAME TO loaded")
    database.execute(
        f"CREATE TABLE raw AS SELECT * FROM loaded WHERE coalesce({', '.join(columns)}, NULL) "
        "IS NOT NULL"
    )
    database.execute("DROP TABLE loaded")


def _body_file(path: Path, dialect: Dialect) -> Path:
    """Write what follows the header into a file of its own, without spare fields."""
    if not dialect.skip_lines and not dialect.spare:
        return path
    target = path.with_suffix(".body")
    if dialect.spare:
        with _body(path, dialect) as reader, target.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, delimiter=dialect.delimiter, lineterminator="\n")
            try:
                writer.writerows(map(dialect.trim, reader))
            except csv.Error:
                return path  # an open quote; DuckDB refuses it too, and it is then explained
        return target
    with path.open("rb") as source, target.open("wb") as out:
        for _ in range(dialect.skip_lines):
            source.readline()
        shutil.copyfileobj(source, out, 1 << 20)
    return target


def _load_parquet(
    database: duckdb.DuckDBPyConnection, path: Path
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the columns, each once, and as they are written."""
    try:
        asked = database.execute("SELECT * FROM read_parquet($1) LIMIT 0", [str(path)]).description
        names = [column[0] for column in asked]
        if len(names) > LIMITS.columns:
            raise ReadError(
                f"The file has {len(names):,} columns; {LIMITS.columns:,} are the most "
                "that can be read. Upload the counts in the long form: user, time, count."
            )
        quoted = (name.replace('"', '""') for name in names)
        columns = ", ".join(f'CAST("{name}" AS VARCHAR) AS c{n}' for n, name in enumerate(quoted))
        database.execute(f"CREATE TABLE raw AS SELECT {columns} FROM read_parquet($1)", [str(path)])
    except duckdb.Error as error:
        raise ReadError(
            "The Parquet file is damaged or cut short. Write or upload it again."
        ) from error
    return distinct_names(names), tuple(names)


def _explain(text: Text, dialect: Dialect, cause: Exception) -> None:
    """Raise ReadError for the first record that does not fit; found by reading it again, slowly."""
    width = len(dialect.columns)
    before = dialect.skip_lines
    with _body(text.path, dialect) as reader:
        while True:
            line = dialect.skip_lines + reader.line_num + 1
            try:
                fields = next(reader, None)
            except csv.Error as error:
                raise _open_quote(line) from error
            if fields is None:
                break
            if fields and len(dialect.trim(fields)) != width:
                if dialect.skip_lines + reader.line_num > line + 1:
                    raise _open_quote(line) from cause
                raise ReadError(
                    f"Line {line} has {len(fields)} field{'s' * (len(fields) > 1)} where {width} are expected: "
                    f"{dialect.delimiter.join(fields)[:80]!r}. Correct that line.",
                    line=line,
                ) from cause
            before = line
    raise ReadError(
        f"The file cannot be read as a table of {width} columns around line {before}. "
        "Check the quotes and the delimiter."
    ) from cause


def _open_quote(line: int) -> ReadError:
    return ReadError(
        f"Line {line} opens a quote that is never closed. Close or remove it.", line=line
    )


def _record_lines(path: Path, dialect: Dialect) -> Iterator[int]:
    """The lines on which the rows of data begin."""
    with _body(path, dialect) as reader:
        line = dialect.skip_lines + 1
        for fields in reader:
            if any(fields):
                yield line
            line = dialect.skip_lines + reader.line_num + 1


def _sheet_rows(path: Path, dialect: Dialect) -> Iterator[int]:
    """The rows of a sheet, counted from 1, in which the rows of data stand."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        for number, fields in enumerate(reader, start=1):
            if reader.line_num > dialect.skip_lines and any(fields):
                yield number


@contextmanager
def _body(path: Path, dialect: Dialect) -> Iterator[object]:
    with path.open(encoding="utf-8", newline="") as file:
        for _ in range(dialect.skip_lines):
            file.readline()
        yield csv.reader(file, delimiter=dialect.delimiter, strict=True)
