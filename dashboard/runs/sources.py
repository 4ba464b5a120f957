"""Uploaded bytes: on disk at once, and once for equal content."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dashboard.errors import StoreError
from dashboard.runs.unfinished import unfinished
from dashboard.runs.whole import sync

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

    Raises StoreError where they are more than allowed, or cannot be written.
    """
    try:
        with unfinished(folder) as aside:
            path = aside / "bytes"
            digest, size = _copy(file, path, most_bytes)
            target = folder / digest
            if target.exists() and digest_of(target) == digest:
                target.touch()  # young again: it is not swept away while it is being read
            else:
                path.replace(target)  # where one is there, it is damaged
                sync(folder)
            return Source(target, digest, size)
    except OSError as error:
        raise StoreError(f"The file cannot be kept: {error.strerror or error}.") from error


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
