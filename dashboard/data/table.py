"""A file as one DuckDB table of text, on disk, row by row as it was."""

import csv
import itertools
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import duckdb

from dashboard.data.dialect import Dialect, distinct_names
from dashboard.data.endings import cut_remark, drop_sums
from dashboard.data.limits import LIMITS
from dashboard.data.reading import Reading
from dashboard.data.records import explain_misfit, open_body, record_lines, sheet_rows
from dashboard.data.source import Source, open_source
from dashboard.data.text import Text
from dashboard.data.unpack import Container
from dashboard.data.wide import (
    WIDE_COLUMNS,
    column_sql,
    cut_lists,
    lists_sql,
    load_lists,
    turned_sql,
)
from dashboard.errors import NoTableError, ReadError

SAMPLE_CELLS = 200_000
SAMPLE_ROWS = 2_000
EARLY_ROWS = 100
LEAST_SAMPLED = 30


@dataclass(frozen=True)
class Table:
    """The table `raw` of text in the file's order, by `rowid`.

    It has columns c0, c1, ..., or, where they are very many, columns f0, f1, ... of lists. columns:
    the names in the file, each once. written: the same to the letter. text and dialect are None
    where the file was no text. notes: what was left out, in sentences.
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
        written = self.written[self._places[name]]
        return written if written.strip() else name

    def column(self, name: str) -> str:
        """Return a column in SQL. Raises ReadError naming the columns there are."""
        if name not in self._places:
            known = ", ".join(self.columns[:20]) + (", ..." if len(self.columns) > 20 else "")  # noqa: PLR2004
            raise ReadError(f"There is no column {name!r}. The file has: {known}.", column=name)
        return column_sql(self._places[name], len(self.columns))

    def turned(self, names: Sequence[str], *kept: str) -> str:
        """Return a relation of these columns turned into rows: row, place (in `names`) and written.

        kept: expressions over `raw` that stand in each of the rows. Empty fields are left out.
        """
        places = [self._places[name] for name in names]
        turned = turned_sql(places, len(self.columns), "".join(f", {what}" for what in kept))
        return f"(FROM ({turned}) WHERE written <> '')"

    def first(self, rows: int) -> list[list[str | None]]:
        """Return the fields of the first rows."""
        return self._fields("rowid < ?", [rows], rows)

    def last(self) -> list[str | None]:
        """Return the fields of the last row."""
        return self._fields("rowid = ?", [self.rows() - 1], 1)[0]

    def sample(self) -> list[list[str | None]]:
        """Return up to 2,000 rows from all over the table, in order, column by column."""
        return [list(column) for column in zip(*self._sampled(), strict=True)]

    def _sampled(self) -> list[list[str | None]]:
        step, early, most = self._spread()
        return self._fields("rowid % ? = 0 OR rowid < ?", [step, early], most)

    def _spread(self) -> tuple[int, int, int]:
        """How far apart rows of the sample lie, how many of the first are in it, and the most there are."""
        rows = max(LEAST_SAMPLED, min(SAMPLE_ROWS, SAMPLE_CELLS // len(self.columns)))
        early = min(EARLY_ROWS, rows)
        return max(1, self.rows() // rows), early, rows + early

    def _fields(self, condition: str, given: list[int], most: int) -> list[list[str | None]]:
        parts = [
            self.database.execute(
                f"SELECT {fields} FROM raw WHERE {condition} ORDER BY rowid LIMIT {most}", given
            ).fetchall()
            for fields in lists_sql(len(self.columns))
        ]
        return [
            list(itertools.chain(*(part for (part,) in row))) for row in zip(*parts, strict=True)
        ]

    @property
    def delimiter(self) -> str:
        """What parts its fields; a comma where the file was no text."""
        return self.dialect.delimiter if self.dialect else ","

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.columns)}

    def rows(self) -> int:
        """Return the number of rows."""
        return self.database.execute("SELECT count(*) FROM raw").fetchone()[0]

    def line(self, row: int) -> int:
        """Return the line, counted as an editor does, on which a row (from 0) begins.

        In a workbook it is the row of the sheet, however many lines stand in its cells.
        """
        if self.text is None or self.dialect is None:
            return row + 2
        lines = record_lines(self.text.path, self.dialect)
        if self.container is Container.XLSX:
            lines = sheet_rows(self.text.path, self.dialect)
        for number, line in enumerate(lines):
            if number == row:
                return line
        raise LookupError(row)


@contextmanager
def open_table(path: Path, reading: Reading) -> Iterator[Table]:
    """Look at a file and lay it down as a table. Raises ReadError."""
    with open_source(path, reading) as source:
        yield load_table(source)


def load_table(source: Source) -> Table:
    """Lay a file down as a table, without what stands below its rows. Raises ReadError."""
    if source.text is None or source.dialect is None:
        columns, written = _load_parquet(source.database, source.path)
        table = Table(source.database, columns, written, source.container, None, None)
    else:
        table = _load_text(source, source.text, source.dialect)
    if not table.rows():
        raise ReadError("The file holds a header only. Add one row per user and time step.")
    fields = dict(zip(map(table.column, table.columns), table.last(), strict=True))
    dropped = drop_sums(table.database, fields, table.rows() - 1, table.delimiter)
    return replace(table, notes=(*table.notes, *dropped))


def _load_text(source: Source, text: Text, dialect: Dialect) -> Table:
    database, notes = source.database, [*source.notes]
    if len(dialect.columns) > 1:
        text, cut = cut_remark(text, source.folder, dialect.delimiter)
        notes += cut
    if len(dialect.columns) > WIDE_COLUMNS:
        load_lists(database, text, dialect)
    else:
        _load_columns(database, source.folder, text, dialect)
    return Table(
        database, dialect.columns, dialect.written, source.container, text, dialect, tuple(notes)
    )


def _load_columns(
    database: duckdb.DuckDBPyConnection, folder: Path, text: Text, dialect: Dialect
) -> None:
    body = _body_file(text.path, folder, dialect)
    kinds = {f"c{position}": "VARCHAR" for position in range(len(dialect.columns))}
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
        explain_misfit(text, dialect, error)
    finally:
        if body != text.path:
            body.unlink()
    _drop_blank_rows(database, list(kinds))


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


def _body_file(path: Path, folder: Path, dialect: Dialect) -> Path:
    """Write what follows the header into a file of its own, without spare fields.

    Other folders' files are never named to DuckDB, to which some names are patterns.
    """
    if path.parent == folder and not dialect.skip_lines and not dialect.spare:
        return path
    target = folder / "body.csv"
    if dialect.spare:
        with (
            open_body(path, dialect) as reader,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
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
        texts = [f'CAST("{name}" AS VARCHAR)' for name in quoted]
        columns = ", ".join(
            [f"[{', '.join(part)}] AS f{n}" for n, part in enumerate(cut_lists(texts))]
            if len(names) > WIDE_COLUMNS
            else [f"{text} AS c{n}" for n, text in enumerate(texts)]
        )
        database.execute(f"CREATE TABLE raw AS SELECT {columns} FROM read_parquet($1)", [str(path)])
    except duckdb.Error as error:
        raise NoTableError(
            "The Parquet file is damaged or cut short. Write or upload it again."
        ) from error
    return distinct_names(names), tuple(names)
