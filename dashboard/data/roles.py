"""Which column is which: guessed from names in many languages, and from what stands in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.data.column_words import COUNT, MARKS, NO_COUNT, TIME, USER
from dashboard.data.columns import Column
from dashboard.data.reading import Layout, Reading
from dashboard.data.times import DATES, find_writing, whole_number
from dashboard.errors import ReadError

PREFIXED = re.compile(r"(\D+)(\d{1,8}|\d{4}-\d{1,2}-\d{1,2}|\d{1,4}[./]\d{1,2}[./]\d{1,4})")
INDEXES = "only numbers the rows"
EMPTY = "empty"
FEW = 3  # columns alike that are no chance


@dataclass(frozen=True)
class Roles:
    """Which column is which. `ignored` maps the names of other columns to why they are left out.

    time is None where the steps stand across or rows are steps by themselves. clock: the column of the
    time of day, where `time` holds dates alone. steps: for days
    across, what of each counts' column name tells the time step.
    """

    layout: Layout
    user: str | None
    time: str | None
    counts: tuple[str, ...]
    ignored: dict[str, str]
    steps: tuple[str, ...] = ()
    clock: str | None = None


def find_roles(
    names: Sequence[str],
    sample: Sequence[Sequence[str | None]],
    asked: Reading,
    unnamed: bool = False,
) -> Roles:
    """Find the roles, with what was asked for put first. Raises ReadError where none fit."""
    columns = [
        Column(
            name,
            not (unnamed or re.fullmatch(r"column \d+", name)),
            _filled(values),
            leads=position == 0,
        )
        for position, (name, values) in enumerate(zip(names, sample, strict=True))
    ]
    chosen = {asked.user, asked.time, *(asked.counts or ())} - {None}
    ignored = {
        column.name: why
        for column in columns
        if column.name not in chosen and (why := _why_ignored(column))
    }
    rest = [column for column in columns if column.name not in ignored]
    if asked.layout is Layout.DAYS_ACROSS or (
        asked.layout is None and not (asked.time or asked.counts) and _days_across(rest)
    ):
        return _across(rest, asked, ignored)
    indexes = [column for column in columns if ignored.get(column.name) == INDEXES]
    return _with_time_column(rest, asked, ignored, indexes)


def _filled(values: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(value for value in values if value is not None and value.strip())


def _why_ignored(column: Column) -> str | None:
    if column.is_empty:
        return EMPTY
    return INDEXES if column.is_index else None


def _step_names(columns: list[Column]) -> dict[str, str]:
    """Which columns are named by a time step, and what of the name tells it: `clicks_7` is `7`."""
    steps = {
        column.name: column.name
        for column in columns
        if find_writing([column.name]) is not None
        or (whole_number(column.name) is not None and column.named)
    }
    before: dict[str, dict[str, str]] = {}
    for column in columns:
        match = PREFIXED.fullmatch(column.name)
        if match and column.name not in steps and column.hints(COUNT + TIME):
            before.setdefault(match.group(1), {})[column.name] = match.group(2)
    longest = max(before.values(), key=len, default={})
    return steps if len(steps) >= len(longest) else longest


def _days_across(columns: list[Column]) -> bool:
    names = _step_names(columns)
    steps = [column for column in columns if column.name in names and column.is_number]
    others = [column for column in columns if column.name not in names]
    if any(column.is_time or (column.is_step and column.hints(TIME)) for column in others):
        return False
    return len(steps) >= FEW and len(steps) >= 0.6 * len(columns)


def _across(columns: list[Column], asked: Reading, ignored: dict[str, str]) -> Roles:
    names = _step_names(columns)
    counts = asked.counts or tuple(name for name in names if name != asked.user)
    others = [column for column in columns if column.name not in counts]
    user = asked.user or _first_name(others, USER) or (others[0].name if others else None)
    if user is None:
        raise ReadError("No column names the users. Choose the one that does.")
    if not counts:
        raise ReadError(
            f"No column is named by a date or time step. The file has: {_listed(columns)}. "
            "Choose another layout."
        )
    ignored |= {column.name: "is no time step" for column in others if column.name != user}
    steps = tuple(names.get(name, name) for name in counts)
    return Roles(Layout.DAYS_ACROSS, user, None, counts, ignored, steps)


def _with_time_column(
    columns: list[Column], asked: Reading, ignored: dict[str, str], indexes: list[Column]
) -> Roles:
    time = asked.time or _find_time(columns, asked) or _unnamed_time(columns, indexes)
    if time is None and len(columns) == 1 and columns[0].is_number and not asked.user:
        return Roles(Layout.SERIES, None, None, (columns[0].name,), ignored)
    if time is None:
        raise ReadError(
            f"No column holds dates or time steps. The file has: {_listed(columns)}. "
            "Choose the time column."
        )
    ignored.pop(time, None)
    if asked.time is None:
        _refuse_split_dates(columns, time)
    clock = _find_clock(columns, time, asked)
    rest = [column for column in columns if column.name not in {time, clock}]
    time_repeats = _repeats([column for column in columns if column.name in {time, clock}])
    user = asked.user
    if user is None and asked.layout not in {Layout.SERIES, Layout.DAYS_DOWN}:
        user = _find_user(rest, time_repeats=time_repeats)
    numeric = [c for c in rest if c.name != user and c.is_number]
    across = user is None and not time_repeats and _users_across(rest)
    counts, dropped = (
        (tuple(column.name for column in numeric), {})
        if across and not asked.counts
        else _find_counts(numeric, asked)
    )
    ignored |= dropped
    used = {user, *counts}
    ignored |= {
        column.name: "holds no counts"
        for column in rest
        if column.name not in used and column.name not in ignored
    }
    layout = asked.layout or _layout(user, rest, counts, time_repeats=time_repeats)
    if layout is Layout.EVENTS:
        counts = ()
        _refuse_empty_counts(ignored, asked)
    if not counts and not (
        layout is Layout.EVENTS
        and (asked.layout or len(rest) == 1 or clock or _looks_like_events(columns, time, user))
    ):
        raise ReadError(
            f"No column holds counts. The file has: {_listed(columns)}. Choose the count column."
        )
    if layout in {Layout.LONG, Layout.EVENTS} and user is None:
        raise ReadError(f"No column names the users. The file has: {_listed(columns)}. Choose one.")
    named = user if layout in {Layout.LONG, Layout.EVENTS} else None
    return Roles(layout, named, time, counts, ignored, clock=clock)


def _find_time(columns: list[Column], asked: Reading) -> str | None:
    taken = {asked.user, *(asked.counts or ())}
    free = [column for column in columns if column.name not in taken]
    dated = [column for column in free if column.is_time]
    if dated:
        return _first_name(dated, TIME) or dated[0].name
    whole = [column for column in free if column.is_step]
    steps = [column for column in whole if not column.hints(USER) and not column.hints(COUNT)]
    return _first_name(steps, TIME) or _first_name(
        [column for column in free if not column.hints(USER + COUNT) and not column.is_number], TIME
    )


def _find_clock(columns: list[Column], time: str, asked: Reading) -> str | None:
    """The column with the time of day, where the one with the time holds dates alone."""
    dates = next((column for column in columns if column.name == time), None)
    if dates is None or find_writing(dates.values) not in DATES:
        return None
    if any(":" in value for value in dates.values):
        return None
    taken = {time, asked.user, *(asked.counts or ())}
    return next((c.name for c in columns if c.name not in taken and c.is_clock), None)


def _repeats(columns: list[Column]) -> bool:
    """Whether some row of these columns stands there more than once."""
    rows = list(zip(*(column.values for column in columns), strict=False))
    return not columns or len(set(rows)) < len(rows)


def _unnamed_time(columns: list[Column], indexes: list[Column]) -> str | None:
    """The time among columns that nothing names: the second of three, or what numbers the rows."""
    whole = [column for column in columns if column.is_step]
    if len(columns) == len(whole) == FEW and not any(column.named for column in columns):
        pairs = list(zip(columns[0].values, columns[1].values, strict=False))
        return columns[1].name if len(set(pairs)) == len(pairs) else None
    if len(indexes) == 1 and columns and all(column.is_number for column in columns):
        return indexes[0].name
    return None


def _refuse_split_dates(columns: list[Column], time: str) -> None:
    chosen = next((column for column in columns if column.name == time), None)
    if chosen is None or chosen.is_time:
        return
    parts = [
        name for words in (["year"], ["month"], ["day"]) if (name := _first_name(columns, words))
    ]
    if len(parts) == len(set(parts)) == FEW:
        raise ReadError(
            f"The date stands in several columns: {', '.join(parts)}. "
            "Join them into one, such as 2024-01-31."
        )


def _refuse_empty_counts(ignored: dict[str, str], asked: Reading) -> None:
    empty = [name for name, why in ignored.items() if why == EMPTY]
    for name in empty:
        if asked.layout is None and Column(name, True, ()).hints(COUNT):
            raise ReadError(
                f"The column {name!r} is empty all the way down. Fill it in, or choose another "
                "count column.",
                column=name,
            )


def _users_across(columns: list[Column]) -> bool:
    """Whether columns beside a time that never repeats look like one user each."""
    counted = [column for column in columns if column.hints(COUNT)]
    keys = [column for column in columns if column.is_key]
    return (
        len(columns) >= FEW
        and all(column.is_number for column in columns)
        and 2 * len(counted) < len(columns)
        and 2 * len(keys) < len(columns)
    )


def _find_user(columns: list[Column], *, time_repeats: bool) -> str | None:
    """By name; else text that repeats; else, where times repeat, a first column of whole numbers."""
    usable = [
        column for column in columns if not column.hints(COUNT) or column.hints(("user", "id"))
    ]
    named = _first_name(usable, USER)
    alike = [
        column for column in usable if column.hints(USER)
    ]  # user1, user2, ... are users across
    constant = len(alike) == 1 and alike[0].is_constant
    if not time_repeats and not constant and _users_across(columns):
        return None
    if named:
        return named
    texts = [column for column in columns if not column.is_number and not column.is_time]
    repeated = [column for column in texts if column.repeats]
    if repeated or (texts and time_repeats):
        return (repeated or texts)[0].name
    whole = [column for column in usable if column.is_whole and column.repeats]
    several = len([column for column in columns if column.is_number]) > 1
    if time_repeats and whole and (several or not any(c.hints(COUNT) for c in columns)):
        return whole[0].name
    return None


def _find_counts(numeric: list[Column], asked: Reading) -> tuple[tuple[str, ...], dict[str, str]]:
    if asked.counts is not None:
        return asked.counts, {}
    marks = [c.name for c in numeric if c.hints(MARKS) and not c.hints(COUNT)]
    strangers = [c.name for c in numeric if c.is_key or (c.hints(NO_COUNT) and not c.hints(COUNT))]
    counts = tuple(c.name for c in numeric if c.name not in {*marks, *strangers})
    if not counts:
        counts, marks = tuple(marks), []
    return counts, dict.fromkeys((*marks, *strangers), "does not look like a count")


def _layout(
    user: str | None, rest: list[Column], counts: tuple[str, ...], *, time_repeats: bool
) -> Layout:
    if user is not None:
        return Layout.LONG if counts else Layout.EVENTS
    known = [column for column in rest if column.name in counts]
    if len(counts) > 1 and not time_repeats and not all(column.hints(COUNT) for column in known):
        return Layout.DAYS_DOWN
    return Layout.SERIES


def _looks_like_events(columns: list[Column], time: str, user: str | None) -> bool:
    """Whether rows stand for single events: a clock time, or several rows of a user and a date."""
    values = {column.name: column.values for column in columns}
    rows = list(zip(values.get(user, ()), values[time], strict=False))
    return any(":" in value for value in values[time][:50]) or len(set(rows)) < len(rows)


def _first_name(columns: list[Column], words: Sequence[str]) -> str | None:
    """The first column by the order of the words, which is how telling they are."""
    for word in words:
        for column in columns:
            if column.hints((word,)):
                return column.name
    return None


def _listed(columns: list[Column]) -> str:
    names = [column.name for column in columns]
    return ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")  # noqa: PLR2004
