"""Where new files come: a folder, or an address such as `s3://bucket/prefix`; both are looked into alike."""

import hashlib
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dashboard.errors import SettingsError
from dashboard.runs.filesystems import CHUNK_BYTES, OBJECT_STORES, opened
from dashboard.runs.remote_errors import Words

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo, FileSystem

UNFINISHED = (".part", ".tmp", ".crdownload", "~")
WORDS = Words(
    away="The place that is watched cannot be reached in this moment. Nothing that comes there is "
    "lost; try again in a while.",
    refused="The place that is watched cannot be used: {cause}. See that its address is right, and "
    "that the key may list and read there.",
    not_installed="The address that is watched is of a kind that needs a package which is not "
    "installed here: {cause}.",
)


@dataclass(frozen=True)
class File:
    """A file as it was listed. changed: in nanoseconds since 1970; 0 where that is not told."""

    name: str
    bytes: int
    changed: int


@dataclass(frozen=True)
class Inbox:
    """The files right below an address; those that are hidden or being written do not count.

    Each call raises AwayError where the address cannot be reached, and StoreError where it refuses.
    """

    address: str = field(repr=False)  # some have a password in them

    @classmethod
    def at(cls, place: str) -> Self:
        """Return that of a folder or an address. Raises SettingsError where the folder is none."""
        if "://" in place:
            return cls(place)
        if not Path(place).is_dir():
            raise SettingsError(f"{place} is not a folder.")
        return cls(Path(place).absolute().as_uri())

    def files(self) -> frozenset[File]:
        """Return what is there now."""
        from pyarrow.fs import FileSelector  # noqa: PLC0415 - loaded when it is looked

        with self._opened() as (system, root):
            try:
                found = system.get_file_info(FileSelector(root))
            except FileNotFoundError:
                if system.type_name not in OBJECT_STORES:
                    raise
                return frozenset()  # nothing has come there yet
        return frozenset(_file(one) for one in found if one.is_file and _counts(one.base_name))

    def fetch(self, file: File, target: Path, most_bytes: int) -> str | None:
        """Copy a file to `target`, cut off there, and return the SHA-256 of what came.

        None where it no longer is as it was listed.
        """
        digest, left = hashlib.sha256(), most_bytes
        with self._opened() as (system, root):
            path = f"{root}/{file.name}"
            try:
                source = system.open_input_stream(path, compression=None)
            except FileNotFoundError:
                return None
            with source, target.open("wb") as out:
                while chunk := source.read(min(CHUNK_BYTES, left)):
                    digest.update(chunk)
                    left -= out.write(chunk)
        return digest.hexdigest() if file in self.files() else None

    def mark(self, file: File) -> str:
        """Return what a file in this state is known by: the address may hold a secret, and is not kept."""
        facts = f"{self.address}\0{file.name}\0{file.bytes}\0{file.changed}"
        return hashlib.sha256(facts.encode()).hexdigest()

    def _opened(self) -> "AbstractContextManager[tuple[FileSystem, str]]":
        return opened(self.address, WORDS)


def _file(info: "FileInfo") -> File:
    return File(info.base_name, info.size, info.mtime_ns or 0)


def _counts(name: str) -> bool:
    return not name.startswith(".") and not name.endswith(UNFINISHED)
