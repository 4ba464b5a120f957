"""The worker: takes runs from the queue, one at a time, and sees each to its end."""

import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from dashboard.detection.analysis import Progress
from dashboard.detection.history import EpochRecord
from dashboard.errors import ClickwatchError
from dashboard.runs.checkpoints import remove_checkpoints
from dashboard.runs.child import Failure
from dashboard.runs.database import is_away
from dashboard.runs.first_look import remove_first_look
from dashboard.runs.job import Job
from dashboard.runs.manifest import Dataset
from dashboard.runs.names import new_id
from dashboard.runs.process import ProcessStarter, TrainingProcess
from dashboard.runs.queue import Claim, Standing
from dashboard.runs.records import RunRecord
from dashboard.runs.store import Store
from dashboard.runs.sweep import sweep
from dashboard.runs.tidying import TIDY_SECONDS, tidy
from dashboard.settings import AppSettings

BEAT_SECONDS = 1.0
IDLE_SECONDS = 0.5
LISTEN_SECONDS = 0.4
ENDED = ("finished", "failed", "cancelled")
UNKNOWN = Standing(mine=True, cancel_requested=False)
LOG = structlog.get_logger()
Answer = TypeVar("Answer")


class Worker:
    """One worker. `run` returns when it is told to stop, or when its parent has ended.

    parent: the process on which the worker depends; None: on none.
    """

    def __init__(self, settings: AppSettings, parent: int | None = None) -> None:
        self._store = Store.open(settings)
        self._queue = self._store.queue
        self._starter = ProcessStarter(settings.start_method, keep_ready=settings.keep_ready)
        self._id = new_id()
        self._parent = parent
        self._stop = threading.Event()
        self._claim: Claim | None = None
        self._recover_seconds = settings.stale_seconds / 2

    def stop(self, *_: object) -> None:
        """Ask the worker to end soon: the run in hand goes back into the queue."""
        self._stop.set()

    def run(self) -> None:
        """Work until told to stop."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        LOG.info("worker started", worker=self._id)
        heartbeat = threading.Thread(target=self._beat_on, daemon=True, name="heartbeat")
        heartbeat.start()
        next_recovery = next_tidying = 0.0
        while not self._should_stop():
            if time.monotonic() >= next_recovery:
                self._guarded(self._recover)
                next_recovery = time.monotonic() + self._recover_seconds
            if time.monotonic() >= next_tidying:
                self._guarded(lambda: tidy(self._store))
                next_tidying = time.monotonic() + TIDY_SECONDS
            ready = self._starter.is_ready
            if not (ready and self._guarded(self._take_one)):
                if ready:
                    self._starter.keep_one_waiting()
                self._stop.wait(IDLE_SECONDS)
        heartbeat.join()
        self._starter.close()
        self._guarded(lambda: self._queue.leave(self._id))
        LOG.info("worker stopped", worker=self._id)

    def _should_stop(self) -> bool:
        if self._parent is not None and os.getppid() != self._parent:
            self._stop.set()
        return self._stop.is_set()

    def _beat_on(self) -> None:
        """Until told to stop: the few seconds of stopping are well within the allowed silence."""
        while not self._stop.is_set():
            self._guarded(lambda: self._queue.beat(self._id, self._claim))
            self._stop.wait(BEAT_SECONDS)

    def _recover(self) -> None:
        for run_id in self._queue.recover():
            LOG.warning("run taken up from a silent worker", run=run_id)

    def _take_one(self) -> bool:
        claim = self._queue.claim()
        if claim is None:
            return False
        self._claim = claim
        log = LOG.bind(run=claim.run_id)
        log.info("run started")
        try:
            log.info("run ended", state=self._see_through(claim))
        finally:
            self._claim = None  # if this failed, silence lets another worker take the run up
            sweep(self._store.places)
        return True

    def _see_through(self, claim: Claim) -> str:
        record = self._store.run(claim.run_id)
        try:
            process = self._starter.start(self._job(record))
        except ClickwatchError as error:  # the run whose model was to be used is gone
            self._queue.fail(claim, str(error))
            return "failed"
        except (OSError, EOFError) as error:
            self._queue.fail(claim, f"No training process could be started: {error}.")
            return "failed"
        state = "given back"
        try:
            state = self._attend(claim, record, process)
        finally:
            process.stop()
            remove_first_look(record.log_file)
            if state in ENDED:
                remove_checkpoints(record.log_file)
        return state

    def _attend(self, claim: Claim, record: RunRecord, process: TrainingProcess) -> str:
        reason: str | None = None
        while True:
            ended = process.has_ended  # asked first, so that its last messages are still read
            for message in process.messages(LISTEN_SECONDS):
                if isinstance(message, Failure):
                    reason = message.reason
                else:
                    self._guarded(partial(self._note, claim, message))
            if ended:
                return self._conclude(claim, record, reason or process.ending)
            # records that cannot be reached now stop no training
            standing = self._guarded(lambda: self._queue.standing(claim)) or UNKNOWN
            if not standing.mine:
                return "lost"
            if standing.cancel_requested or self._should_stop():
                process.stop()
                return self._break_off(claim, record, cancelled=standing.cancel_requested)

    def _note(self, claim: Claim, progress: Progress) -> None:
        if progress.stage != "train" or not progress.epoch:
            self._queue.progress(claim, progress.stage)
            return
        epoch = EpochRecord(
            epoch=progress.epoch,
            loss=progress.loss,
            metric=progress.metric,
            val_loss=progress.val_loss,
            val_metric=progress.val_metric,
            seconds=progress.seconds,
        )
        self._queue.epoch_done(claim, epoch, progress.seconds * (progress.epochs - progress.epoch))

    def _conclude(self, claim: Claim, record: RunRecord, reason: str) -> str:
        if self._queue.version_of(record.id):
            self._insist(lambda: self._queue.finish(claim))
            return "finished"
        self._insist(lambda: self._queue.fail(claim, reason))
        return "failed"

    def _break_off(self, claim: Claim, record: RunRecord, *, cancelled: bool) -> str:
        if self._queue.version_of(record.id):  # it was done in the very moment
            self._insist(lambda: self._queue.finish(claim))
            return "finished"
        if cancelled:
            self._insist(lambda: self._queue.cancelled(claim))
            return "cancelled"
        self._queue.give_back(claim)
        return "given back"

    def _job(self, record: RunRecord) -> Job:
        dataset = self._store.dataset(record.dataset_id)
        places = self._store.places
        return Job(
            dataset=Dataset(name=dataset.name, digest=dataset.digest, reading=dataset.asked),
            panel_folder=places.datasets / dataset.id,
            settings=record.settings,
            threshold=record.threshold,
            target=record.folder,
            work=places.work,
            log_file=record.log_file,
            most_bytes=self._store.most_training_bytes,
            scorer=self._store.scorer_of(record),
            cluster=self._store.cluster,
            cache=places.cache,
        )

    def _insist(self, act: Callable[[], None]) -> None:
        """Do it, again and again while the records cannot be written: a full disk, a server that is away."""
        while True:
            try:
                return act()
            except SQLAlchemyError as error:
                if self._should_stop() or not is_away(error):
                    raise
                LOG.warning("the records cannot be written", error=_cause(error))
                self._stop.wait(IDLE_SECONDS)

    def _guarded(self, act: Callable[[], Answer]) -> Answer | None:
        """Do it; a database that cannot be reached now is tried again later."""
        try:
            return act()
        except SQLAlchemyError as error:
            LOG.warning("the records cannot be used", error=_cause(error))
            return None


def _cause(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", error))
