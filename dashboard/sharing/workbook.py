"""Tables as the sheets of one xlsx workbook. Texts are texts there, whatever they begin with."""

import math
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_575  # of a sheet, below its heading
LONGEST_TEXT = 32_767  # of a cell
FIRST_YEAR = 1900  # before it a spreadsheet has no dates
NARROW, WIDE = 12, 40  # widths of columns, in characters
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
Write = Callable[[int, int, Any], object]


def workbook_bytes(sheets: dict[str, pd.DataFrame]) -> bytes:
    """Return a workbook with one sheet for each table; a table has at most MOST_ROWS rows.

    Numbers are numbers, times are times, and what is missing is an empty cell.
    """
    out = BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        formats = {
            "heading": book.add_format({"bold": True, "bottom": 1}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "clock": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for name, table in sheets.items():
            _fill(book.add_worksheet(name), table, formats)
    return out.getvalue()


def _fill(sheet: Worksheet, table: pd.DataFrame, formats: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(table[column]))
        sheet.write_string(0, place, str(column), formats["heading"])
    if len(table):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    writers = [_writer(sheet, table[column], formats) for column in table.columns]
    for row, values in enumerate(table.itertuples(index=False, name=None), start=1):
        for place, (write, value) in enumerate(zip(writers, values, strict=True)):
            write(row, place, value)


def _writer(sheet: Worksheet, values: pd.Series, formats: dict[str, Any]) -> Write:
    """Return how the cells of a column are written."""

    def number(row: int, place: int, value: float) -> None:
        if not pd.isna(value) and math.isfinite(value):
            sheet.write_number(row, place, float(value))

    def text(row: int, place: int, value: object) -> None:
        if not pd.isna(value):
            sheet.write_string(row, place, str(value)[:LONGEST_TEXT])

    def time(row: int, place: int, value: pd.Timestamp) -> None:
        if not pd.isna(value):
            sheet.write_datetime(row, place, value.to_pydatetime(), shown)

    if pd.api.types.is_numeric_dtype(values):
        return number
    if not pd.api.types.is_datetime64_any_dtype(values) or values.min().year < FIRST_YEAR:
        return text
    shown = formats["day" if (values == values.dt.normalize()).all() else "clock"]
    return time


def _width(values: pd.Series) -> int:
    if pd.api.types.is_numeric_dtype(values):
        return NARROW
    longest = int(values.head(1_000).astype(str).str.len().max()) if len(values) else 0
    return min(max(NARROW, longest + 2), WIDE)
