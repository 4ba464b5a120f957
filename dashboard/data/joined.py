"""Several files as one: their rows one after another, of each of which it is known where it came from."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.data.dialect import Dialect
from dashboard.data.endings import cut_remark, is_sum_word, last_row
from dashboard.data.reading import Reading
from dashboard.data.source import Source, open_source
from dashboard.data.table import load_table
from dashboard.data.text import Text
from dashboard.data.unpack import Container, find_container
from dashboard.errors import ReadError

BATCH_ROWS = 1 << 16
SHOWN = 3  # names of files in a note
TEXT = pa.StringScalar, pa.LargeStringScalar, pa.DictionaryScalar
FIRST_ROW = 2  # the line of the first row of a Parquet file, where the header would be line 1


@dataclass(frozen=True)
class Piece:
    """What came of one file. line: on which its rows begin in the whole; own_line: in the file itself."""

    name: str
    line: int
    own_line: int


@dataclass(frozen=True)
class Joined:
    """path: a file with the rows of all, in UTF-8 where it is text. pieces: in their order.

    notes: what was left out of which files, in sentences.
    """

    path: Path
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...] = ()

    @contextmanager
    def naming_files(self) -> Iterator[None]:
        """Let a refusal name the file and the line in it."""
        try:
            yield
        except ReadError as error:
            raise self._with_file(error) from error

    def _with_file(self, error: ReadError) -> ReadError:
        if error.line is None:
            return error
        piece = next(
            (one for one in reversed(self.pieces) if one.line <= error.line), self.pieces[0]
        )
        line = error.line - piece.line + piece.own_line
        told = re.sub(
            rf"([Ll]ine) {error.line}\b", rf"\1 {line} of {piece.name}", str(error), count=1
        )
        return ReadError(told, line=line, column=error.column, value=error.value)


def join_files(files: Sequence[Path], folder: Path, reading: Reading) -> Joined:
    """Write the rows of text or Parquet files, at least one, into one file in a folder.

    Raises ReadError where a file is no table, or has other columns than the first.
    """
    kinds = []
    for file in files:
        with _naming(file):
            kinds.append(find_container(file))
    if Container.XLSX in kinds or len(set(kinds)) > 1:
        raise ReadError(
            f"{files[0].name} and the files beside it cannot be read as one: "
            "all have to be CSV files, or all Parquet files."
        )
    if kinds[0] is Container.PARQUET:
        return _join_parquet(files, folder / "joined.parquet", reading)
    return _join_texts(files, folder / "joined.csv", reading)


def _join_texts(files: Sequence[Path], target: Path, reading: Reading) -> Joined:
    pieces: list[Piece] = []
    notes: dict[str, list[str]] = {}  # of each note the files
    first: Dialect | None = None
    line = 1
    with target.open("wb") as out:
        for file in files:
            with _naming(file), open_source(file, reading) as source:
                skipped = 0 if first is None else source.dialect.skip_lines
                first = first or source.dialect
                _check_columns(source.dialect, first, files[0].name)
                pieces.append(Piece(file.name, line, skipped + 1))
                text, end, told = _without_ending(source)
                line += _copy(text, skipped, end, out)
                for note in told:
                    notes.setdefault(note, []).append(file.name)
    return Joined(target, tuple(pieces), tuple(_of_files(*each) for each in notes.items()))


def _without_ending(source: Source) -> tuple[Text, int, list[str]]:
    """Return a text, where in it the rows have ended, in bytes, and what was left out, in sentences."""
    delimiter = source.dialect.delimiter
    text, notes = source.text, [*source.notes]
    if len(source.dialect.columns) > 1:
        text, cut = cut_remark(text, source.folder, delimiter)
        notes += cut
    start, field = last_row(text, delimiter)
    if is_sum_word(field) and (cut := load_table(replace(source, text=text, notes=())).notes):
        return text, start, [*notes, *cut]  # it took all rows above to tell
    return text, text.path.stat().st_size, notes


def _copy(text: Text, skipped: int, end: int, out: BinaryIO) -> int:
    """Copy whole lines up to a byte, and return how many they are."""
    lines = 0
    with text.path.open("rb") as rows:
        for _ in range(skipped):
            rows.readline()
        last = b"\n"
        while read := rows.read(min(1 << 20, end - rows.tell())):
            out.write(read)
            lines += read.count(b"\n")
            last = read
    if not last.endswith(b"\n"):
        out.write(b"\n")
        lines += 1
    return lines


def _check_columns(dialect: Dialect, first: Dialect, name: str) -> None:
    alike = dialect.delimiter == first.delimiter and dialect.columns == first.columns
    if not alike or dialect.has_header != first.has_header:
        raise ReadError(
            f"its columns are {_listed(dialect.columns)}, parted by {dialect.delimiter!r}, and those of "
            f"{name} {_listed(first.columns)}, parted by {first.delimiter!r}. "
            "Files that are read as one have the same columns."
        )


def _join_parquet(files: Sequence[Path], target: Path, reading: Reading) -> Joined:
    pieces: list[Piece] = []
    notes: dict[str, list[str]] = {}  # of each note the files
    line, schema = FIRST_ROW, None
    writer: pq.ParquetWriter | None = None
    for file in files:
        with _naming(file), _damage_told(), pq.ParquetFile(file) as source:
            schema = schema or source.schema_arrow
            if source.schema_arrow.names != schema.names:
                raise ReadError(
                    f"its columns are {_listed(source.schema_arrow.names)}, and those of {files[0].name} "
                    f"{_listed(schema.names)}. Files that are read as one have the same columns."
                )
            writer = writer or pq.ParquetWriter(target, schema)
            pieces.append(Piece(file.name, line, FIRST_ROW))
            told = _notes_on_total(file, source, reading)
            left = source.metadata.num_rows - len(told)
            line += left
            for batch in source.iter_batches(BATCH_ROWS):
                writer.write_table(pa.Table.from_batches([batch[:left]]).cast(schema))
                left -= min(left, len(batch))
            for note in told:
                notes.setdefault(note, []).append(file.name)
    writer.close()
    return Joined(target, tuple(pieces), tuple(_of_files(*each) for each in notes.items()))


def _notes_on_total(file: Path, source: pq.ParquetFile, reading: Reading) -> tuple[str, ...]:
    """Return a note where the last row sums up the others, else none."""
    if not source.metadata.num_rows or not is_sum_word(_last_word(source)):
        return ()
    with open_source(file, reading) as whole:
        return load_table(whole).notes


def _last_word(source: pq.ParquetFile) -> str:
    """Return the first field of the last row, where that is text."""
    for column in source.read_row_group(source.num_row_groups - 1).columns:
        field = column[-1]
        if field.is_valid:
            return str(field).strip() if isinstance(field, TEXT) else ""
    return ""


def _of_files(note: str, names: list[str]) -> str:
    """Say of which files a note is."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{_listed(names[:SHOWN])}{more}: {note}"


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except pa.ArrowException as error:
        raise ReadError(
            "it is damaged, or its columns hold something else than those of the first file. Write it again."
        ) from error


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Let a refusal begin with the name of the file."""
    try:
        yield
    except ReadError as error:
        raise ReadError(
            f"{file.name}: {error}", line=error.line, column=error.column, value=error.value
        ) from error


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(columns)
