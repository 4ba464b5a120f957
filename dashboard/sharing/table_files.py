"""One table as a file: CSV that a spreadsheet opens without harm, Parquet, and JSON.

A spreadsheet runs a cell that begins like a formula. In CSV such a text gets an apostrophe in
front; numbers are numbers and stay as they are. Parquet and JSON carry every text exactly.
"""

import io
import json
import math
import re

import pandas as pd

from dashboard.charts.format import frequency_of
from dashboard.runs.tables import time_label

# The wide forms are read as a formula too where a spreadsheet speaks Chinese, Japanese or Korean.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
# Where a text begins; and inside it, where a spreadsheet that parts cells at another mark would begin one.
_BEGINNING = re.compile(r"^( *)(?=[=+\-@\t\r\n＝＋－＠])")  # noqa: RUF001
_INNER = re.compile(r"([;,|\t\r\n\"] *)(?=[=+\-@＝＋－＠])")  # noqa: RUF001


def safe_cell(value: object) -> object:
    """Return the value so that a spreadsheet reads it as text; what is no text comes back as is.

    Where a text holds a mark that could part cells, no part of it begins like a formula either.
    """
    if not isinstance(value, str):
        return value
    inner = _INNER.sub(r"\1'", value)
    return f"'{inner}" if _BEGINNING.match(value) else inner


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


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as Parquet, times being times."""
    out = io.BytesIO()
    table.to_parquet(out, index=False, compression="zstd")
    return out.getvalue()


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
