"""A clean text of which every line is a row: cut into fields by NumPy, chunk by chunk.

A field may stand in quotes, if it holds none.

A chunk of it lies between bytes of zeros, so that the eight bytes before and behind any place can be
taken as one number, a word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import numpy as np

from dashboard.data.dialect import DELIMITERS
from dashboard.data.source import Source
from dashboard.data.table import Table

CHUNK = 1 << 20
BLOCK = 1 << 14  # bytes, for each of which it is known how many lines end before
NEWLINE, QUOTE = ord("\n"), ord('"')
MOST_WORDS = 16  # of a text
QUOTED = re.compile(r'^"([^"]*)"$')
PADDING = bytes(8 * MOST_WORDS)
FIRST_BYTES = np.array([(1 << 8 * number) - 1 for number in range(9)], np.uint64)


class NotPlainError(Exception):
    """Something in the file is out of the ordinary: it has to be read as text, cell by cell."""


@dataclass(frozen=True)
class Fields:
    """One column of a chunk: where among its characters each field starts, and where it has ended."""

    characters: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def words_at(self, places: np.ndarray) -> np.ndarray:
        """Return the eight bytes from each place on as a number, of which the first byte is the lowest."""
        return self._at(places, 1)

    def _at(self, places: np.ndarray, number: int) -> np.ndarray:
        """Return so many words from each place on, one after another."""
        shape, kind = len(self.characters) - 8 * number + 1, f"V{8 * number}"
        return np.ndarray(shape, kind, self.characters, strides=(1,))[places].view("<u8")

    def words(self) -> np.ndarray:
        """Return the texts, (words, fields): eight bytes in each word, and zeros behind a text's end."""
        lengths = self.ends - self.starts
        shortest, longest = lengths.min(), lengths.max()
        if longest > len(PADDING):
            raise NotPlainError
        if shortest == longest:
            lengths = longest
        number = max(1, -(-int(longest) // 8))
        words = np.ascontiguousarray(self._at(self.starts, number).reshape(-1, number).T)
        for place in range(shortest // 8, number):
            words[place] &= FIRST_BYTES[np.clip(lengths - 8 * place, 0, 8)]
        return words


@dataclass(frozen=True, kw_only=True)
class Plain(Table):
    """A table of which nothing is loaded.

    first, last: the bytes of the file at which its rows begin and have ended. lines_before: how many
    lines end before each block of them, and before their last.
    """

    first: int
    last: int
    lines_before: np.ndarray

    def rows(self) -> int:
        """Return the number of rows."""
        return int(self.lines_before[-1]) + 1

    def cut(self, characters: np.ndarray) -> dict[str, Fields]:
        """Cut a chunk into its columns. Raises NotPlainError where a row is no row of fields."""
        marks = characters == NEWLINE
        lines = np.count_nonzero(marks)
        marks |= characters == ord(self.dialect.delimiter)
        places = np.flatnonzero(marks)
        if len(places) != lines * len(self.columns):
            raise NotPlainError
        ends = np.ascontiguousarray(places.reshape(lines, -1).T)
        if (characters[ends[-1]] != NEWLINE).any():
            raise NotPlainError
        starts = np.empty_like(ends)
        np.add(ends[:-1], 1, out=starts[1:])
        np.add(ends[-1, :-1], 1, out=starts[0, 1:])
        starts[0, 0] = len(PADDING)
        if quotes := np.count_nonzero(characters == QUOTE):
            within = (characters[starts] == QUOTE) & (characters[ends - 1] == QUOTE)
            within &= ends - starts > 1
            if quotes != 2 * np.count_nonzero(within):
                raise NotPlainError
            starts, ends = starts + within, ends - within
        return {
            name: Fields(characters, *bounds)
            for name, *bounds in zip(self.columns, starts, ends, strict=True)
        }

    def chunks(self) -> Iterator[np.ndarray]:
        """The characters of the rows, whole lines at a time, between bytes of zeros."""
        rest = b""
        for read in _pieces(self.text.path, self.first, self.last):
            end = read.rfind(b"\n") + 1
            if end:
                yield np.frombuffer(b"".join((PADDING, rest, read[:end], PADDING)), np.uint8)
                rest = b""
            rest += read[end:]
            if len(rest) > CHUNK:
                raise NotPlainError
        yield np.frombuffer(b"".join((PADDING, rest, b"\n", PADDING)), np.uint8)

    def _sampled(self) -> list[list[str | None]]:
        return self._sampled_once

    @cached_property
    def _sampled_once(self) -> list[list[str | None]]:
        step, early, most = self._spread()
        rows = sorted({*range(0, self.rows(), step), *range(min(early, self.rows()))})[:most]
        with self.text.path.open("rb") as file:
            return [self._row(file, row) for row in rows]

    def _row(self, file: BinaryIO, row: int) -> list[str | None]:
        place = self.first
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
    last = _last_of(text.path, first)
    return Plain(
        source.database, dialect.columns, dialect.written, source.container, text, dialect,
        source.notes, first=first, last=last, lines_before=_count_lines(text.path, first, last),
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


def _count_lines(path: Path, first: int, last: int) -> np.ndarray:
    counts = [0]
    for read in _pieces(path, first, last):
        breaks = np.frombuffer(read, np.uint8) == NEWLINE
        counts += [
            np.count_nonzero(breaks[start : start + BLOCK]) for start in range(0, len(read), BLOCK)
        ]
    return np.cumsum(counts)


def _pieces(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        for start in range(first, last, CHUNK):
            yield file.read(min(CHUNK, last - start))
