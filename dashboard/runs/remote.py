"""Files that several machines share, at an address such as `s3://bucket/prefix` or `file:///mnt/share`.

A folder there is whole where it has its seal, which is written last and has the checksum of each file;
without one there is no such folder.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.errors import DamagedError, NotFoundError
from dashboard.runs.digests import digest_of
from dashboard.runs.filesystems import CHUNK_BYTES, OBJECT_STORES, opened
from dashboard.runs.remote_errors import SHARED

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo, FileSystem

SEAL = "seal.json"
ABOUT = "about.txt"
UNSEALED = f"{SEAL}.new"


@dataclass(frozen=True)
class Found:
    """A folder in the listing. changed: when a file of it was last written, in seconds since 1970."""

    sealed: bool
    changed: float


@dataclass(frozen=True)
class Remote:
    """The shared files at one address. A name is a path below it, such as `datasets/ID`.

    Each call raises AwayError where the address cannot be reached, and StoreError where it refuses.
    """

    address: str = field(repr=False)  # some have a password in them

    def put(self, name: str, files: Mapping[str, Path]) -> None:
        """Write a folder of these files, by the names that they are to have."""
        with self._opened(name) as (system, folder):
            if system.type_name not in OBJECT_STORES:
                system.create_dir(folder, recursive=True)
            for file, path in files.items():
                with path.open("rb") as source, _writing(system, f"{folder}/{file}") as out:
                    shutil.copyfileobj(source, out, CHUNK_BYTES)
            seal = json.dumps({file: digest_of(path) for file, path in files.items()})
            in_one = system.type_name in OBJECT_STORES
            with _writing(system, f"{folder}/{SEAL if in_one else UNSEALED}") as out:
                out.write(seal.encode())
            if not in_one:
                system.move(f"{folder}/{UNSEALED}", f"{folder}/{SEAL}")

    def fetch(self, name: str, target: Path) -> None:
        """Bring a folder's files into an empty one of this machine.

        Raises NotFoundError where no whole folder is there, and DamagedError where a file is not
        what was written.
        """
        digests = self._seal(name)
        for file, digest in digests.items():
            # once more where it was being written again: a source may be
            if Path(file).name != file or not any(
                self._bring(name, file, target / file) == digest for _ in range(2)
            ):
                raise _damaged(file)

    def holds(self, name: str) -> bool:
        """Whether a whole folder of that name is there."""
        with self._opened(name) as (system, folder):
            return bool(system.get_file_info(f"{folder}/{SEAL}").is_file)

    def versions(self, name: str) -> list[str]:
        """Return the names of the whole folders in a folder."""
        seals = [one.path for one in self._files(name) if one.base_name == SEAL]
        return [path.split("/")[-2] for path in seals]

    def remove(self, name: str) -> None:
        """Remove a folder and all in it; nothing where it is not there."""
        with self._opened(name) as (system, folder):
            try:
                system.delete_dir(folder)
            except FileNotFoundError:
                return
            except (
                OSError
            ):  # some object stores refuse the sign of a folder that Arrow leaves above
                if self._files(name):
                    raise

    def bytes_of(self, name: str) -> int:
        """Return the size of a folder; what is there never changes."""
        return _bytes_of(self, name)

    def holds_anything(self, kinds: tuple[str, ...]) -> bool:
        """Whether a file lies in one of these folders."""
        return any(self._files(kind) for kind in kinds)

    def listing(self, kind: str) -> dict[str, Found]:
        """Return every folder in `kind` that has files in it, by its name from there on."""
        with self._opened(kind) as (_, root):
            before = f"{root.lstrip('/')}/"
        found: dict[str, Found] = {}
        for one in self._files(kind):
            name = one.path.lstrip("/").removeprefix(before).rpartition("/")[0]
            known = found.get(name, Found(sealed=False, changed=0.0))
            changed = one.mtime.timestamp() if one.mtime else time.time()
            sealed = known.sealed or one.base_name == SEAL
            found[name] = Found(sealed, max(known.changed, changed))
        return found

    def check(self) -> None:
        """Write what these files are, to see whether anything can be written."""
        with self._opened(ABOUT) as (system, path), _writing(system, path) as out:
            out.write(b"Files of a Clickwatch installation.\n")

    def ask(self) -> None:
        """Look for what `check` has written, in one question, to see whether there is an answer."""
        with self._opened(ABOUT) as (system, path):
            system.get_file_info(path)

    def _seal(self, name: str) -> dict[str, str]:
        with self._opened(name) as (system, folder):
            try:
                with system.open_input_stream(f"{folder}/{SEAL}", compression=None) as stream:
                    return dict(json.loads(stream.read()))
            except FileNotFoundError as error:
                raise NotFoundError(
                    "There is nothing whole of that name among the shared files. "
                    "It may have been deleted."
                ) from error
            except (UnicodeDecodeError, json.JSONDecodeError) as error:
                raise _damaged(SEAL) from error

    def _bring(self, name: str, file: str, target: Path) -> str:
        """Copy a file to this machine, and return the SHA-256 of what came; "" where it is not there."""
        digest = hashlib.sha256()
        with self._opened(name) as (system, folder):
            try:
                source = system.open_input_stream(f"{folder}/{file}", compression=None)
            except FileNotFoundError:
                return ""
            with source, target.open("wb") as out:
                while chunk := source.read(CHUNK_BYTES):
                    digest.update(chunk)
                    out.write(chunk)
        return digest.hexdigest()

    def _files(self, name: str) -> "list[FileInfo]":
        from pyarrow.fs import FileSelector  # noqa: PLC0415 - only where there is such an address

        with self._opened(name) as (system, folder):
            asked = FileSelector(folder, recursive=True, allow_not_found=True)
            return [one for one in system.get_file_info(asked) if one.is_file]

    @contextmanager
    def _opened(self, name: str) -> "Iterator[tuple[FileSystem, str]]":
        """Give the file system, and the path in it of a folder."""
        with opened(self.address, SHARED) as (system, root):
            yield system, f"{root}/{name}"


def _writing(system: "FileSystem", path: str):  # noqa: ANN202 - a stream of Arrow's
    return system.open_output_stream(path, compression=None)


@lru_cache(maxsize=100_000)
def _bytes_of(remote: Remote, name: str) -> int:
    return sum(one.size for one in remote._files(name))  # noqa: SLF001 - one of its own


def _damaged(file: str) -> DamagedError:
    return DamagedError(
        f"This is damaged where it is kept: {file} is not what was written. Bring it back from a "
        "backup, or make it anew: upload the file, or train, again."
    )
