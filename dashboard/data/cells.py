"""Every count of a table checked, as one SQL view: which user, which time, which feature, how many."""

from dataclasses import dataclass

from dashboard.data.numbers import (
    MISSING,
    NumberFormat,
    find_number_format,
    is_missing,
    missing_sql,
)
from dashboard.data.panel import ONE_SERIES
from dashboard.data.reading import Layout, Reading
from dashboard.data.refusals import (
    LONGEST_VALUE,
    check_counts,
    check_times,
    check_users,
    check_zone,
    refuse_time_column,
)
from dashboard.data.roles import Roles
from dashboard.data.table import Table
from dashboard.data.times import TimeFormat, Writing, whole_number
from dashboard.data.written import (
    Written,
    column_times,
    column_writing,
    header_times,
    in_zone,
    list_times,
    read_moments,
    time_text,
)
from dashboard.errors import ReadError

MARKED_COLUMNS, MARKED_ROWS = 20, 1_000


@dataclass(frozen=True)
class Cells:
    """The view `cells`: row (in the file's order), user_name, step_time and v0, v1, ... (DOUBLE, NULL where empty).

    step_time is TIMESTAMP in the chosen zone, or BIGINT where `has_dates` is false.
    notes: what was assumed, in sentences.
    """

    features: tuple[str, ...]
    has_dates: bool
    times: TimeFormat
    numbers: NumberFormat
    notes: tuple[str, ...]


def make_cells(table: Table, roles: Roles, asked: Reading) -> Cells:
    """Create the view and check every value. Raises ReadError naming line, column and value."""
    sample = dict(zip(table.columns, table.sample(), strict=True))
    check_zone(table, asked.time_zone)
    numbers = _number_format(table, roles, asked, sample)
    if roles.layout is Layout.DAYS_ACROSS:
        times = header_times(table, roles, asked)
        check_counts(table, roles.counts, numbers)
        _spread_days(table, roles, numbers, asked)
        features: tuple[str, ...] = ("count",)
    else:
        times, written = (
            TimeFormat(Writing.NUMBER),
            None,
        )  # rows are steps where no column holds them
        if roles.time is not None:
            times, written = _column_times(table, roles, asked, sample)
        check_counts(table, roles.counts, numbers)
        moments = _moments(table, roles, times, written, asked)
        features = _name_cells(table, roles, numbers, *moments)
    if roles.user is not None:
        check_users(table, roles.user)
    return Cells(
        features,
        not times.is_number,
        times,
        numbers,
        (*format_notes(times, numbers, asked), *_missing(table, roles)),
    )


def _number_format(
    table: Table, roles: Roles, asked: Reading, sample: dict[str, list[str | None]]
) -> NumberFormat:
    texts = count_texts(roles, sample)
    if roles.counts:  # marks that are rare stand outside the sample
        turned = table.turned(roles.counts[:MARKED_COLUMNS])
        marked = f"SELECT written FROM {turned} WHERE contains(written, ?) LIMIT {MARKED_ROWS}"
        for mark in (",", ".", " "):
            found = table.database.execute(marked, [mark]).fetchall()
            texts += [value for (value,) in found if not is_missing(value)]
    return number_format(table, texts, asked)


def count_texts(roles: Roles, sample: dict[str, list[str | None]]) -> list[str]:
    """Return the counts in a sample as they are written, where there are any."""
    return [value for name in roles.counts for value in sample.get(name, ()) if value]


def number_format(table: Table, texts: list[str], asked: Reading) -> NumberFormat:
    """Return the marks in counts: those that are asked for, or else what the texts show."""
    guess = find_number_format(texts, table.delimiter)
    if asked.decimal is None and asked.thousands is None:
        return guess
    decimal = asked.decimal or ("," if asked.thousands == "." else ".")
    thousands = asked.thousands if asked.thousands is not None else ""
    return NumberFormat(decimal, thousands, dressed=guess.dressed)


def _column_times(
    table: Table, roles: Roles, asked: Reading, sample: dict[str, list[str | None]]
) -> tuple[TimeFormat, Written]:
    column = time_text(table, roles)
    writing, example = column_writing(roles, sample)
    if writing is None:
        refuse_time_column(table, roles.time)
    written = list_times(table, column)
    times = column_times(table, writing, example, written, asked)
    check_times(table, roles, times, written)
    return times, written


def _spread_days(table: Table, roles: Roles, numbers: NumberFormat, asked: Reading) -> None:
    """Turn days across into rows: the header's times stand in the table `steps`."""
    times = header_times(table, roles, asked)
    database = table.database
    written = [str(whole_number(step)) if times.is_number else step for step in roles.steps]
    _number_names(table, written)
    database.execute(
        f"CREATE TABLE steps AS SELECT place, {in_zone(times.sql('name'), times, asked)} "
        "AS step_time FROM names"
    )
    missing = database.execute(
        "SELECT name FROM names JOIN steps USING (place) WHERE step_time IS NULL LIMIT 1"
    ).fetchone()
    if missing:
        line = table.dialect.skip_lines if table.dialect else 1
        raise ReadError(
            f"Line {line} names a column {missing[0][:LONGEST_VALUE]!r}, which is not a date or day "
            "like the others. Correct it, or choose the layout and the columns.",
            line=line,
            column=missing[0],
        )
    turned = table.turned(roles.counts, f"{table.column(roles.user)} AS user_name")
    database.execute(
        f"CREATE TABLE cells AS SELECT row, user_name, step_time, {numbers.sql('written')} AS v0 "
        f"FROM {turned} JOIN steps USING (place)"
    )


def _number_names(table: Table, names: list[str]) -> None:
    """Make the table `names`: place (from 0) and name."""
    table.database.execute(
        "CREATE TABLE names AS SELECT unnest(range(len($1))) AS place, unnest($1::VARCHAR[]) AS name",
        [names],
    )


def _moments(
    table: Table, roles: Roles, times: TimeFormat, written: Written | None, asked: Reading
) -> tuple[str, str]:
    """Return the time of a row in SQL, and the relation of rows that has it."""
    column = time_text(table, roles) if roles.time is not None else "rowid::VARCHAR"
    if written is None or not written.once or roles.layout is Layout.DAYS_DOWN:
        return in_zone(times.sql(column), times, asked), "raw"
    read_moments(table.database, times, asked)
    return "moment", f"raw JOIN moments_read ON {column} = written"


def _name_cells(
    table: Table, roles: Roles, numbers: NumberFormat, time: str, source: str
) -> tuple[str, ...]:
    if roles.layout is Layout.DAYS_DOWN:
        _number_names(table, [table.as_written(name) for name in roles.counts])
        turned = table.turned(roles.counts, f"{time} AS step_time")
        table.database.execute(
            f"CREATE TABLE cells AS SELECT row * {len(roles.counts)} + place AS row, "
            f"name AS user_name, step_time, {numbers.sql('written')} AS v0 "
            f"FROM {turned} JOIN names USING (place)"
        )
        return ("count",)
    user = table.column(roles.user) if roles.user is not None else f"'{ONE_SERIES}'"
    values = [numbers.sql(table.column(name)) for name in roles.counts] or ["1::DOUBLE"]
    features = ", ".join(f"{value} AS v{n}" for n, value in enumerate(values))
    table.database.execute(
        f"CREATE VIEW cells AS SELECT raw.rowid AS row, {user} AS user_name, {time} AS step_time, "
        f"{features} FROM {source}"
    )
    return roles.counts or ("events",)


def format_notes(times: TimeFormat, numbers: NumberFormat, asked: Reading) -> tuple[str, ...]:
    """Say what was assumed of how times and counts are written."""
    notes = []
    if times.writing is Writing.DAY_OR_MONTH_FIRST and asked.day_first is None:
        first = "day" if times.day_first else "month"
        notes.append(f"Dates were read with the {first} first.")
    if numbers.dressed:
        notes.append("Counts were read without signs such as $ or % and with plain digits.")
    if numbers.ambiguous and asked.decimal is None and asked.thousands is None:
        what = (
            f"{numbers.thousands!r} was taken as the thousands mark"
            if numbers.thousands
            else "'.' was taken as the decimal mark, though it could be a thousands mark"
        )
        notes.append(f"In counts, {what}; correct it if that is wrong.")
    return tuple(notes)


def _missing(table: Table, roles: Roles) -> list[str]:
    if not roles.counts:
        return []
    turned = table.turned(roles.counts[:MARKED_COLUMNS])
    words = f"{missing_sql('written')} AND trim(written) <> ''"
    found = table.database.execute(f"SELECT count(*) FROM {turned} WHERE {words}").fetchone()[0]
    shown = ", ".join(MISSING[:4])
    return [f"{found:,} counts are words such as {shown}: taken as missing."] if found else []
