"""Which column is which: guessed from names in many languages, and from what stands in them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dashboard.data.numbers import is_number
from dashboard.data.reading import Layout, Reading
from dashboard.data.times import Writing, find_writing, looks_like_time, whole_number
from dashboard.errors import ReadError

USER = (
    "user userid uid username id customer client visitor member account player student person device "
    "subscriber series seriesid name page url sensor station usuario cliente utilisateur identifiant "
    "benutzer nutzer kunde utente usuário gebruiker użytkownik uzytkownik användare anvandare kullanıcı "
    "пользователь клиент ユーザー 利用者 用户 客户 사용자 مستخدم email cookie session"
).split()
TIME = (
    "date day time timestamp datetime ts t when hour week period step month created occurred at "
    "datum tag zeit woche stunde jour journée journee heure semaine fecha dia día hora semana data giorno "
    "ora settimana dag tid дата день время 日付 日時 日期 时间 時間 날짜 시간 تاريخ"
).split()
COUNT = (
    "count counts clicks click n value values views pageviews visits hits events sessions total sum amount "
    "number qty quantity steps requests orders klicks anzahl clics nombre conteo cuenta cliques clic "
    "клики количество クリック数 回数 点击 次数 클릭 activity"
).split()
NO_COUNT = "label labels anomaly outlier target class flag point is split fold lat latitude lon lng longitude".split()
INDEX = {"", "index", "idx", "row", "rownum", "unnamed: 0", "#", "nr", "no", "row_number"}
MOST_MISFITS = 0.1


@dataclass(frozen=True)
class Column:
    """One column as a sample shows it. Shares of misfits up to a tenth are forgiven, and named later."""

    name: str
    named: bool
    values: tuple[str, ...]
    leads: bool = False  # whether it is the first of the table

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not self.values

    @property
    def is_time(self) -> bool:
        """Whether dates or timestamps stand in it; bare numbers need a telling name."""
        writing = find_writing(self.values)
        if writing in {None, Writing.NUMBER}:
            return False
        sure = writing not in {Writing.COMPACT, Writing.EPOCH, Writing.EPOCH_MILLISECONDS}
        return sure or self.hints(TIME) or not self.hints(USER + COUNT)

    @property
    def is_whole(self) -> bool:
        """Whether whole numbers stand in it."""
        return find_writing(self.values) is not None and all(map(is_number, self.values[:50]))

    @property
    def is_number(self) -> bool:
        """Whether numbers stand in it."""
        fitting = sum(map(is_number, self.values))
        return bool(self.values) and fitting >= (1 - MOST_MISFITS) * len(self.values)

    @property
    def is_index(self) -> bool:
        """Whether it only numbers the rows."""
        numbers = [whole_number(value) for value in self.values[:100]]
        named_so = self.name.lower() in INDEX or (self.leads and not self.named)
        return (
            named_so
            and len(numbers) > 1
            and all(None not in pair and pair[1] == pair[0] + 1 for pair in pairwise(numbers))
        )

    @property
    def repeats(self) -> bool:
        """Whether some value stands in it more than once."""
        return len(set(self.values)) < len(self.values)

    def hints(self, words: Sequence[str]) -> bool:
        """Whether the name holds one of these words."""
        plain = unicodedata.normalize("NFC", self.name).lower()
        split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.name).lower()
        tokens = set(re.split(r"[\W_\d]+", split)) | {plain}
        return any(word in tokens or (not word.isascii() and word in plain) for word in words)


@dataclass(frozen=True)
class Roles:
    """Which column is which. `ignored` maps the names of other columns to why they are left out."""

    layout: Layout
    user: str | None
    time: str | None
    counts: tuple[str, ...]
    ignored: dict[str, str]


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
    return _with_time_column(rest, asked, ignored)


def _filled(values: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(value for value in values if value is not None and value.strip())


def _why_ignored(column: Column) -> str | None:
    if column.is_empty:
        return "empty"
    return "only numbers the rows" if column.is_index else None


def _step_named(column: Column) -> bool:
    return (
        looks_like_time(column.name)
        or find_writing([column.name]) is not None
        or (whole_number(column.name) is not None and column.named)
    )


def _days_across(columns: list[Column]) -> bool:
    steps = [column for column in columns if _step_named(column) and column.is_number]
    if any(column.is_time for column in columns if not _step_named(column)):
        return False
    return len(steps) > 2 and len(steps) >= 0.6 * len(columns)  # noqa: PLR2004 - fewer may be chance


def _across(columns: list[Column], asked: Reading, ignored: dict[str, str]) -> Roles:
    steps = [column for column in columns if _step_named(column) and column.name != asked.user]
    counts = asked.counts or tuple(column.name for column in steps)
    others = [column for column in columns if column.name not in counts]
    user = asked.user or _first_name(others, USER) or (others[0].name if others else None)
    if user is None:
        raise ReadError("No column names the users. Choose the one that does.")
    ignored |= {column.name: "is no time step" for column in others if column.name != user}
    return Roles(Layout.DAYS_ACROSS, user, None, tuple(counts), ignored)


def _with_time_column(columns: list[Column], asked: Reading, ignored: dict[str, str]) -> Roles:
    time = asked.time or _find_time(columns, asked)
    if time is None:
        raise ReadError(
            f"No column holds dates or time steps. The file has: {_listed(columns)}. "
            "Choose the time column."
        )
    rest = [column for column in columns if column.name != time]
    time_repeats = (
        next(column for column in columns if column.name == time).repeats
        if any(column.name == time for column in columns)
        else True
    )
    user = asked.user
    if user is None and asked.layout not in {Layout.SERIES, Layout.DAYS_DOWN}:
        user = _find_user(rest, time_repeats=time_repeats)
    numeric = [c for c in rest if c.name != user and c.is_number]
    counts, dropped = _find_counts(numeric, asked)
    ignored |= dropped
    ignored |= {
        column.name: "holds no counts"
        for column in rest
        if column.name != user and column.name not in counts and column.name not in ignored
    }
    layout = asked.layout or _layout(user, rest, counts, time_repeats=time_repeats)
    if layout is Layout.EVENTS:
        counts = ()
    if not counts and not (
        layout is Layout.EVENTS
        and (asked.layout or len(rest) == 1 or _looks_like_events(columns, time, user))
    ):
        raise ReadError(
            f"No column holds counts. The file has: {_listed(columns)}. Choose the count column."
        )
    if layout in {Layout.LONG, Layout.EVENTS} and user is None:
        raise ReadError(f"No column names the users. The file has: {_listed(columns)}. Choose one.")
    named = user if layout in {Layout.LONG, Layout.EVENTS} else None
    return Roles(layout, named, time, counts, ignored)


def _find_time(columns: list[Column], asked: Reading) -> str | None:
    taken = {asked.user, *(asked.counts or ())}
    free = [column for column in columns if column.name not in taken]
    dated = [column for column in free if column.is_time]
    if dated:
        return _first_name(dated, TIME) or dated[0].name
    whole = [column for column in free if column.is_whole]
    return _first_name([column for column in whole if not column.hints(USER)], TIME) or _first_name(
        [column for column in free if not column.hints(USER + COUNT) and not column.is_number], TIME
    )


def _find_user(columns: list[Column], *, time_repeats: bool) -> str | None:
    """By name; else text that repeats; else, where times repeat, a first column of whole numbers."""
    usable = [
        column for column in columns if not column.hints(COUNT) or column.hints(("user", "id"))
    ]
    if named := _first_name(usable, USER):
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
    strangers = {
        c.name: "does not look like a count"
        for c in numeric
        if c.hints(NO_COUNT) and not c.hints(COUNT)
    }
    counts = tuple(column.name for column in numeric if column.name not in strangers)
    if not counts and strangers:
        return tuple(strangers), {}
    return counts, strangers


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
