"""The rows of a clean text, cut into fields by NumPy, chunk by chunk; here, or part by part elsewhere.

A field may stand in quotes, if it holds none.

A chunk of it lies between bytes of zeros, so that the eight bytes before and behind any place can be
taken as one number, a word.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

CHUNK = 1 << 20
PART_BYTES = 32 * CHUNK  # some million rows
NEWLINE, QUOTE = ord("\n"), ord('"')
MOST_WORDS = 16  # of a text
PADDING = bytes(8 * MOST_WORDS)
FIRST_BYTES = np.array([(1 << 8 * number) - 1 for number in range(9)], np.uint64)


class NotPlainError(Exception):
    """Something in the file is out of the ordinary: it has to be read as text, cell by cell."""


class UnseenError(Exception):
    """Where a file was to be read there is none at its path, or another one."""


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


@dataclass(frozen=True)
class Body:
    """The rows of a file, or some of them: those between two of its bytes.

    origin: the byte from which chunks are counted. stamp: the size of the file and when it was changed.
    """

    path: Path
    stamp: tuple[int, int]
    origin: int
    first: int
    last: int
    columns: tuple[str, ...]
    delimiter: str

    def cut(self, characters: np.ndarray) -> dict[str, Fields]:
        """Cut a chunk into its columns. Raises NotPlainError where a row is no row of fields."""
        marks = characters == NEWLINE
        lines = np.count_nonzero(marks)
        marks |= characters == ord(self.delimiter)
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
        for read in self.pieces():
            end = read.rfind(b"\n") + 1
            if end:
                yield np.frombuffer(b"".join((PADDING, rest, read[:end], PADDING)), np.uint8)
                rest = b""
            rest += read[end:]
            if len(rest) > CHUNK:
                raise NotPlainError
        if rest:
            yield np.frombuffer(b"".join((PADDING, rest, b"\n", PADDING)), np.uint8)

    def parts(self) -> list["Body"]:
        """Cut it where chunks of it end, so that the chunks of all parts are its own.

        Raises NotPlainError where a line is too long for that.
        """
        bounds = [self.first]
        with self.path.open("rb") as file:
            for place in range(self.first + PART_BYTES, self.last, PART_BYTES):
                file.seek(place - CHUNK)
                end = file.read(CHUNK).rfind(b"\n") + 1
                if not end:
                    raise NotPlainError
                bounds.append(place - CHUNK + end)
        bounds.append(self.last)
        return [replace(self, first=first, last=last) for first, last in pairwise(bounds)]

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the rows, up to a whole number of pieces from the origin at a time."""
        second = self.first + CHUNK - (self.first - self.origin) % CHUNK
        with self.path.open("rb") as file:
            file.seek(self.first)
            for first, last in pairwise([self.first, *range(second, self.last, CHUNK), self.last]):
                yield file.read(last - first)

    def check_seen(self) -> None:
        """Raise UnseenError where the file is not the one that was looked at, OSError where it is not there."""
        if stamp_of(self.path) != self.stamp:
            raise UnseenError


def stamp_of(path: Path) -> tuple[int, int]:
    """Return the size of a file, and when it was changed, in nanoseconds."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns
