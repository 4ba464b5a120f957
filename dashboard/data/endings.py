"""What exports put below the last row: sums and remarks, which are no counts of anybody."""

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb

from dashboard.data.numbers import find_number_format
from dashboard.data.text import Text

TAIL_BYTES = 1 << 12
LONGEST_LINE_BYTES = 1 << 22
SUM_WORDS = (
    "total", "totals", "grand total", "sum", "all", "overall", "summe", "gesamt", "gesamtsumme",
    "insgesamt", "total général", "total general", "suma", "suma total", "somma", "totale",
    "totaal", "totalt", "razem", "summa", "toplam", "yhteensä", "összesen", "celkem", "итого",
    "всего", "合計", "总计", "合计", "總計", "합계", "المجموع", "σύνολο",
)  # fmt: skip
REMARK = re.compile(
    r"\(?\d[\d,. ]* (rows?|records?)( \w+)?\)?\.?|(grand )?totals?\b.*", re.IGNORECASE
)
COMPARED = 50  # columns
ROUNDING = 1e-6
MOST = 0.5  # of the fields have to be sums


def cut_remark(text: Text, folder: Path, delimiter: str) -> tuple[Text, list[str]]:
    """Return a text without a last line such as `(120 rows)`, and notes.

    A text that is somebody's own file is copied into `folder` for that.
    """
    size = text.path.stat().st_size
    with text.path.open("rb") as file:
        file.seek(max(0, size - TAIL_BYTES))
        tail = file.read()
    before, _, last = tail.rstrip().rpartition(b"\n")
    remark = last.decode("utf-8", "replace").strip()
    if not before or delimiter in remark or not REMARK.fullmatch(remark):
        return text, []
    if text.path.parent != folder:
        text = replace(text, path=Path(shutil.copyfile(text.path, folder / "cut.csv")))
    os.truncate(text.path, size - len(tail) + len(before) + 1)
    return text, [f"The last line, {remark!r}, is a remark and was left out."]


def drop_sums(
    database: duckdb.DuckDBPyConnection, last: dict[str, str | None], row: int, delimiter: str
) -> list[str]:
    """Delete the last row of the table `raw` where it is named a total and is one; return notes.

    last: its fields, by what their columns are called in SQL. row: which it is, from 0.
    """
    filled = {column: field.strip() for column, field in last.items() if (field or "").strip()}
    if not filled:
        return []
    first, *others = filled
    word = filled[first]
    if not is_sum_word(word) or not row:
        return []
    compared = others[:COMPARED]
    sums = sum(_is_sum(database, name, row, delimiter) for name in compared)
    if compared and sums <= MOST * len(compared):
        return []
    database.execute("DELETE FROM raw WHERE rowid = ?", [row])
    return [f"The last row, {word!r}, sums up the others and was left out."]


def last_row(text: Text, delimiter: str) -> tuple[int, str]:
    """Return where in a text its last line with something in it begins, in bytes, and its first field."""
    size = text.path.stat().st_size
    with text.path.open("rb") as file:
        file.seek(max(0, size - LONGEST_LINE_BYTES))
        tail = file.read()
    filled = tail.rstrip(b' \n"' + delimiter.encode())
    start = filled.rfind(b"\n") + 1
    first, *_ = filled[start:].decode("utf-8", "replace").strip('" ' + delimiter).split(delimiter)
    return size - len(tail) + start, first.strip(' "')


def is_sum_word(field: str) -> bool:
    """Whether a row that begins so may be a total."""
    return field.rstrip(": ").casefold() in SUM_WORDS


def _is_sum(database: duckdb.DuckDBPyConnection, column: str, row: int, delimiter: str) -> bool:
    """Whether the last field of a column is the sum of those above."""
    found = database.execute(f"SELECT {column} FROM raw ORDER BY rowid DESC LIMIT 1000").fetchall()
    number = find_number_format([text for (text,) in found if text], delimiter).sql(column)
    above, last = database.execute(
        f"SELECT sum({number}) FILTER (rowid < $1), max({number}) FILTER (rowid = $1) FROM raw",
        [row],
    ).fetchone()
    return None not in {above, last} and abs(above - last) <= ROUNDING * max(above, 1)
