"""Every count of a table checked, as one SQL view: which user, which time, which feature, how many."""

from dataclasses import dataclass

from dashboard.data.limits import LIMITS
from dashboard.data.numbers import (
    MISSING,
    NumberFormat,
    find_number_format,
    is_missing,
    missing_sql,
)
from dashboard.data.reading import Layout, Reading
from dashboard.data.roles import Roles
from dashboard.data.table import Table
from dashboard.data.times import (
    DAYS_FIRST,
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
ONE_SERIES = "all"  # the user of a single series
LONGEST_VALUE = 60
MOST_TIMES_WRITTEN = 20_000  # up to which each text of a time is read once
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
    _check_zone(table, asked.time_zone)
    numbers = _number_format(table, roles, asked, sample)
    if roles.layout is Layout.DAYS_ACROSS:
        times = _header_times(table, roles, asked)
        _check_counts(table, roles.counts, numbers)
        _spread_days(table, roles, numbers, asked)
        features: tuple[str, ...] = ("count",)
    else:
        times = TimeFormat(Writing.NUMBER)  # rows are steps where no column holds them
        if roles.time is not None:
            times = _column_times(table, roles, asked, sample)
            _check_times(table, roles, times)
        _check_counts(table, roles.counts, numbers)
        features = _name_cells(table, roles, times, numbers, asked)
    if roles.user is not None:
        _check_users(table, roles.user)
    return Cells(
        features,
        not times.is_number,
        times,
        numbers,
        (*_notes(times, numbers, asked), *_missing(table, roles)),
    )


def _number_format(
    table: Table, roles: Roles, asked: Reading, sample: dict[str, list[str | None]]
) -> NumberFormat:
    texts = [value for name in roles.counts for value in sample.get(name, ()) if value]
    if roles.counts:  # marks that are rare stand outside the sample
        turned = table.turned(roles.counts[:MARKED_COLUMNS])
        marked = f"SELECT written FROM {turned} WHERE contains(written, ?) LIMIT {MARKED_ROWS}"
        for mark in (",", ".", " "):
            found = table.database.execute(marked, [mark]).fetchall()
            texts += [value for (value,) in found if not is_missing(value)]
    guess = find_number_format(texts, table.dialect.delimiter if table.dialect else ",")
    if asked.decimal is None and asked.thousands is None:
        return guess
    decimal = asked.decimal or ("," if asked.thousands == "." else ".")
    thousands = asked.thousands if asked.thousands is not None else ""
    return NumberFormat(decimal, thousands, dressed=guess.dressed)


def _column_times(
    table: Table, roles: Roles, asked: Reading, sample: dict[str, list[str | None]]
) -> TimeFormat:
    table.column(roles.time)
    texts = [value for value in sample[roles.time] if value]
    if roles.clock is not None:
        pairs = zip(sample[roles.time], sample[roles.clock], strict=True)
        texts = [join_clock(date, clock) for date, clock in pairs if date and clock]
    writing = find_writing(texts) or likeliest_writing(texts)
    if writing is None or (texts and all(map(is_month, texts))):
        _refuse_time_column(table, roles.time)
    if writing is Writing.DAY_OR_MONTH_FIRST:
        column = _time_text(table, roles)
        part = "TRY_CAST(regexp_extract({0}, '^\\s*(\\d+)[./-](\\d+)', {1}) AS INTEGER)"
        first, second = table.database.execute(
            f"SELECT max({part.format(column, 1)}), max({part.format(column, 2)}) FROM raw"
        ).fetchone()
        return TimeFormat(writing, _day_first(table, texts[0], first, second, asked))
    return TimeFormat(writing)


def _refuse_time_column(table: Table, name: str) -> None:
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


def _time_text(table: Table, roles: Roles) -> str:
    """The text of a row's time in SQL: one column, or a date and a clock joined as `join_clock` does."""
    date = table.column(roles.time)
    if roles.clock is None:
        return date
    clock = f"trim({table.column(roles.clock)})"
    return f"({date} || ' ' || CASE WHEN contains({clock}, ':') THEN {clock} ELSE {clock} || ':00' END)"


def _day_first(
    table: Table, example: str, first: int | None, second: int | None, asked: Reading
) -> bool:
    if asked.day_first is not None:
        return asked.day_first
    if (first or 0) > 12 or (second or 0) > 12:  # noqa: PLR2004 - months
        return (first or 0) > 12  # noqa: PLR2004 - months
    return "/" not in example or (table.dialect is not None and table.dialect.delimiter == ";")


def _header_times(table: Table, roles: Roles, asked: Reading) -> TimeFormat:
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


def _spread_days(table: Table, roles: Roles, numbers: NumberFormat, asked: Reading) -> None:
    """Turn days across into rows: the header's times stand in the table `steps`."""
    times = _header_times(table, roles, asked)
    database = table.database
    written = [str(whole_number(step)) if times.is_number else step for step in roles.steps]
    _number_names(table, written)
    database.execute(
        f"CREATE TABLE steps AS SELECT place, {_in_zone(times.sql('name'), times, asked)} "
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


def _name_cells(
    table: Table, roles: Roles, times: TimeFormat, numbers: NumberFormat, asked: Reading
) -> tuple[str, ...]:
    column = _time_text(table, roles) if roles.time is not None else "rowid::VARCHAR"
    time = _in_zone(times.sql(column), times, asked)
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
    source = "raw"
    if roles.time is not None and _times_repeat(table):
        # each text of a time is read once, rather than in every row
        moment = _in_zone(times.sql("written"), times, asked)
        table.database.execute(
            f"CREATE OR REPLACE TABLE moments_read AS SELECT written, {moment} AS moment FROM times_written"
        )
        time, source = "moment", f"raw JOIN moments_read ON {column} = written"
    table.database.execute(
        f"CREATE VIEW cells AS SELECT raw.rowid AS row, {user} AS user_name, {time} AS step_time, "
        f"{features} FROM {source}"
    )
    return roles.counts or ("events",)


def _list_times(table: Table, column: str) -> None:
    """Create `times_written` (written): each text of a time once, or more than 20,000 of them."""
    table.database.execute(
        f"CREATE OR REPLACE TABLE times_written AS SELECT DISTINCT {column} AS written FROM raw "
        f"LIMIT {MOST_TIMES_WRITTEN + 1}"
    )


def _times_repeat(table: Table) -> bool:
    """Whether `times_written` holds all of them."""
    number = table.database.execute("SELECT count(*) FROM times_written").fetchone()[0]
    return number <= MOST_TIMES_WRITTEN


def _in_zone(time: str, times: TimeFormat, asked: Reading) -> str:
    if times.is_number or not asked.time_zone:
        return time
    zone = asked.time_zone.replace("'", "''")
    return f"timezone('{zone}', timezone('UTC', {time}))"


def _check_zone(table: Table, zone: str | None) -> None:
    known = "SELECT count(*) FROM pg_timezone_names() WHERE name = ?"
    if zone and not table.database.execute(known, [zone]).fetchone()[0]:
        raise ReadError(
            f"There is no time zone {zone[:LONGEST_VALUE]!r}. Choose one such as Europe/Berlin or UTC."
        )


def _check_times(table: Table, roles: Roles, times: TimeFormat) -> None:
    name, column = roles.time, _time_text(table, roles)
    _list_times(table, column)
    if _times_repeat(table) and not _is_any(
        table, "times_written", _strange_time("written", times)
    ):
        return
    found = _first(table, column, _strange_time(column, times))
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


def _check_users(table: Table, name: str) -> None:
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


def _strange_time(column: str, times: TimeFormat) -> str:
    time = times.sql(column)
    strange = f"{time} IS NULL"
    if not times.is_number:
        strange += f" OR {time} NOT BETWEEN TIMESTAMP '{EARLIEST}' AND TIMESTAMP '{LATEST}'"
    return strange


def _check_counts(table: Table, names: tuple[str, ...], numbers: NumberFormat) -> None:
    """Find the first count that is no number, negative or absurd, by row and then by column."""
    if not names:
        return
    turned, strange = table.turned(names), _strange_count("written", numbers)
    if not _is_any(table, turned, strange):
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


def _is_any(table: Table, relation: str, condition: str) -> bool:
    """Whether any text `written` in a relation is such: quicker than asking for the first."""
    found = table.database.execute(f"SELECT 1 FROM {relation} WHERE {condition} LIMIT 1")
    return found.fetchone() is not None


def _first(table: Table, column: str, condition: str) -> tuple[int, str] | None:
    return table.database.execute(
        f"SELECT rowid, {column} FROM raw WHERE {condition} ORDER BY rowid LIMIT 1"
    ).fetchone()


def _notes(times: TimeFormat, numbers: NumberFormat, asked: Reading) -> tuple[str, ...]:
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
