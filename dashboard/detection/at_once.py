"""Several computations at once: NumPy, SciPy and TensorFlow let go of Python's lock while they compute."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

MOST_THREADS = 4
Answer = TypeVar("Answer")


def at_once(tasks: Iterable[Callable[[], Answer]]) -> list[Answer]:
    """Return what the tasks return, in their order; as many run at a time as there are processors.

    Raises what the first of them that fails has raised.
    """
    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as threads:
        return list(threads.map(lambda task: task(), tasks))
