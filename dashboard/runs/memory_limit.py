"""What a training process may take: more fails in that process alone."""

import resource
import sys
from contextlib import suppress
from pathlib import Path

import psutil

LEAST_BYTES = 32_000_000  # to tell of the failure with
FIRST_TO_END = "1000"  # of all processes, when the whole machine runs out of memory


def limit_memory(most_bytes: int | None) -> None:
    """Let this process take so much memory in all, counting what it has; None: what there is.

    Either way Linux ends it before any other process when memory runs out. Where the system has no
    such limits, none are set.
    """
    if sys.platform != "linux":
        return
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_END, "utf-8")
    if most_bytes is None:
        return
    has = psutil.Process().memory_info()  # `data` is what the limit counts, resident or not
    room = max(LEAST_BYTES, most_bytes - has.rss)
    resource.setrlimit(resource.RLIMIT_DATA, (has.data + room, has.data + room))
