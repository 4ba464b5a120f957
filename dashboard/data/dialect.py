"""How a text is cut into a table: its delimiter, where it begins, and whether it has a header."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from dashboard.data.limits import LIMITS
from dashboard.data.numbers import undressed
from dashboard.data.times import looks_like_time, whole_number
from dashboard.errors import NoTableError, ReadError

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_RECORDS = 400
PREAMBLE_RECORDS = 30
HEADER_LINES = 20  # more are an open quote
FEW = 3  # numbers in a row that are no chance
MOST = 0.6  # of the fields
COMPACT_DATE = re.compile(r"(19|20|21)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
FIELD_CHARACTERS = 1 << 25
NUMBER = re.compile(r"[+-]?[\d.,' \u00a0\u202f]*\d([eE][+-]?\d+)?")
SEPARATOR_LINE = re.compile(r'"?sep=([,;|\t])"?\n', re.IGNORECASE)  # as spreadsheets write it
csv.field_size_limit(FIELD_CHARACTERS)


@dataclass(frozen=True)
class Record:
    """One row of fields, with the lines it stands on; the first line is 1."""

    fields: list[str]
    first_line: int
    last_line: int


@dataclass(frozen=True)
class Dialect:
    """How to cut a text. `skip_lines` come before the first row of data, the header among them.

    columns: names, each once. written: the same to the letter. spare: so many empty fields may
    follow the last column in some rows.
    """

    delimiter: str
    columns: tuple[str, ...]
    written: tuple[str, ...]
    skip_lines: int
    has_header: bool
    spare: int = 0

    def trim(self, fields: list[str]) -> list[str]:
        """Return fields without the spare empty ones at the end."""
        width = len(self.columns)
        spare = fields[width:]
        return fields[:width] if len(spare) <= self.spare and not any(spare) else fields


def find_dialect(head: str, delimiter: str | None = None) -> Dialect:
    """Find the dialect from a text's beginning. Raises ReadError where there is no table."""
    told = SEPARATOR_LINE.match(head)
    if delimiter is None:
        delimiter = (
            told.group(1) if told else max(DELIMITERS, key=lambda mark: _regularity(head, mark))
        )
    records = [record for record in records_of(head, delimiter) if any(record.fields)]
    records = _without_comments(records[1:] if told else records)
    if not records:
        raise NoTableError("The file is empty. Upload a file with a header and one row per count.")
    width, spare = _width(records)
    if width > LIMITS.columns:
        raise ReadError(
            f"Line {records[0].first_line} has {width:,} columns; {LIMITS.columns:,} are the most "
            "that can be read. Upload the counts in the long form: user, time, count.",
            line=records[0].first_line,
        )
    start = 0 if spare else _beginning(records, width)
    first = records[start]
    if first.last_line - first.first_line >= HEADER_LINES:
        raise ReadError(
            f"Line {first.first_line} opens a quote that is never closed. Close or remove it.",
            line=first.first_line,
        )
    rest = [record.fields[:width] for record in records[start + 1 :]]
    has_header = _is_header(first.fields[:width], rest)
    names = first.fields[:width] if has_header else [f"column {n}" for n in range(1, width + 1)]
    return Dialect(
        delimiter=delimiter,
        columns=distinct_names(names),
        written=_written(names),
        skip_lines=first.last_line if has_header else first.first_line - 1,
        has_header=has_header,
        spare=spare,
    )


def records_of(text: str, delimiter: str, most: int = SAMPLE_RECORDS) -> Iterator[Record]:
    """Cut the first records of a text; a last one that may be cut short is left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 0
    try:
        for number, fields in enumerate(reader):
            if number >= most:
                return
            yield Record(fields, line + 1, reader.line_num)
            line = reader.line_num
    except csv.Error:
        return


def distinct_names(names: list[str]) -> tuple[str, ...]:
    """Return names without spaces around them, none empty, none twice."""
    seen: Counter[str] = Counter()
    distinct = []
    for position, raw in enumerate(names, start=1):
        name = raw.strip() or f"column {position}"
        seen[name] += 1
        while seen[name] > 1 and f"{name} ({seen[name]})" in seen:
            seen[name] += 1
        chosen = name if seen[name] == 1 else f"{name} ({seen[name]})"
        seen[chosen] += chosen != name
        distinct.append(chosen)
    return tuple(distinct)


def _written(names: list[str]) -> tuple[str, ...]:
    """The names to the letter, but for a blank that follows every delimiter."""
    spaced = all(name.startswith(" ") for name in names[1:])
    return tuple(name[1:] if spaced and place else name for place, name in enumerate(names))


def _regularity(head: str, delimiter: str) -> tuple[float, int]:
    """How many records have the usual number of fields, and that number; one field is none."""
    records = [record for record in records_of(head, delimiter) if any(record.fields)]
    if not records:
        return (0.0, 0)
    width = _usual_width(records)
    if width == 1:
        return (0.0, 1)
    share = sum(len(record.fields) == width for record in records) / len(records)
    return (round(share, 2), width)


def _usual_width(records: list[Record]) -> int:
    return Counter(len(record.fields) for record in records).most_common(1)[0][0]


def _width(records: list[Record]) -> tuple[int, int]:
    """Return how many columns there are, and how many empty fields may follow them in some rows."""
    usual, first = _usual_width(records), len(records[0].fields)
    least, most = sorted((usual, first))
    if least < most and not any(any(record.fields[least:]) for record in records[1:]):
        return least, most - least
    return usual, 0


def _without_comments(records: list[Record]) -> list[Record]:
    """Drop first records that begin with `#`; the last of them stays where it is the header."""
    first = next((n for n, record in enumerate(records) if record.fields[0][:1] != "#"), 0)
    if not first or _is_header(records[first].fields, [r.fields for r in records[first + 1 :]]):
        return records[first:]
    heads = len(records[first - 1].fields) == len(records[first].fields)
    return records[first - heads :]


def _beginning(records: list[Record], width: int) -> int:
    """Where the table begins: the first two records in a row that are as wide as most."""
    near = records[: PREAMBLE_RECORDS + 1]
    fitting = [position for position, record in enumerate(near) if len(record.fields) == width]
    rest = [record.fields for record in records[-SAMPLE_RECORDS // 2 :]]
    for position in fitting:
        if len(near[position + 1 : position + 2]) and len(near[position + 1].fields) == width:
            first = fitting[0]
            if first < position and not _is_header(near[position].fields, rest):
                return first if _is_header(near[first].fields, rest) else position
            return position
    return next(i for i, record in enumerate(records) if len(record.fields) == width)


def _is_header(first: list[str], rest: list[list[str]]) -> bool:
    """Whether the first record names the columns instead of filling them."""
    if _names_steps(first):
        return True
    sample = [fields for fields in rest[:50] if len(fields) == len(first)]
    if not sample:
        return not any(_kind(field) == "number" for field in first)
    usual = [_usual_kind(column) for column in zip(*sample, strict=True)]
    telling = [
        _kind(field) == kind
        for field, kind in zip(first, usual, strict=True)
        if kind in {"number", "time"} and field.strip()
    ]
    return not (telling and all(telling))


def _names_steps(fields: list[str]) -> bool:
    """Whether most fields are whole numbers that go up one by one, or dates such as 20240131."""
    numbers = [number for field in fields if (number := whole_number(field)) is not None]
    if len(numbers) < FEW or len(numbers) < MOST * len(fields):
        return False
    pairs = list(pairwise(numbers))
    if all(after == before + 1 for before, after in pairs):
        return True
    dates = [COMPACT_DATE.fullmatch(str(number)) for number in numbers]
    return all(dates) and all(after > before for before, after in pairs)


def _usual_kind(column: tuple[str, ...]) -> str:
    kinds = Counter(_kind(field) for field in column)
    kinds.pop("empty", None)
    return kinds.most_common(1)[0][0] if kinds else "empty"


def _kind(field: str) -> str:
    text = field.strip()
    if not text:
        return "empty"
    if text.isdecimal():
        return "number"
    if looks_like_time(text):  # before numbers, as which 20.02.2024 would pass
        return "time"
    return "number" if NUMBER.fullmatch(undressed(text)) else "text"
