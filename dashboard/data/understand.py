"""From a file to a panel, and from a file to a glance at it."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from dashboard.data.body import NotPlainError
from dashboard.data.cells import Cells, make_cells
from dashboard.data.grid import Built, build_panel
from dashboard.data.over import Over
from dashboard.data.panel import Panel
from dashboard.data.plain import open_plain
from dashboard.data.quality import make_report
from dashboard.data.quick import build_plain
from dashboard.data.reading import Reading
from dashboard.data.report import QualityReport
from dashboard.data.roles import Roles, find_roles
from dashboard.data.source import Source, open_source
from dashboard.data.table import Table, load_table, open_table
from dashboard.errors import ReadError


@dataclass(frozen=True)
class Understood:
    """A panel, the reading as it was resolved, and the report on it."""

    panel: Panel
    reading: Reading
    report: QualityReport


@dataclass(frozen=True)
class Preview:
    """The first rows as they stand in the file, and the reading as far as it could be resolved."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    reading: Reading


AS_FOUND = Reading()


def read_panel(
    path: Path,
    reading: Reading = AS_FOUND,
    *,
    name: str | None = None,
    over: Over | None = None,
) -> Understood:
    """Read a file. What `reading` leaves open is found out. Raises ReadError.

    name: what the file is called, where `path` does not say. over: reads large files elsewhere, to the
    same outcome.
    """
    try:
        with open_source(path, reading) as source:
            table, roles, cells, built = read_quickly(source, reading, over) or read_by_text(
                source, reading
            )
            report = make_report(table, roles, cells, built)
            resolved = _resolved(table, roles, reading, cells).model_copy(
                update={"frequency": built.panel.frequency}
            )
            return Understood(built.panel, resolved, report)
    except duckdb.OutOfMemoryException as error:
        raise ReadError(
            f"{name or path.name} needs more memory to be read than is allowed. "
            "Upload it in the long form, or in parts."
        ) from error


Parts = tuple[Table, Roles, Cells, Built]


def read_quickly(source: Source, reading: Reading, over: Over | None = None) -> Parts | None:
    """Read a plain file; None where it is not one, or where it has to be told what is wrong with it."""
    try:
        plain = open_plain(source)
        roles = _roles(plain, reading)
        return plain, roles, *build_plain(plain, roles, reading, over)
    except (NotPlainError, ReadError):
        return None


def read_by_text(source: Source, reading: Reading) -> Parts:
    """Read any file, cell by cell. Raises ReadError."""
    table = load_table(source)
    roles = _roles(table, reading)
    cells = make_cells(table, roles, reading)
    return table, roles, cells, build_panel(table.database, cells, roles.layout, reading)


def preview(
    path: Path, reading: Reading = AS_FOUND, *, name: str | None = None, rows: int = 20
) -> Preview:
    """Return the first rows of a file, also of one that cannot be read to its end.

    Raises NoTableError where it is no table at all, and ReadError where this reading makes none of it.
    """
    del name
    with open_table(path, reading) as table:
        first = table.first(rows)
        try:
            resolved = _resolved(table, _roles(table, reading), reading)
        except ReadError:
            resolved = reading
        shown = tuple(tuple(value or "" for value in row) for row in first)
        return Preview(table.columns, shown, resolved)


def _roles(table: Table, reading: Reading) -> Roles:
    for name in (reading.user, reading.time, *(reading.counts or ())):
        if name is not None:
            table.column(name)
    unnamed = table.dialect is not None and not table.dialect.has_header
    return find_roles(table.columns, table.sample(), reading, unnamed=unnamed)


def _resolved(table: Table, roles: Roles, asked: Reading, cells: Cells | None = None) -> Reading:
    found = {
        "layout": roles.layout,
        "user": roles.user,
        "time": roles.time,
        "counts": roles.counts or None,
        "encoding": table.text.encoding if table.text else None,
        "delimiter": table.dialect.delimiter if table.dialect else None,
    }
    if cells is not None:
        found |= {
            "day_first": cells.times.day_first,
            "decimal": cells.numbers.decimal,
            "thousands": cells.numbers.thousands,
        }
    return asked.model_copy(update=found)
