"""Room for arrays that may be larger than memory: in a file then, which goes with them."""

import math
import mmap
import os
import tempfile

import numpy as np

MOST_IN_MEMORY = 100_000_000  # bytes of one array


def room_for(shape: tuple[int, ...]) -> np.ndarray:
    """Return a float32 array to write into, mapped from a temporary file where it is large.

    Raises OSError where the disk is full.
    """
    size = 4 * math.prod(shape)
    if size <= MOST_IN_MEMORY:
        return np.empty(shape, dtype=np.float32)
    with tempfile.TemporaryFile(prefix="clickwatch-") as file:
        if hasattr(os, "posix_fallocate"):  # else a full disk would end the process later
            os.posix_fallocate(file.fileno(), 0, size)
        return np.memmap(file, np.float32, "w+", shape=shape)


def let_go(*arrays: np.ndarray) -> None:
    """Take no memory for what was touched of mapped arrays, until it is touched again."""
    for array in arrays:
        mapping = getattr(array, "_mmap", None)
        if mapping is not None and hasattr(mmap, "MADV_DONTNEED"):
            mapping.madvise(mmap.MADV_DONTNEED)
