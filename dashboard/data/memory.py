"""How much memory is free, of the machine and of the container that this process may live in."""

from pathlib import Path

import psutil

CONTAINER = Path("/sys/fs/cgroup")


def free_bytes() -> int:
    """Return what can be taken without anybody being ended for it."""
    free = psutil.virtual_memory().available
    try:
        most = int((CONTAINER / "memory.max").read_text())
        used = int((CONTAINER / "memory.current").read_text())
        numbers = dict(
            line.split() for line in (CONTAINER / "memory.stat").read_text().splitlines()
        )
    except (OSError, ValueError):  # no container, or one without a limit
        return free
    return min(free, max(0, most - used + int(numbers.get("inactive_file", 0))))
