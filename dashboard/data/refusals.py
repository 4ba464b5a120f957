"""What cannot be a count of anybody: refused with a sentence that names line, column and value."""

from dashboard.data.limits import LIMITS
from dashboard.data.numbers import NumberFormat, missing_sql
from dashboard.data.roles import Roles
from dashboard.data.table import Table
from dashboard.data.times import DAYS_FIRST, TimeFormat, Writing, is_month
from dashboard.data.written import Written, strange_time, time_text
from dashboard.errors import ReadError

LONGEST_VALUE = 60


def refuse_time_column(table: Table, name: str) -> None:
    """Raise ReadError naming the first value of a column that holds no time steps."""
    column = table.column(name)
    row, value = _first(table, column, f"trim({column}) <> ''") or (0, "")
    what = (
        "a month; time steps are hours, days or weeks. Upload counts by day or week, or number the "
        "months 1, 2, 3, ..."
        if is_month(value)
        else "no date or time step that can be read. Choose another time column, or write dates such "
        "as 2024-01-31."
    )
    line = table.line(row)
    raise ReadError(
        f"Line {line} has {value[:LONGEST_VALUE]!r} in column {name!r}, which is {what}",
        line=line,
        column=name,
        value=value,
    )


def check_zone(table: Table, zone: str | None) -> None:
    """Raise ReadError where a time zone is not known."""
    known = "SELECT count(*) FROM pg_timezone_names() WHERE name = ?"
    if zone and not table.database.execute(known, [zone]).fetchone()[0]:
        raise ReadError(
            f"There is no time zone {zone[:LONGEST_VALUE]!r}. Choose one such as Europe/Berlin or UTC."
        )


def check_times(table: Table, roles: Roles, times: TimeFormat, written: Written) -> None:
    """Raise ReadError for the first time that is none like the others."""
    name, column = roles.time, time_text(table, roles)
    if written.once and not is_any(table, written.relation, strange_time(written.column, times)):
        return
    found = _first(table, column, strange_time(column, times))
    if found is None:
        return
    row, value = found
    line = table.line(row)
    if not (value or "").strip():
        name = name if roles.clock is None else f"{name} or {roles.clock}"
        raise ReadError(
            f"Line {line} has no time in column {name!r}. Fill it in or remove that line.",
            line=line,
            column=name,
        )
    hint = "Dates lie between 1900 and 2200"
    if times.writing is Writing.DAY_OR_MONTH_FIRST and DAYS_FIRST.fullmatch(value):
        hint += (
            ", and here the day comes first"
            if times.day_first
            else ", and here the month comes first"
        )
    raise ReadError(
        f"Line {line} has {value[:LONGEST_VALUE]!r} in column {name!r}, which is not a time like the "
        f"others ({times.writing.value}). {hint}. Correct that line.",
        line=line,
        column=name,
        value=value,
    )


def check_users(table: Table, name: str) -> None:
    """Raise ReadError for the first row that names no user, or one that is too long."""
    column = table.column(name)
    found = _first(
        table, column, f"{column} IS NULL OR trim({column}) = '' OR len({column}) > {LIMITS.user}"
    )
    if found is None:
        return
    row, value = found
    line = table.line(row)
    if (value or "").strip():
        raise ReadError(
            f"Line {line} has a user of {len(value):,} characters in column {name!r}; "
            f"{LIMITS.user:,} are the most. Correct that line.",
            line=line,
            column=name,
            value=value[:LONGEST_VALUE],
        )
    raise ReadError(
        f"Line {line} names no user in column {name!r}. Fill it in or remove that line.",
        line=line,
        column=name,
        value="",
    )


def check_counts(table: Table, names: tuple[str, ...], numbers: NumberFormat) -> None:
    """Raise ReadError for the first count, by row and then by column, that is no number, negative or absurd."""
    if not names:
        return
    turned, strange = table.turned(names), _strange_count("written", numbers)
    if not is_any(table, turned, strange):
        return
    row, place, value = table.database.execute(
        f"SELECT row, place, written FROM {turned} WHERE {strange} ORDER BY row, place LIMIT 1"
    ).fetchone()
    _refuse_count(table, row, names[place], value, numbers)


def _strange_count(column: str, numbers: NumberFormat) -> str:
    number = numbers.sql(column)
    return (
        f"(({number} IS NULL AND NOT {missing_sql(column)}) OR isnan({number}) "
        f"OR {number} < 0 OR {number} > {LIMITS.count})"
    )


def _refuse_count(table: Table, row: int, name: str, value: str, numbers: NumberFormat) -> None:
    line = table.line(row)
    number = table.database.execute(f"SELECT {numbers.sql('$1::VARCHAR')}", [value]).fetchone()[0]
    if number is None or number != number:  # noqa: PLR0124 - NaN alone differs from itself
        why, advice = "is not a number", "Leave the field empty where a count is unknown"
    elif number < 0:
        why, advice = "is negative", "Counts are 0 or more"
    else:
        why, advice = "is absurdly large", f"Counts are at most {LIMITS.count:,.0f}"
    raise ReadError(
        f"Line {line} has {value.strip()[:LONGEST_VALUE]!r} in column {name!r}, which {why}. {advice}.",
        line=line,
        column=name,
        value=value,
    )


def is_any(table: Table, relation: str, condition: str) -> bool:
    """Whether any text `written` in a relation is such: quicker than asking for the first."""
    found = table.database.execute(f"SELECT 1 FROM {relation} WHERE {condition} LIMIT 1")
    return found.fetchone() is not None


def _first(table: Table, column: str, condition: str) -> tuple[int, str] | None:
    return table.database.execute(
        f"SELECT rowid, {column} FROM raw WHERE {condition} ORDER BY rowid LIMIT 1"
    ).fetchone()
