"""How the memory of a process that runs for months comes back to the system."""

import ctypes
from contextlib import suppress

# of mallopt(3), in malloc.h
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
LARGE_BYTES = 1 << 20


def give_back_what_is_freed() -> None:
    """Let blocks of a megabyte and more go back to the system as soon as they are freed.

    Otherwise glibc keeps them, for each thread on its own, so that a server grows with every large
    file that it takes in. Other C libraries are left as they are.
    """
    with suppress(AttributeError, OSError, TypeError):
        set_option = ctypes.CDLL(None).mallopt
        for option, value in (
            (ARENA_MAX, 2),
            (MMAP_THRESHOLD, LARGE_BYTES),
            (TRIM_THRESHOLD, LARGE_BYTES),
        ):
            set_option(option, value)
