"""A workbook is read back as a spreadsheet would: by its own parts, and by the app's reader."""

import csv
import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd

from dashboard.data.sheets import write_sheet
from dashboard.runs.results import Results
from dashboard.runs.views import Query
from dashboard.sharing.exports import Extract, exports_of
from dashboard.sharing.workbook import LONGEST_TEXT, workbook_bytes
from tests.charts.made_up import HOSTILE
from tests.runs.conftest import NAMES

SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_sheet(book: bytes, sheet: str, folder: Path) -> list[dict[str, str]]:
    (folder / "book.xlsx").write_bytes(book)
    write_sheet(folder / "book.xlsx", folder / "sheet.csv", sheet)
    with (folder / "sheet.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def parts_of(book: bytes) -> dict[str, ET.Element]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return {
            name: ET.fromstring(archive.read(name))  # noqa: S314 - written a moment ago
            for name in archive.namelist()
            if name.startswith("xl/worksheets/sheet")
        }


def test_a_run_becomes_a_workbook_of_its_tables_and_settings(
    results: Results, tmp_path: Path
) -> None:
    extract = Extract(results, results.view(Query(top=5)), whole=True)
    (export,) = exports_of(extract, "xlsx")
    book = export.make()
    users, days, cells, findings, settings = (
        read_sheet(book, sheet, tmp_path)
        for sheet in ("users", "days", "cells", "findings", "settings")
    )
    assert findings[0]["user"] == "a,b"
    assert set(NAMES) <= {row["user"] for row in users}
    assert days[0]["time"].startswith("2026-03-01")
    assert len(cells) == 640
    assert {row["name"] for row in settings} >= {"Seed", "Model", "Dataset", "Repeat it by command"}


def test_texts_are_never_formulas_or_links(tmp_path: Path) -> None:
    names = [*HOSTILE, "=HYPERLINK(1)", "http://evil.example", "mailto:a@b.example", "x" * 40_000]
    book = workbook_bytes({"users": pd.DataFrame({"user": names, "n": range(len(names))})})
    (sheet,) = parts_of(book).values()
    assert not list(sheet.iter(f"{SPREADSHEET}f"))
    assert not list(sheet.iter(f"{SPREADSHEET}hyperlink"))
    shown = [row["user"] for row in read_sheet(book, "users", tmp_path)]
    assert shown == [name[:LONGEST_TEXT] for name in names]


def test_numbers_and_times_keep_their_kind_and_gaps_stay_empty() -> None:
    table = pd.DataFrame(
        {
            "score": [1.5, np.nan, np.inf],
            "time": pd.to_datetime(["2026-03-01", None, "2026-03-02"]),
            "name": ["007", None, "x"],
        }
    )
    (sheet,) = parts_of(workbook_bytes({"one": table})).values()
    cells = {cell.get("r"): cell for cell in sheet.iter(f"{SPREADSHEET}c")}
    assert {place for place in cells if place[1:] != "1"} == {"A2", "B2", "C2", "B4", "C4"}
    assert cells["A2"].findtext(f"{SPREADSHEET}v") == "1.5"
    assert cells["B2"].findtext(f"{SPREADSHEET}v") == "46082"  # days since 30 December 1899
    assert cells["C2"].get("t") == "inlineStr"


def test_dates_before_a_spreadsheets_first_are_text(tmp_path: Path) -> None:
    book = workbook_bytes({"one": pd.DataFrame({"time": pd.to_datetime(["1850-01-01"]), "n": [1]})})
    assert read_sheet(book, "one", tmp_path)[0]["time"].startswith("1850-01-01")
