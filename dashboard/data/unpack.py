"""From an uploaded file to the bytes of one table: what it is, by its first bytes, not its name."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from dashboard.data.limits import LIMITS
from dashboard.errors import NoTableError

STRANGERS = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"BM": "a bitmap picture",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"%PDF": "a PDF document",
    b"{\\rtf": "an RTF document",
    b"RIFF": "a sound, video or picture",
    b"ID3": "a sound",
    b"OggS": "a sound",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"SQLite format 3": "an SQLite database",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save it as .xlsx or .csv",
    b"7z\xbc\xaf": "a 7z archive; unpack it first",
    b"Rar!": "a RAR archive; unpack it first",
    b"BZh": "a bzip2 archive; unpack it first",
    b"\xfd7zXZ": "an xz archive; unpack it first",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive; unpack it first",
}
GZIP = b"\x1f\x8b"  # as archives begin; a zip by its first file, its end where it has none, or as one of several
ZIP = b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"
PACKED = GZIP, *ZIP
BESIDE = {".md", ".pdf", ".html", ".htm", ".png", ".jpg", ".json", ".xml", ".docx", ".ini", ".db"}
BESIDE_NAMES = ("readme", "read me", "license", "licence", "copying", "changelog")
CHUNK = 1 << 20
# What the libraries that unpack raise on damaged bytes, beside errors of the system
DAMAGE = (EOFError, ValueError, struct.error, zlib.error, zipfile.BadZipFile)


class Container(StrEnum):
    """What kind of file a table comes in."""

    TEXT = "text"
    PARQUET = "Parquet"
    XLSX = "xlsx"


def find_container(path: Path) -> Container:
    """Return what is in a file. Raises NoTableError where that is no table."""
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise NoTableError("The file is empty. Upload a file with a header and one row per count.")
    if head.startswith(b"PAR1"):
        return Container.PARQUET
    if head.startswith(ZIP) and _is_workbook(path):
        return Container.XLSX
    _refuse_strangers(head)
    return Container.TEXT


@contextmanager
def open_text(path: Path) -> Iterator[BinaryIO]:
    """Open the bytes of a text file, unpacked while they are read. Raises NoTableError."""
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        if head.startswith(GZIP):
            with gzip.open(file) as unpacked:
                yield _Bounded(unpacked, path.stat().st_size)
        elif head.startswith(ZIP):
            with _damage_told(), zipfile.ZipFile(file) as archive:
                inner = archive.open(_only_member(archive))
            with inner:
                yield _Bounded(inner, path.stat().st_size)
        else:
            yield file


@contextmanager
def _damage_told() -> Iterator[None]:
    """Refuse what breaks the libraries that unpack: these raise whatever they meet."""
    try:
        yield
    except RuntimeError as error:
        raise NoTableError(
            "The archive is encrypted or packed in a way that cannot be read. "
            "Pack it again without a password."
        ) from error
    except (*DAMAGE, OSError) as error:
        raise NoTableError(
            "The compressed file is damaged or cut short. Pack or upload it again."
        ) from error


class _Bounded(io.RawIOBase):
    """Unpacked bytes that stop with a sentence once there are too many of them."""

    def __init__(self, source: BinaryIO, packed_bytes: int) -> None:
        self._source = source
        self._packed_bytes = max(packed_bytes, 1)
        self._total = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        with _damage_told():
            data = self._source.read(len(buffer))
        if not self._total:
            _refuse_strangers(data[:16])
        buffer[: len(data)] = data
        self._total += len(data)
        self._check()
        return len(data)

    def _check(self) -> None:
        allowed = min(
            LIMITS.unpacked_bytes,
            max(LIMITS.expansion_from_bytes, LIMITS.expansion * self._packed_bytes),
        )
        if self._total > allowed:
            raise NoTableError(
                f"The compressed file unpacks to more than {allowed / 1e6:,.0f} MB, "
                "which is not allowed for its size. Upload it unpacked, or in parts."
            )


def _refuse_strangers(head: bytes) -> None:
    for magic, what in STRANGERS.items():
        if head.startswith(magic) and not (len(magic) == 2 and head.isascii()):  # noqa: PLR2004
            raise NoTableError(f"This is not a table but {what}.")


def _is_workbook(path: Path) -> bool:
    with _damage_told(), zipfile.ZipFile(path) as archive:
        return "xl/workbook.xml" in archive.namelist()


def left_out(path: Path) -> list[str]:
    """Return notes on what lies beside the table in an archive."""
    with path.open("rb") as file:
        if file.read(4) not in ZIP:
            return []
    with zipfile.ZipFile(path) as archive:
        table, members = _only_member(archive), _members(archive)
    others = ", ".join(repr(member.filename) for member in members if member is not table)
    return [f"{table.filename!r} was read, and not: {others}."] if others else []


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and not member.filename.startswith("__MACOSX/")
        and not Path(member.filename).name.startswith(".")
    ]


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = _members(archive)
    tables = [member for member in members if not _is_beside(Path(member.filename))]
    if len(members) > 1 and len(tables) == 1:
        return tables[0]
    if len(members) != 1:
        raise NoTableError(
            f"The zip file holds {len(members)} files, and one is needed. "
            "Upload the one with the counts."
        )
    return members[0]


def _is_beside(file: Path) -> bool:
    """Whether a file is by its name no table, but what people pack with one."""
    return file.suffix.lower() in BESIDE or file.name.lower().startswith(BESIDE_NAMES)
