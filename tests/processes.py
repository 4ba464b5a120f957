"""Processes under test: waiting for what they do, and finding the ones that they start."""

import time
from collections.abc import Callable

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
    """The process that a worker trains in: a child of its fork server, so a grandchild."""
    family = psutil.Process(worker).children(recursive=True)
    return next(each for each in family if each.ppid() != worker)
