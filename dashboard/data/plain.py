"""A table in a clean text of which every line is a row: nothing of it is loaded, and little looked at."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import numpy as np

from dashboard.data.body import CHUNK, NEWLINE, Body, NotPlainError, stamp_of
from dashboard.data.dialect import DELIMITERS
from dashboard.data.source import Source
from dashboard.data.table import Table

BLOCK = 1 << 14  # bytes, for each of which it is known how many lines end before
QUOTED = re.compile(r'^"([^"]*)"$')


@dataclass(frozen=True, kw_only=True)
class Plain(Table):
    """A table of which nothing is loaded.

    lines_before: how many lines end before each block of its body, and before the body's last line.
    """

    body: Body
    lines_before: np.ndarray

    def rows(self) -> int:
        """Return the number of rows."""
        return int(self.lines_before[-1]) + 1

    def _sampled(self) -> list[list[str | None]]:
        return self._sampled_once

    @cached_property
    def _sampled_once(self) -> list[list[str | None]]:
        step, early, most = self._spread()
        rows = sorted({*range(0, self.rows(), step), *range(min(early, self.rows()))})[:most]
        with self.text.path.open("rb") as file:
            return [self._row(file, row) for row in rows]

    def _row(self, file: BinaryIO, row: int) -> list[str | None]:
        place = self.body.first
        if row:
            block = int(np.searchsorted(self.lines_before, row)) - 1
            place += block * BLOCK
            file.seek(place)
            breaks = np.flatnonzero(np.frombuffer(file.read(BLOCK), np.uint8) == NEWLINE)
            place += int(breaks[row - self.lines_before[block] - 1]) + 1
        file.seek(place)
        fields = file.readline(CHUNK).rstrip(b"\n").decode().split(self.dialect.delimiter)
        if len(fields) != len(self.columns):
            raise NotPlainError
        return [QUOTED.sub(r"\1", field) or None for field in fields]


def open_plain(source: Source) -> Plain:
    """Return the table in a file, if it is plain. Raises NotPlainError."""
    text, dialect = source.text, source.dialect
    if text is None or dialect is None or dialect.spare or dialect.delimiter not in DELIMITERS:
        raise NotPlainError
    with text.path.open("rb") as file:
        for _ in range(dialect.skip_lines):
            file.readline()
        first = file.tell()
    path = text.path.resolve()
    body = Body(
        path,
        stamp_of(path),
        first,
        first,
        _last_of(path, first),
        dialect.columns,
        dialect.delimiter,
    )
    return Plain(
        source.database, dialect.columns, dialect.written, source.container, text, dialect,
        source.notes, body=body, lines_before=_count_lines(body),
    )  # fmt: skip


def _last_of(path: Path, first: int) -> int:
    """Where the last line with something in it ends."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(first, size - CHUNK))
        end = file.read().rstrip(b"\n")
    if not end:
        raise NotPlainError
    return max(first, size - CHUNK) + len(end)


def _count_lines(body: Body) -> np.ndarray:
    counts = [0]
    for read in body.pieces():
        breaks = np.frombuffer(read, np.uint8) == NEWLINE
        counts += [
            np.count_nonzero(breaks[start : start + BLOCK]) for start in range(0, len(read), BLOCK)
        ]
    return np.cumsum(counts)
