"""Files of counts that are sent as the body of a request: they flow to the disk, whatever their size."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from dashboard.errors import StoreError
from dashboard.runs.records import DatasetRecord
from dashboard.runs.space import telling_of_a_full_disk
from dashboard.runs.store import Store
from dashboard.runs.unfinished import unfinished


class FileTooLargeError(StoreError):
    """The file is larger than is allowed here."""


def check_declared_size(request: Request, store: Store) -> None:
    """Raise FileTooLargeError where a request says itself that its body is too large."""
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal():
        _check(int(declared), store)


async def take_in(
    request: Request, store: Store, keep: Callable[[Path], DatasetRecord]
) -> DatasetRecord:
    """Write the body to a file, and return what `keep` makes of it.

    Raises FileTooLargeError as soon as that is known, and StoreError where it cannot be kept.
    """
    check_declared_size(request, store)
    with telling_of_a_full_disk(), unfinished(store.places.work) as folder:
        path = folder / "upload"
        with path.open("xb") as out:
            await _stream(request, out, store)
        return await run_in_threadpool(keep, path)


async def _stream(request: Request, out: BinaryIO, store: Store) -> None:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        _check(size, store)
        await run_in_threadpool(out.write, chunk)


def _check(size: int, store: Store) -> None:
    if size > store.most_upload_bytes:
        raise FileTooLargeError(
            f"The file is larger than the {store.most_upload_bytes // 1_000_000:,} MB allowed here."
        )
