"""Uploaded bytes: on disk at once, and once for equal content."""

import errno
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dashboard.errors import StoreError
from dashboard.runs.names import new_id
from dashboard.runs.places import UNFINISHED, sync

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Source:
    """A file as it was given: where its bytes are, their SHA-256 and their number."""

    path: Path
    digest: str
    bytes: int


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep(file: BinaryIO | Path, folder: Path, most_bytes: int) -> Source:
    """Copy the bytes into `folder` under their digest.

    Raises StoreError where they are more than allowed or the disk is full.
    """
    aside = folder / f"{UNFINISHED}{new_id()}"
    try:
        digest, size = _copy(file, aside, most_bytes)
        target = folder / digest
        if target.exists():
            target.touch()  # young again: it is not swept away while it is being read
            return Source(target, digest, size)
        aside.rename(target)
        sync(folder)
        return Source(target, digest, size)
    except OSError as error:
        raise StoreError(_sentence(error)) from error
    finally:
        aside.unlink(missing_ok=True)


def _copy(file: BinaryIO | Path, target: Path, most_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as out:
        for chunk in _chunks(file):
            size += len(chunk)
            if size > most_bytes:
                raise StoreError(
                    f"The file is larger than the {most_bytes // 1_000_000:,} MB allowed here. "
                    "Send fewer rows, or raise CLICKWATCH_MAX_UPLOAD_MB."
                )
            digest.update(chunk)
            out.write(chunk)
    sync(target)
    return digest.hexdigest(), size


def _chunks(file: BinaryIO | Path) -> Iterator[bytes]:
    if isinstance(file, Path):
        with file.open("rb") as stream:
            yield from _chunks(stream)
        return
    while chunk := file.read(CHUNK_BYTES):
        yield bytes(chunk)


def _sentence(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "The file cannot be kept: the disk is full. Free some space and try again."
    return f"The file cannot be kept: {error.strerror or error}."
