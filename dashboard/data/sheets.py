"""One sheet of an xlsx workbook as CSV, row by row, so that memory stays small.

Only what a table needs is understood: shared and inline text, numbers, and which numbers are dates.
Part names and attributes are those of ECMA-376, part 1.
"""

import csv
import errno
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

from dashboard.data.numbers import is_number
from dashboard.data.unpack import DAMAGE
from dashboard.errors import NoTableError, ReadError

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
EPOCH = datetime(1899, 12, 30)  # of serial dates, as spreadsheets count them
EPOCH_1904 = datetime(1904, 1, 1)
LEAST_ROWS = 3  # with a number beside something else, from which a sheet is a table
MOST_LISTED = 10
NO_WORKBOOK = "The xlsx file is damaged or of an unknown kind. Save it again, or save it as CSV."


@dataclass(frozen=True)
class _Workbook:
    """What the cells of every sheet refer to. sheets: the part of the archive, by name, in order."""

    archive: zipfile.ZipFile
    sheets: dict[str, str]
    epoch: datetime
    shared: list[str]
    dated: set[int]


def write_sheet(workbook: Path, target: Path, sheet: str | None) -> list[str]:
    """Write one sheet as CSV, by default the first that holds a table; return notes.

    Raises ReadError.
    """
    try:
        with zipfile.ZipFile(workbook) as archive:
            book = _open_workbook(archive)
            written = _write_chosen(book, target, sheet)
    except (*DAMAGE, ET.ParseError, LookupError, RuntimeError, OverflowError) as error:
        raise NoTableError(NO_WORKBOOK) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place in the file that cannot be
            raise
        raise NoTableError(NO_WORKBOOK) from error
    others = [repr(name) for name in book.sheets if name != written]
    listed = ", ".join(others[:MOST_LISTED]) + ", ..." * (len(others) > MOST_LISTED)
    return [f"The sheet {written!r} was read, and not: {listed}."] if others else []


def _write_chosen(book: _Workbook, target: Path, wanted: str | None) -> str:
    if wanted is not None and wanted not in book.sheets:
        raise ReadError(f"There is no sheet {wanted!r}. The file has: {', '.join(book.sheets)}.")
    first, *others = book.sheets
    if wanted is not None or not others:
        _write(book, wanted or first, target)
        return wanted or first
    for name in book.sheets:
        if _write(book, name, target) >= LEAST_ROWS:
            return name
    _write(book, first, target)
    return first


def _write(book: _Workbook, sheet: str, target: Path) -> int:
    """Write a sheet; return how many of its rows are like those of a table."""
    width = alike = 0
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for row in _rows(book, book.sheets[sheet]):
            while row and not row[-1]:  # cells that are only coloured
                row.pop()
            width = max(width, len(row))
            alike += len(row) > 1 and any(map(is_number, row))
            writer.writerow(row + [""] * (width - len(row)))
    return alike


def _open_workbook(archive: zipfile.ZipFile) -> _Workbook:
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - entities are off
    relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = {
        sheet.get("name", ""): _part(targets[sheet.get(RELATION)])
        for sheet in book.iter(f"{NAMESPACE}sheet")
    }
    properties = book.find(f"{NAMESPACE}workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    epoch = EPOCH_1904 if is_1904 else EPOCH
    return _Workbook(archive, sheets, epoch, _shared_texts(archive), _date_styles(archive))


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    with archive.open("xl/sharedStrings.xml") as file:
        texts = []
        for _, element in ET.iterparse(file):  # noqa: S314 - entities are off
            if element.tag == f"{NAMESPACE}si":
                texts.append(_text(element))
                element.clear()
        return texts


def _date_styles(archive: zipfile.ZipFile) -> set[int]:
    """Which cell styles show a number as a date."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    styles = ET.fromstring(archive.read("xl/styles.xml"))  # noqa: S314 - entities are off
    own = {
        int(form.get("numFmtId", "0"))
        for form in styles.iter(f"{NAMESPACE}numFmt")
        if re.search(
            r"[ymdhs]",
            re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", form.get("formatCode", "")),
            re.IGNORECASE,
        )
    }
    formats = styles.find(f"{NAMESPACE}cellXfs")
    return {
        position
        for position, form in enumerate(formats if formats is not None else ())
        if int(form.get("numFmtId", "0")) in DATE_FORMATS | own
    }


def _rows(book: _Workbook, part: str) -> Iterator[list[str]]:
    """The rows in order; those that the sheet leaves out come as empty ones."""
    expected = 1
    with book.archive.open(part) as file:
        for _, element in ET.iterparse(file):  # noqa: S314 - entities are off
            if element.tag != f"{NAMESPACE}row":
                continue
            number = int(element.get("r", expected))
            yield from ([] for _ in range(min(number - expected, 1_000_000)))
            row: list[str] = []
            for cell in element.iter(f"{NAMESPACE}c"):
                position = _position(cell.get("r"), len(row))
                row += [""] * (position - len(row))
                row.append(_value(cell, book))
            yield row
            expected = number + 1
            element.clear()


def _position(reference: str | None, following: int) -> int:
    """The column, from 0, of a reference such as `AB12`."""
    if not reference:
        return following
    position = 0
    for letter in reference.rstrip("0123456789"):
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1


def _value(cell: ET.Element, book: _Workbook) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    raw = cell.findtext(f"{NAMESPACE}v", "")
    if kind == "s" and raw:
        return book.shared[int(raw)]
    if kind == "n" and raw and int(cell.get("s", "0")) in book.dated:
        moment = book.epoch + timedelta(seconds=round(float(raw) * 86_400))
        return (
            moment.isoformat(sep=" ")
            if moment.time() != moment.min.time()
            else f"{moment:%Y-%m-%d}"
        )
    return raw


def _text(element: ET.Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{NAMESPACE}t"))
