"""Training processes: started fast, listened to, and stopped for certain."""

import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Literal

import psutil
import structlog

from dashboard.detection.analysis import Progress
from dashboard.runs.child import Failure, Ready, work
from dashboard.runs.job import Job

PRELOADED = "dashboard.runs.preload"
PATIENCE_SECONDS = 1.0  # between asking a process to end and killing it
LOG = structlog.get_logger()


class TrainingProcess:
    """A process that performs one job, once it is given one."""

    def __init__(self, process: BaseProcess, jobs: Connection, reports: Connection) -> None:
        self._process = process
        self._jobs = jobs
        self._reports = reports
        self._open = True

    def give(self, job: Job) -> None:
        """Give it its job. Raises OSError where the process is gone."""
        self._jobs.send(job)
        self._jobs.close()

    @property
    def is_waiting(self) -> bool:
        """Whether it lives, is ready for a job, and has none."""
        return self._process.is_alive() and self._reports.poll()

    def messages(self, timeout_seconds: float) -> Iterator[Progress | Failure]:
        """Yield what the job has reported; waits that long for the first message or for the end."""
        watched = [self._process.sentinel, *([self._reports] if self._open else [])]
        wait(watched, timeout_seconds)
        while self._open and self._reports.poll():
            try:
                message = self._reports.recv()
            except (EOFError, OSError):
                self._open = False
            else:
                if not isinstance(message, Ready):
                    yield message

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return not self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """The number of the process."""
        return self._process.pid

    @property
    def ending(self) -> str:
        """Why a process that reported nothing ended, as a sentence for the person."""
        code = self._process.exitcode or 0
        if code in {-signal.SIGKILL, -signal.SIGABRT}:
            return (
                f"The training process was killed (signal {-code}), most likely for lack of memory. "
                "Choose fewer units, a smaller batch or a shorter window, and start it again."
            )
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return f"The training process ended before it was done ({how}). Start the run again."

    def stop(self) -> None:
        """End the process, asking once and then insisting. Returns when it is gone."""
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(PATIENCE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._jobs.close()
        self._reports.close()
        self._open = False


class ProcessStarter:
    """Starts training processes, from a server that has TensorFlow loaded already or from scratch."""

    def __init__(self, method: Literal["forkserver", "spawn"], *, keep_ready: bool = False) -> None:
        self._context: BaseContext = get_context(method)
        self._ready = threading.Event()
        self._waiting: TrainingProcess | None = None
        # without a fork server, one that waits would hold a device and much memory for nothing
        self._keep_ready = keep_ready and method == "forkserver"
        if method == "spawn":
            self._ready.set()
            return
        self._context.set_forkserver_preload([PRELOADED])
        threading.Thread(target=self._warm_up, daemon=True, name="warm-up").start()

    @property
    def is_ready(self) -> bool:
        """Whether a process will start at once. Loading TensorFlow takes some seconds."""
        return self._ready.is_set()

    def start(self, job: Job) -> TrainingProcess:
        """Give a job to the process that waits for one, or else to a new one."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return self._launch(job)
        if not waiting.is_waiting:
            waiting.stop()  # it would first finish getting ready for another job
            return self._launch(job)
        waiting.give(job)
        return waiting

    def keep_one_waiting(self) -> None:
        """See to it that a process gets ready for the next job, where that is wanted."""
        if self._keep_ready and (self._waiting is None or self._waiting.has_ended):
            with suppress(OSError, EOFError):
                self._waiting = self._launch()

    def _launch(self, job: Job | None = None) -> TrainingProcess:
        taking, jobs = self._context.Pipe(duplex=False)
        reports, writing = self._context.Pipe(duplex=False)
        process = self._context.Process(target=work, args=(job, taking, writing), name="training")
        process.start()
        taking.close()
        writing.close()
        return TrainingProcess(process, jobs, reports)

    def close(self) -> None:
        """End the process that waits, and the fork server: while it loads TensorFlow it would not see that nobody needs it."""
        if self._waiting is not None:
            self._waiting.stop()
        for child in psutil.Process().children():
            with suppress(psutil.Error):
                if any("multiprocessing.forkserver" in part for part in child.cmdline()):
                    child.terminate()

    def _warm_up(self) -> None:
        try:
            process = self._context.Process(target=_nothing, daemon=True)
            process.start()
            process.join()
        except (OSError, EOFError) as error:
            LOG.warning("warm-up failed", error=str(error))
        finally:
            self._ready.set()


def _nothing() -> None:
    """Do nothing: that it was done says that the fork server is ready."""
