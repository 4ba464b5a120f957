"""The records of a clean text one by one, with the lines they stand on."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.data.dialect import Dialect
from dashboard.data.text import Text
from dashboard.errors import ReadError


@contextmanager
def open_body(path: Path, dialect: Dialect) -> Iterator[object]:
    """Open what follows the header, as a reader of its records."""
    with path.open(encoding="utf-8", newline="") as file:
        for _ in range(dialect.skip_lines):
            file.readline()
        yield csv.reader(file, delimiter=dialect.delimiter, strict=True)


def explain_misfit(text: Text, dialect: Dialect, cause: Exception | None = None) -> None:
    """Raise ReadError for the first record that does not fit; found by reading it again, slowly."""
    width = len(dialect.columns)
    before = dialect.skip_lines
    with open_body(text.path, dialect) as reader:
        while True:
            line = dialect.skip_lines + reader.line_num + 1
            try:
                fields = next(reader, None)
            except csv.Error as error:
                raise _open_quote(line) from error
            if fields is None:
                break
            if fields and len(dialect.trim(fields)) != width:
                if dialect.skip_lines + reader.line_num > line + 1:
                    raise _open_quote(line) from cause
                raise ReadError(
                    f"Line {line} has {len(fields)} field{'s' * (len(fields) > 1)} where {width} are expected: "
                    f"{dialect.delimiter.join(fields)[:80]!r}. Correct that line.",
                    line=line,
                ) from cause
            before = line
    raise ReadError(
        f"The file cannot be read as a table of {width} columns around line {before}. "
        "Check the quotes and the delimiter."
    ) from cause


def _open_quote(line: int) -> ReadError:
    return ReadError(
        f"Line {line} opens a quote that is never closed. Close or remove it.", line=line
    )


def record_lines(path: Path, dialect: Dialect) -> Iterator[int]:
    """The lines on which the rows of data begin."""
    with open_body(path, dialect) as reader:
        line = dialect.skip_lines + 1
        for fields in reader:
            if any(fields):
                yield line
            line = dialect.skip_lines + reader.line_num + 1


def sheet_rows(path: Path, dialect: Dialect) -> Iterator[int]:
    """The rows of a sheet, counted from 1, in which the rows of data stand."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        for number, fields in enumerate(reader, start=1):
            if reader.line_num > dialect.skip_lines and any(fields):
                yield number
