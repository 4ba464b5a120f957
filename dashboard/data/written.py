"""The times of a table as they are written: each text once where they repeat, and how to read them."""

from dataclasses import dataclass

import duckdb

from dashboard.data.reading import Reading
from dashboard.data.roles import Roles
from dashboard.data.table import Table
from dashboard.data.times import (
    TimeFormat,
    Writing,
    day_first_evidence,
    find_writing,
    is_month,
    join_clock,
    likeliest_writing,
    whole_number,
)
from dashboard.errors import ReadError

EARLIEST, LATEST = "1900-01-01", "2200-01-01"
MOST_TIMES_WRITTEN = 20_000  # up to which each text of a time is read once
MONTHS = 12


@dataclass(frozen=True)
class Written:
    """Where texts of times stand: a relation, and its column in SQL. once: whether each is there once."""

    relation: str
    column: str
    once: bool


ONCE = Written("times_written", "written", once=True)


def list_times(table: Table, column: str) -> Written:
    """Put each text of a time into `times_written` once; or name the column, where there are very many."""
    database = table.database
    database.execute(
        f"CREATE OR REPLACE TABLE times_written AS SELECT DISTINCT {column} AS written FROM raw "
        f"LIMIT {MOST_TIMES_WRITTEN + 1}"
    )
    number = database.execute("SELECT count(*) FROM times_written").fetchone()[0]
    return ONCE if number <= MOST_TIMES_WRITTEN else Written("raw", column, once=False)


def time_text(table: Table, roles: Roles) -> str:
    """The text of a row's time in SQL: one column, or a date and a clock joined as `join_clock` does."""
    date = table.column(roles.time)
    if roles.clock is None:
        return date
    clock = f"trim({table.column(roles.clock)})"
    return f"({date} || ' ' || CASE WHEN contains({clock}, ':') THEN {clock} ELSE {clock} || ':00' END)"


def column_writing(roles: Roles, sample: dict[str, list[str | None]]) -> tuple[Writing | None, str]:
    """How a column of times is written, and an example; None where it holds no time steps."""
    texts = [value for value in sample[roles.time] if value]
    if roles.clock is not None:
        pairs = zip(sample[roles.time], sample[roles.clock], strict=True)
        texts = [join_clock(date, clock) for date, clock in pairs if date and clock]
    writing = find_writing(texts) or likeliest_writing(texts)
    if writing is None or (texts and all(map(is_month, texts))):
        return None, ""
    return writing, texts[0]


def column_times(
    table: Table, writing: Writing, example: str, written: Written, asked: Reading
) -> TimeFormat:
    """Return how the times of a column are read; all of them tell whether the day comes first."""
    if writing is not Writing.DAY_OR_MONTH_FIRST:
        return TimeFormat(writing)
    part = "TRY_CAST(regexp_extract({0}, '^\\s*(\\d+)[./-](\\d+)', {1}) AS INTEGER)"
    first, second = table.database.execute(
        f"SELECT max({part.format(written.column, 1)}), max({part.format(written.column, 2)}) "
        f"FROM {written.relation}"
    ).fetchone()
    return TimeFormat(writing, _day_first(table, example, first, second, asked))


def header_times(table: Table, roles: Roles, asked: Reading) -> TimeFormat:
    """Return how the names of columns are read. Raises ReadError where they are no times."""
    writing = find_writing(roles.steps)
    if writing is None and all(whole_number(step) is not None for step in roles.steps):
        writing = Writing.NUMBER
    writing = writing or likeliest_writing(roles.steps)
    if writing is None:
        raise ReadError(
            f"The columns {roles.counts[0]!r} to {roles.counts[-1]!r} are not all dates or days. "
            "Choose the layout and the columns."
        )
    if writing is not Writing.DAY_OR_MONTH_FIRST:
        return TimeFormat(writing)
    evidence = day_first_evidence(roles.steps) if asked.day_first is None else asked.day_first
    if evidence is None:
        evidence = _day_first(table, roles.steps[0], None, None, asked)
    return TimeFormat(writing, evidence)


def _day_first(
    table: Table, example: str, first: int | None, second: int | None, asked: Reading
) -> bool:
    if asked.day_first is not None:
        return asked.day_first
    if (first or 0) > MONTHS or (second or 0) > MONTHS:
        return (first or 0) > MONTHS
    return "/" not in example or (table.dialect is not None and table.dialect.delimiter == ";")


def in_zone(time: str, times: TimeFormat, asked: Reading) -> str:
    """Return an expression for a time in the zone that is asked for."""
    if times.is_number or not asked.time_zone:
        return time
    zone = asked.time_zone.replace("'", "''")
    return f"timezone('{zone}', timezone('UTC', {time}))"


def read_moments(database: duckdb.DuckDBPyConnection, times: TimeFormat, asked: Reading) -> None:
    """Create `moments_read` (written, moment): the times of `times_written`, in that order, as they are read.

    Each text is so read once, rather than in every row.
    """
    moment = in_zone(times.sql("written"), times, asked)
    database.execute(
        f"CREATE OR REPLACE TABLE moments_read AS SELECT written, {moment} AS moment FROM times_written"
    )


def strange_time(column: str, times: TimeFormat) -> str:
    """Return a condition: a text is no time like the others, or far off."""
    time = times.sql(column)
    strange = f"{time} IS NULL"
    if not times.is_number:
        strange += f" OR {time} NOT BETWEEN TIMESTAMP '{EARLIEST}' AND TIMESTAMP '{LATEST}'"
    return strange
