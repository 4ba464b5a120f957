"""One sheet of an xlsx workbook as CSV, row by row, so that memory stays small.

Only what a table needs is understood: shared and inline text, numbers, and which numbers are dates.
Part names and attributes are those of ECMA-376, part 1.
"""

import csv
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

from dashboard.errors import ReadError

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
EPOCH = datetime(1899, 12, 30)  # of serial dates, as spreadsheets count them
EPOCH_1904 = datetime(1904, 1, 1)


def write_sheet(workbook: Path, target: Path, sheet: str | None) -> Path:
    """Write one sheet, the first by default, as CSV. Raises ReadError."""
    try:
        with zipfile.ZipFile(workbook) as archive:
            part, epoch = _find_sheet(archive, sheet)
            shared, dated = _shared_texts(archive), _date_styles(archive)
            with target.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out, lineterminator="\n")
                rows = _rows(archive, part, shared, dated, epoch)
                width = 0
                for row in rows:
                    while row and not row[-1]:  # cells that are only coloured
                        row.pop()
                    width = max(width, len(row))
                    writer.writerow(row + [""] * (width - len(row)))
    except (zipfile.BadZipFile, ET.ParseError, KeyError, ValueError, IndexError) as error:
        raise ReadError(
            "The xlsx file is damaged or of an unknown kind. Save it again, or save it as CSV."
        ) from error
    return target


def _find_sheet(archive: zipfile.ZipFile, wanted: str | None) -> tuple[str, datetime]:
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - entities are off
    relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = {
        sheet.get("name", ""): targets[sheet.get(RELATION)]
        for sheet in book.iter(f"{NAMESPACE}sheet")
    }
    if wanted is not None and wanted not in sheets:
        raise ReadError(f"There is no sheet {wanted!r}. The file has: {', '.join(sheets)}.")
    target = sheets[wanted] if wanted is not None else next(iter(sheets.values()))
    properties = book.find(f"{NAMESPACE}workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part, EPOCH_1904 if is_1904 else EPOCH


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


def _rows(
    archive: zipfile.ZipFile, part: str, shared: list[str], dated: set[int], epoch: datetime
) -> Iterator[list[str]]:
    """The rows in order; those that the sheet leaves out come as empty ones."""
    expected = 1
    with archive.open(part) as file:
        for _, element in ET.iterparse(file):  # noqa: S314 - entities are off
            if element.tag != f"{NAMESPACE}row":
                continue
            number = int(element.get("r", expected))
            yield from ([] for _ in range(min(number - expected, 1_000_000)))
            row: list[str] = []
            for cell in element.iter(f"{NAMESPACE}c"):
                position = _position(cell.get("r"), len(row))
                row += [""] * (position - len(row))
                row.append(_value(cell, shared, dated, epoch))
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


def _value(cell: ET.Element, shared: list[str], dated: set[int], epoch: datetime) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    raw = cell.findtext(f"{NAMESPACE}v", "")
    if kind == "s" and raw:
        return shared[int(raw)]
    if kind == "n" and raw and int(cell.get("s", "0")) in dated:
        moment = epoch + timedelta(seconds=round(float(raw) * 86_400))
        return (
            moment.isoformat(sep=" ")
            if moment.time() != moment.min.time()
            else f"{moment:%Y-%m-%d}"
        )
    return raw


def _text(element: ET.Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{NAMESPACE}t"))
