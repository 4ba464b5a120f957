"""Whose heart stands still, by the steady clock of whoever listens.

A heartbeat is a value that changes for as long as its owner lives. It is compared with itself alone:
the clocks of two machines, or of one before and after it was set, need not agree.
"""

import time
from collections.abc import Callable

MOST = 1_000  # hearts listened to at once


class Pulses:
    """What one listener has heard. clock: seconds that never jump."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: dict[str, tuple[float, float]] = {}

    def silent_seconds(self, name: str, beat: float) -> float:
        """How long this value has been the last one heard; 0 for the first time."""
        now = self._clock()
        known, since = self._heard.get(name, (None, now))
        if known == beat:
            return now - since
        if len(self._heard) >= MOST:
            del self._heard[next(iter(self._heard))]
        self._heard[name] = (beat, now)
        return 0.0

    def forget(self) -> None:
        """Begin to listen anew: after a time in which nobody could be heard."""
        self._heard.clear()
