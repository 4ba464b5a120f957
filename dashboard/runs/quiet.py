"""Keep what libraries print about themselves away from the person."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

WANTED = "TF_CPP_MIN_LOG_LEVEL"  # who sets this wants to see TensorFlow's own lines


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Drop what native code writes to standard error; `sys.stderr` goes on reaching the person."""
    if WANTED in os.environ:
        yield
        return
    kept = os.dup(2)
    own = os.fdopen(os.dup(2), "w", buffering=1)
    ours, sys.stderr = sys.stderr, own if _is_standard(sys.stderr) else sys.stderr
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, not a path of ours
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        sys.stderr = ours
        own.close()
        os.dup2(kept, 2)
        os.close(kept)


def _is_standard(stream: object) -> bool:
    try:
        return stream.fileno() == 2  # noqa: PLR2004 - the number of standard error
    except (AttributeError, OSError):
        return False
