"""The file system behind an address such as `s3://bucket/prefix` or `file:///mnt/share`.

Addresses that Arrow does not know are fsspec's to open.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.runs.remote_errors import Words, telling

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

ARROWS_OWN = ("file", "s3", "gs", "gcs", "abfs", "abfss", "hdfs")
OBJECT_STORES = ("s3", "gcs", "abfs")  # have no folders, and a file is there when it is closed
CHUNK_BYTES = 16 << 20  # each is a request of its own to an object store


@contextmanager
def opened(address: str, words: Words) -> "Iterator[tuple[FileSystem, str]]":
    """Give the file system of an address, and the path in it; what is raised is told in these words."""
    with telling(words, address):
        system, root = _open(address)
        if system.type_name == "local" and not Path(root).is_dir():
            raise ConnectionError(f"{root} is not there")  # one that is not mounted is not made
        yield system, root


@lru_cache(maxsize=4)
def _open(address: str) -> "tuple[FileSystem, str]":
    """Return the file system of an address, and the path in it."""
    from pyarrow.fs import (  # noqa: PLC0415 - only where there is such an address
        FileSystem,
        FSSpecHandler,
        PyFileSystem,
    )

    if address.partition(":")[0] in ARROWS_OWN:
        system, root = FileSystem.from_uri(address)
        return system, root.rstrip("/")
    from fsspec.core import url_to_fs  # noqa: PLC0415 - only where there is such an address

    # others write there too: what was listed before may no longer be so
    found, root = url_to_fs(address, use_listings_cache=False)
    return PyFileSystem(FSSpecHandler(found)), root.rstrip("/")
