"""What runs inside a training process."""

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from dashboard.errors import ClickwatchError
from dashboard.runs.job import Job, perform
from dashboard.runs.memory_limit import limit_memory
from dashboard.runs.quiet import quiet_libraries
from dashboard.runs.space import is_full
from dashboard.runs.unfinished import temporary_files_in

NICENESS = 5  # pages come before training
PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>
BUG = (
    "The run failed because of an error in the program, not in the data. "
    "Its log names the error; please report it."
)
NO_MEMORY = (
    "The training needs more memory than it can have. "
    "Choose fewer units, a smaller batch or a shorter window."
)
NO_SPACE = "The run cannot be kept: the disk is full. Free some space and start it again."


@dataclass(frozen=True)
class Failure:
    """The last message of a process that failed: one sentence for the person."""

    reason: str


@dataclass(frozen=True)
class Ready:
    """The first message of a process that has no job yet: one would be begun at once."""


def work(job: Job | None, jobs: Connection, reports: Connection) -> None:
    """Perform one job, sending every Progress and, where it fails, one Failure.

    Without a job, the process gets ready for the usual one, says so, and waits for the first of `jobs`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the worker, which stops this
    _die_with_parent()
    os.nice(NICENESS)
    if job is None:
        limit_memory(None)
        _get_ready()
        reports.send(Ready())
        job = jobs.recv()
    limit_memory(job.most_bytes)
    try:
        _log_to(job.log_file)
        with temporary_files_in(job.work):
            perform(job, reports.send)
    except ClickwatchError as error:
        reports.send(Failure(str(error)))
    except Exception as error:  # noqa: BLE001 - the edge of the process: logged and told apart
        reports.send(Failure(_reason(error)))
        with suppress(OSError):  # a full disk takes no log either
            traceback.print_exc()


def _get_ready() -> None:
    from dashboard.detection.warm import warm_up  # noqa: PLC0415 - loads TensorFlow

    with quiet_libraries():
        warm_up()


def _reason(error: Exception) -> str:
    if is_full(error):
        return NO_SPACE
    # TensorFlow's own error for a tensor that cannot be had; it cannot be imported here
    lacks_memory = (
        isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError"
    )
    return NO_MEMORY if lacks_memory else BUG


def _die_with_parent() -> None:
    """End this process when its worker ends, however that ends: its end of a pipe closes.

    Linux is asked as well to kill it with the process that forked it: that needs no turn of ours.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    worker = multiprocessing.parent_process()

    def watch() -> None:
        if worker is not None:
            worker.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True, name="watch-parent").start()


def _log_to(path: Path) -> None:
    """Send all that this process prints, TensorFlow's own lines too, to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
