"""The text of a file as clean UTF-8 with plain line ends, for everything that follows."""

import io
import itertools
import re
from dataclasses import dataclass
from pathlib import Path

from dashboard.data.encoding import find_encoding, is_clean
from dashboard.data.unpack import open_text
from dashboard.errors import NoTableError, ReadError

CHUNK = 1 << 20
HEAD_CHARACTERS = 1 << 21
NOT_TABLES = {
    re.compile(r"\s*<(!doctype|html|\?xml|svg)", re.IGNORECASE): "HTML or XML",
    re.compile(r'\s*(\{\s*"|\[\s*[\[{])'): "JSON",
}


@dataclass(frozen=True)
class Text:
    """A UTF-8 file without NUL and carriage returns, the encoding it had, and its beginning."""

    path: Path
    encoding: str
    head: str


def clean_text(source: Path, folder: Path, encoding: str | None = None) -> Text:
    """Return `source` itself where it is clean, else write its text, unpacked and decoded, into `folder`.

    Memory stays small whatever the size. Raises ReadError naming the line of a NUL or of bytes that
    the encoding does not have.
    """
    clean = source
    if encoding not in {None, "utf-8"} or not is_clean(source):
        clean = folder / "clean.csv"
        encoding = _write_clean(source, clean, encoding)
    with clean.open(encoding="utf-8", newline="") as file:
        head = file.read(HEAD_CHARACTERS)
    _check(head)
    return Text(clean, encoding or "utf-8", head)


def _write_clean(source: Path, target: Path, encoding: str | None) -> str:
    """Write the text of a file, unpacked and decoded; return its encoding."""
    if encoding is None:
        with open_text(source) as stream:
            encoding = find_encoding(stream)
    try:
        with open_text(source) as stream, target.open("w", encoding="utf-8", newline="") as out:
            _copy(io.TextIOWrapper(io.BufferedReader(stream, CHUNK), encoding, newline=None), out)
    except LookupError as error:
        raise ReadError(f"There is no encoding {encoding!r}. Choose one such as utf-8.") from error
    except UnicodeError as error:
        raise ReadError(
            f"The file is not valid {encoding}. Choose another encoding, such as cp1252."
        ) from error
    return encoding


def _copy(stream: io.TextIOWrapper, out: io.TextIOBase) -> None:
    line = 1
    for chunk in iter(lambda: stream.read(CHUNK), ""):
        if "\0" in chunk:
            line += chunk[: chunk.index("\0")].count("\n")
            raise ReadError(
                f"Line {line} holds a NUL character, which no text has. "
                "Export the file again as plain text.",
                line=line,
                value="\\0",
            )
        line += chunk.count("\n")
        out.write(chunk)


def _check(head: str) -> None:
    if not head.strip():
        raise NoTableError("The file is empty. Upload a file with a header and one row per count.")
    for pattern, name in NOT_TABLES.items():
        if pattern.match(head):
            raise NoTableError(f"This is {name}, not a table. Export the counts as CSV.")
    longest = max(map(len, itertools.islice(io.StringIO(head), 1_000)))
    if longest == HEAD_CHARACTERS:
        raise ReadError(
            f"Line 1 is longer than {HEAD_CHARACTERS:,} characters, so there are too many columns. "
            "Upload the counts in the long form: user, time, count."
        )
