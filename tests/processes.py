"""Processes under test: waiting for what they do, and finding the ones that they start."""

import time
from collections.abc import Callable
from contextlib import suppress

import psutil

PATIENCE_SECONDS = 300.0  # a test fails for what does not happen, not for a slow machine


def wait_for(question: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until the answer is yes; returns the seconds it took."""
    began = time.monotonic()
    while not question():
        assert time.monotonic() - began < seconds, "waited too long"
        time.sleep(0.05)
    return time.monotonic() - began


def training_process(worker: int) -> psutil.Process:
    """The process that a worker trains in: a child of its fork server, so a grandchild.

    It writes to the log of its run; one that only waits for a run has none.
    """
    family = psutil.Process(worker).children(recursive=True)
    return next(each for each in family if each.ppid() != worker and has_log(each))


def has_log(process: psutil.Process) -> bool:
    """Whether it writes to the log of a run."""
    with suppress(psutil.Error):
        return any(file.path.endswith("log.txt") for file in process.open_files())
    return False
