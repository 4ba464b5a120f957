"""What is known to be anomalous: from a file of its own, or from a column beside the counts.

A file of labels has one row for each anomalous cell (user, time and, if wanted, kind, or a column
of 0 and 1) or for each anomalous stretch (user, first, last, both included). A date without a clock stands for its whole day. It is read as counts
are: the same encodings, delimiters, ways of writing times, and refusals that name the line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.data.cells import make_cells
from dashboard.data.column_words import TIME, USER
from dashboard.data.columns import Column
from dashboard.data.guarded import unguard
from dashboard.data.panel import Frequency, Panel
from dashboard.data.reading import Layout, Reading
from dashboard.data.roles import Roles
from dashboard.data.table import Table, open_table
from dashboard.data.times import day_first_evidence
from dashboard.errors import ReadError

FIRST = "first start begin from since".split()  # noqa: SIM905 - a list of words
LAST = "last end until till to stop".split()  # noqa: SIM905 - a list of words
MARK = "label labels labelled labeled anomaly anomalous outlier flag target".split()  # noqa: SIM905
KIND = ["kind", "type", *MARK]
ROWS = {Layout.LONG, Layout.EVENTS, Layout.SERIES}


@dataclass(frozen=True)
class Labels:
    """Labels on the grid of a panel, and what did not fit on it.

    labels: (users, times) bool. kinds: (users, times) of texts, "" where none; None without a
    column of kinds. rows: labelled rows of the file. unknown_users, unknown_times: those of them
    that name a user, or else a time, that the panel does not have. unobserved: labelled cells that
    the panel has not observed.
    """

    labels: np.ndarray
    kinds: np.ndarray | None
    rows: int
    unknown_users: int
    unknown_times: int
    unobserved: int

    @property
    def notes(self) -> tuple[str, ...]:
        """What did not fit, in sentences."""
        told = {
            f"of {self.rows:,} labels name a user that the counts do not have": self.unknown_users,
            f"of {self.rows:,} labels name a time that the counts do not have": self.unknown_times,
            "labelled cells are not observed in the counts": self.unobserved,
        }
        return tuple(f"{number:,} {what}." for what, number in told.items() if number)


@dataclass(frozen=True)
class _Columns:
    """Names of columns. last, mark and kind are None where there is no such column.

    user is None where all labels are of the only user; first is None where rows are steps.
    """

    user: str | None
    first: str | None
    last: str | None = None
    mark: str | None = None
    kind: str | None = None


def read_labels(path: Path, panel: Panel, counts: Reading) -> Labels:
    """Read a file of labels for a panel. Raises ReadError, also where no label fits the panel.

    counts: the resolved reading of the panel's own file, whose column names are looked for first.
    """
    try:
        with open_table(path, Reading()) as table:
            return _read(table, _find_columns(table, panel, counts), panel, counts)
    except ReadError as error:
        raise ReadError(
            f"{path.name}: {error}", line=error.line, column=error.column, value=error.value
        ) from error


def read_label_column(path: Path, name: str, panel: Panel, counts: Reading) -> Labels:
    """Read the labels, 0 or 1, from a column of the file of the counts. Raises ReadError.

    counts: the resolved reading of that file.
    """
    if counts.layout not in ROWS:
        raise ReadError(
            f"A column of labels needs one row per user and time; this file is {counts.layout}. "
            "Put the labels into a file of their own: user, time."
        )
    with open_table(path, counts) as table:
        table.column(name)
        user = counts.user if counts.layout is not Layout.SERIES else None
        return _read(table, _Columns(user, counts.time, mark=name), panel, counts)


def _find_columns(table: Table, panel: Panel, counts: Reading) -> _Columns:
    columns = [
        Column(name, True, tuple(value for value in values if value and value.strip()))
        for name, values in zip(table.columns, table.sample(), strict=True)
    ]
    alone = len(panel.users) == 1 and counts.user is None
    user = None if alone else _named(columns, counts.user) or _hinted(columns, USER)
    rest = [column for column in columns if column.name != user]
    times = [column for column in rest if column.is_time or column.is_step]
    first, last = _hinted(times, FIRST), _hinted(times, LAST)
    if first is None or last is None:
        first, last = _named(rest, counts.time) or _hinted(rest, TIME), None
        first = first or next((column.name for column in rest if column.is_time), None)
    if first is None:
        raise _missing(table, "times")
    rest = [column for column in rest if column.name not in {first, last}]
    mark = _hinted([column for column in rest if column.is_number], MARK)
    kind = _hinted([column for column in rest if not column.is_number], KIND)
    if user is None and not alone:
        user = next((column.name for column in rest if column.name not in {mark, kind}), None)
        if user is None:
            raise _missing(table, "users")
    return _Columns(user, first, last, mark, kind)


def _named(columns: Sequence[Column], name: str | None) -> str | None:
    return next((column.name for column in columns if column.name == name), None)


def _hinted(columns: Sequence[Column], words: Sequence[str]) -> str | None:
    """The first column by the order of the words, which is how telling they are."""
    hinted = (column.name for word in words for column in columns if column.hints((word,)))
    return next(hinted, None)


def _missing(table: Table, what: str) -> ReadError:
    return ReadError(
        f"No column names the {what} of the labels. The file has: {', '.join(table.columns[:10])}. "
        "Labels have the columns user, time and, if wanted, kind, or user, first and last."
    )


def _read(table: Table, columns: _Columns, panel: Panel, counts: Reading) -> Labels:
    asked = Reading(time_zone=counts.time_zone, day_first=_day_first(table, columns, counts))
    given = {"columns": columns, "panel": panel, "asked": asked}
    _lay_down(table, "firsts", columns.first, **given)
    ends = columns.last or columns.first
    _lay_down(table, "lasts", ends, **given)
    day = "INTERVAL 23 HOUR" if _speaks_of_days(table, ends, panel) else "INTERVAL 0 HOUR"
    last = f"lasts.step + {day}" if panel.has_dates else "lasts.step"
    kind = "''" if columns.kind is None else f"coalesce({table.column(columns.kind)}, '')"
    rows = table.database.execute(
        f"SELECT firsts.user_name, firsts.step AS first, {last} AS last, {kind} AS kind, "
        "firsts.row AS row FROM firsts JOIN lasts USING (row) "
        "JOIN raw ON raw.rowid = firsts.row ORDER BY firsts.row"
    ).fetch_df()
    _check_order(table, rows, columns)
    if rows.empty:
        raise ReadError("The labels mark nothing: there is no row with a label of 1.")
    if columns.user is None:
        rows["user_name"] = panel.users[0]
    return _on_grid(rows, panel, with_kinds=columns.kind is not None)


def _day_first(table: Table, columns: _Columns, counts: Reading) -> bool | None:
    """Both columns of times tell it together; where they do not, the counts do, if the day is first."""
    sample = dict(zip(table.columns, table.sample(), strict=True))
    times = (columns.first, columns.last)
    evidence = day_first_evidence([text for name in times for text in sample.get(name, ())])
    return (counts.day_first or None) if evidence is None else evidence


def _speaks_of_days(table: Table, name: str | None, panel: Panel) -> bool:
    """Whether labels of hourly counts are dates without a clock: each stands for its whole day."""
    if panel.frequency is not Frequency.HOUR or name is None:
        return False
    column = table.column(name)
    clocked = (
        f"contains({column}, ':') OR regexp_full_match(trim({column}), '[0-9]{{9,}}([.][0-9]*)?')"
    )
    return not table.database.execute(f"SELECT bool_or({clocked}) FROM raw").fetchone()[0]


def _lay_down(
    table: Table,
    name: str,
    time: str | None,
    *,
    columns: _Columns,
    panel: Panel,
    asked: Reading,
) -> None:
    """Check users and times, and put the labelled rows into a table: row, user_name, step."""
    layout = Layout.EVENTS if columns.mark is None else Layout.LONG
    marks = () if columns.mark is None else (columns.mark,)
    cells = make_cells(table, Roles(layout, columns.user, time, marks, {}), asked)
    if cells.has_dates != panel.has_dates:
        kinds = ("dates", "whole numbers")
        labelled, counted = kinds if cells.has_dates else kinds[::-1]
        raise ReadError(
            f"The times of the labels are {labelled}, those of the counts are {counted}. "
            "Write both in the same way."
        )
    if columns.mark is not None:
        _check_marks(table, columns.mark)
    step = f"date_trunc('{panel.frequency}', step_time)" if cells.has_dates else "step_time"
    table.database.execute(
        f"CREATE TABLE {name} AS SELECT row, user_name, {step} AS step FROM cells WHERE v0 = 1"
    )
    table.database.execute("DROP VIEW cells")


def _check_marks(table: Table, name: str) -> None:
    found = table.database.execute(
        "SELECT row, v0 FROM cells WHERE v0 NOT IN (0, 1) ORDER BY row LIMIT 1"
    ).fetchone()
    if found is None:
        return
    line = table.line(found[0])
    raise ReadError(
        f"Line {line} has {found[1]:g} in column {name!r}; a label is 0 or 1. "
        "Correct that line, or name another column.",
        line=line,
        column=name,
        value=f"{found[1]:g}",
    )


def _check_order(table: Table, rows: pd.DataFrame, columns: _Columns) -> None:
    wrong = rows[rows["last"] < rows["first"]]
    if len(wrong):
        line = table.line(int(wrong["row"].iloc[0]))
        raise ReadError(
            f"Line {line} ends before it begins: {columns.last!r} is earlier than "
            f"{columns.first!r}. Correct that line.",
            line=line,
            column=columns.last,
        )


def _on_grid(rows: pd.DataFrame, panel: Panel, *, with_kinds: bool) -> Labels:
    users = pd.Index(panel.users)
    user = users.get_indexer(rows["user_name"])
    # our own exports guard names that begin like a formula
    unguarded = users.get_indexer([unguard(name) for name in rows["user_name"]])
    user = np.where(user < 0, unguarded, user)
    first, last = (
        pd.Index(rows[name]).astype(panel.times.dtype).to_numpy() for name in ("first", "last")
    )
    begin = panel.times.searchsorted(first, side="left")
    after = panel.times.searchsorted(last, side="right")
    known, fits = user >= 0, after > begin
    labels = np.zeros(panel.observed.shape, dtype=bool)
    kinds = np.full(labels.shape, "", dtype=object) if with_kinds else None
    fitting = np.flatnonzero(known & fits)
    for row, kind in zip(fitting, rows["kind"].to_numpy()[fitting], strict=True):
        stretch = slice(begin[row], after[row])
        labels[user[row], stretch] = True
        if kinds is not None:
            kinds[user[row], stretch] = kind
    if not labels.any():
        raise ReadError(
            f"None of the {len(rows):,} labels names a user and a time of the counts, such as "
            f"{panel.users[0]!r} and {panel.times[0]}. Name them as the counts do."
        )
    if labels[panel.observed].all():
        raise ReadError(
            "The labels mark every cell of the counts, so that nothing normal is left to compare "
            "with. Label only what is anomalous."
        )
    return Labels(
        labels=labels,
        kinds=kinds,
        rows=len(rows),
        unknown_users=int((~known).sum()),
        unknown_times=int((known & ~fits).sum()),
        unobserved=int((labels & ~panel.observed).sum()),
    )
