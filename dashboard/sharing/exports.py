"""Tables as files that a person takes along: CSV that a spreadsheet opens without harm, and JSON.

A spreadsheet runs a cell that begins like a formula. In CSV such a text gets an apostrophe in
front; numbers are numbers and stay as they are. JSON carries every text exactly.
"""

import json
import math

import pandas as pd

from dashboard.charts.format import frequency_of
from dashboard.runs.tables import time_label
from dashboard.runs.views import UserView, View

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_USER_COLUMNS = ["rank", "user", "error", "score", "p_value", "anomalous_times", "volume"]
_SERIES_COLUMNS = (
    "time feature actual expected error score p_value anomaly observed".split()  # noqa: SIM905
)


def safe_cell(value: object) -> object:
    """Return the value so that a spreadsheet reads it as text; what is no text comes back as is."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as CSV: UTF-8 with BOM, as spreadsheets expect; times as in addresses."""
    safe = _plain(table)
    for column in safe.columns:
        if safe[column].dtype == object:
            safe[column] = safe[column].map(safe_cell)
    safe.columns = [safe_cell(str(column)) for column in safe.columns]
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def json_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as a JSON list of objects; what is missing is null."""
    rows = [
        {name: _json_value(value) for name, value in row.items()}
        for row in _plain(table).to_dict("records")
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def users_csv(view: View) -> bytes:
    """Return the shown users of a view as CSV."""
    return csv_bytes(view.users[_USER_COLUMNS])


def days_csv(view: View) -> bytes:
    """Return a view's time steps as CSV."""
    return csv_bytes(view.days)


def user_csv(user_view: UserView) -> bytes:
    """Return one user's time steps as CSV."""
    table = user_view.series[_SERIES_COLUMNS].copy()
    table.insert(0, "user", user_view.user)
    return csv_bytes(table)


def cells_csv(view: View) -> bytes:
    """Return the shown users' cells as CSV: user, time, actual, expected, score, anomaly."""
    return csv_bytes(cells_table(view))


def cells_table(view: View) -> pd.DataFrame:
    """Return the shown users' cells, one row each: user, time, actual, expected, score, anomaly."""
    grid = view.grid
    times, frequency = len(grid.times), frequency_of(grid.times)
    return pd.DataFrame(
        {
            "user": [user for user in grid.users for _ in range(times)],
            "time": [time_label(time, frequency) for time in grid.times] * len(grid.users),
            "actual": grid.actual.ravel(),
            "expected": grid.expected.ravel(),
            "score": grid.score.ravel(),
            "anomaly": grid.anomaly.ravel().astype(int),
        }
    )


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return a copy with times as text, flags as 0 or 1, and texts as plain objects."""
    plain = table.copy()
    for column in plain.columns:
        values = plain[column]
        if column == "time":
            frequency = frequency_of(pd.Index(values.unique()))
            keys = [time_label(time, frequency) for time in values]
            plain[column] = pd.Series(keys, values.index, object)
        elif values.dtype == bool:
            plain[column] = values.astype(int)
        elif not pd.api.types.is_numeric_dtype(values):
            plain[column] = values.astype(object)
    return plain


def _json_value(value: object) -> object:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
