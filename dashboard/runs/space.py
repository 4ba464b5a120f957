"""Whether something failed because the disk is full, whoever found that out."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from dashboard.errors import StoreError

FULL = (errno.ENOSPC, errno.EDQUOT)
WORDS = ("no space left on device", "database or disk is full", "disk quota exceeded")
NO_SPACE = "The disk is full. Free some space and try again; what is kept already is still there."


@contextmanager
def telling_of_a_full_disk() -> Iterator[None]:
    """Raise StoreError where the disk is full, whatever was raised for it."""
    try:
        yield
    except Exception as error:
        if is_full(error):
            raise StoreError(NO_SPACE) from error
        raise


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or what it came from, is the system's, SQLite's or DuckDB's word for it."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if any(words in str(error).lower() for words in WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False
