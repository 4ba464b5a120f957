"""Whether files are still what was written: by their checksums, looked at again when a file changed."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from dashboard.runs.sources import digest_of

AT_ONCE = 2  # files that are read at the same time
Signature = tuple[tuple[str, int, int, int, int], ...]


def signature_of(folder: Path) -> Signature:
    """Return what changes with any file of a folder, without reading them; () where there is none.

    Of each file the name, the size in bytes, the times of its last change, that which anybody may set
    and that of the file system, and its number on the disk.
    """
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        found = [(entry.name, entry.stat()) for entry in entries]
        return tuple(
            sorted(
                (name, info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino)
                for name, info in found
            )
        )
    return ()


def digests_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in a folder."""
    return {path.name: digest_of(path) for path in sorted(folder.iterdir()) if path.is_file()}


def changed(folder: Path, digests: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the files that are missing, or whose bytes have another SHA-256."""

    def is_other(name: str) -> bool:
        return not (folder / name).is_file() or digest_of(folder / name) != digests[name]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        others = list(pool.map(is_other, digests))
    return tuple(name for name, other in zip(digests, others, strict=True) if other)
