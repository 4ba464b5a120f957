"""The queue as workers see it: claim, report, finish, and take up what a dead worker left."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, Row, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from dashboard.detection.history import EpochRecord
from dashboard.runs.artefacts import version_of
from dashboard.runs.checkpoints import remove_checkpoints
from dashboard.runs.clock import now
from dashboard.runs.compared import State
from dashboard.runs.health import living_workers
from dashboard.runs.names import new_id
from dashboard.runs.places import Places
from dashboard.runs.pulses import Pulses
from dashboard.runs.records import RunState
from dashboard.runs.schema import EPOCHS, RUNS, WORKERS
from dashboard.runs.turns import next_turn

MOST_ATTEMPTS = 2
INTERRUPTED = (
    "The run was interrupted twice because its worker ended. "
    "Start it again; if it is interrupted again, use a smaller model or fewer data."
)


@dataclass(frozen=True)
class Claim:
    """The right to work on a run. Whatever is written under a claim that was lost is ignored."""

    run_id: str
    token: str


@dataclass(frozen=True)
class Standing:
    """What a worker has to know while it works: whether the run is still its own, and wanted."""

    mine: bool
    cancel_requested: bool


class Queue:
    """Runs waiting and running. Every change is one statement, so several workers are safe."""

    def __init__(
        self,
        engine: Engine,
        places: Places,
        stale_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._pulses = Pulses(clock)
        self._places = places
        self._stale_seconds = stale_seconds

    def claim(self) -> Claim | None:
        """Take the waiting run whose turn it is; None where none waits."""
        token = new_id()
        take = (
            update(RUNS)
            .where(RUNS.c.id == next_turn().scalar_subquery(), RUNS.c.state == RunState.QUEUED)
            .values(
                state=RunState.RUNNING,
                stage="start",
                claim=token,
                heartbeat=now(),
                started=now(),
                attempt=RUNS.c.attempt + 1,
                epoch=0,
                seconds_left=None,
            )
            .returning(RUNS.c.id)
        )
        with self._engine.begin() as connection:
            run_id = connection.scalar(take)
            if run_id is None:
                return None
            connection.execute(delete(EPOCHS).where(EPOCHS.c.run_id == run_id))
        return Claim(run_id, token)

    def beat(self, worker_id: str, claim: Claim | None) -> None:
        """Say that the worker lives, and that it works on that run.

        Where that cannot be written, the others cannot be heard either, and none counts as silent.
        """
        try:
            self._beat(worker_id, claim)
        except SQLAlchemyError:
            self._pulses.forget()
            raise

    def _beat(self, worker_id: str, claim: Claim | None) -> None:
        with self._engine.begin() as connection:
            known = connection.execute(
                update(WORKERS).where(WORKERS.c.id == worker_id).values(heartbeat=now())
            )
            if known.rowcount == 0:
                row = {"id": worker_id, "started": now(), "heartbeat": now()}
                connection.execute(insert(WORKERS).values(row))
            if claim is not None:
                connection.execute(update(RUNS).where(_held(claim)).values(heartbeat=now()))

    def leave(self, worker_id: str) -> None:
        """Say that the worker ends."""
        with self._engine.begin() as connection:
            connection.execute(delete(WORKERS).where(WORKERS.c.id == worker_id))

    def worker_alive(self) -> bool:
        """Whether any worker has been heard of lately."""
        return living_workers(self._engine, self._stale_seconds) > 0

    def standing(self, claim: Claim) -> Standing:
        """How things stand with a claimed run."""
        query = select(RUNS.c.cancel_requested).where(_held(claim))
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return Standing(mine=row is not None, cancel_requested=bool(row and row.cancel_requested))

    def progress(self, claim: Claim, stage: str) -> None:
        """Note that the run has entered a stage."""
        self._change(claim, stage=stage, seconds_left=None)

    def epoch_done(self, claim: Claim, epoch: EpochRecord, seconds_left: float) -> None:
        """Note that the run has completed an epoch."""
        row = {
            "epoch": epoch.epoch,
            "loss": epoch.loss,
            "metric": epoch.metric,
            "val_loss": epoch.val_loss,
            "val_metric": epoch.val_metric,
            "seconds": epoch.seconds,
        }
        change = update(RUNS).where(_held(claim))
        with self._engine.begin() as connection:
            mine = connection.execute(
                change.values(stage="train", epoch=epoch.epoch, seconds_left=seconds_left)
            )
            if mine.rowcount:
                connection.execute(insert(EPOCHS).values(run_id=claim.run_id, **row))

    def finish(self, claim: Claim) -> None:
        """Note that the run's artefacts are whole."""
        self._finish(_held(claim), claim.run_id, self.version_of(claim.run_id))

    def version_of(self, run_id: str) -> str | None:
        """Return the SHA-256 of a run's manifest; None where its artefacts are not whole."""
        return version_of(self._places.runs / run_id, self._places.cache)

    def fail(self, claim: Claim, reason: str) -> None:
        """Note that the run has failed, and why."""
        self._end(_held(claim), RunState.FAILED, reason)

    def cancelled(self, claim: Claim) -> None:
        """Note that the run was stopped because somebody asked for it."""
        self._end(_held(claim), RunState.CANCELLED)

    def give_back(self, claim: Claim) -> None:
        """Put a run back in its place in the queue: the worker ends, the run is not to blame."""
        self._change(claim, **_waiting(), attempt=RUNS.c.attempt - 1)

    def recover(self) -> list[str]:
        """Take up the runs whose worker has fallen silent since an earlier call; returns their ids.

        A run whose artefacts are whole is finished; one that was to be cancelled is cancelled;
        after MOST_ATTEMPTS it has failed; any other waits again.
        """
        running = select(RUNS).where(RUNS.c.state == RunState.RUNNING)
        with self._engine.connect() as connection:
            rows = connection.execute(running).all()
            workers = connection.execute(select(WORKERS)).all()
        silent = [row for row in rows if self._is_silent(row.claim, row.heartbeat)]
        for row in silent:
            self._take_up(row)
        for row in workers:
            if self._is_silent(row.id, row.heartbeat):
                self.leave(row.id)  # its next beat would bring it back
        return [row.id for row in silent]

    def _is_silent(self, name: str, beat: float) -> bool:
        return self._pulses.silent_seconds(name, beat) > self._stale_seconds

    def _take_up(self, row: Row) -> None:
        lost = _held(Claim(row.id, row.claim)) & (RUNS.c.heartbeat == row.heartbeat)
        if version := self.version_of(row.id):
            self._finish(lost, row.id, version)
        elif row.cancel_requested:
            self._end(lost, RunState.CANCELLED)
            remove_checkpoints(self._places.log_of(row.id))
        elif row.attempt >= MOST_ATTEMPTS:
            self._end(lost, RunState.FAILED, INTERRUPTED)
            remove_checkpoints(self._places.log_of(row.id))
        else:
            with self._engine.begin() as connection:
                connection.execute(update(RUNS).where(lost).values(**_waiting()))

    def _change(self, held: Claim, /, **values: object) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(RUNS).where(_held(held)).values(**values))

    def _finish(self, which: ColumnElement[bool], run_id: str, version: str | None) -> None:
        if version and (self._places.runs / run_id).is_dir():
            # its checksums were taken a moment ago
            State.of(self._places, run_id, version).remember()
        self._end(which, RunState.FINISHED, manifest_digest=version)

    def _end(
        self,
        which: ColumnElement[bool],
        state: RunState,
        reason: str | None = None,
        manifest_digest: str | None = None,
    ) -> None:
        ended = (
            update(RUNS)
            .where(which)
            .values(
                state=state,
                reason=reason,
                manifest_digest=manifest_digest,
                stage="",
                claim=None,
                seconds_left=None,
                cancel_requested=False,
                ended=now(),
            )
        )
        with self._engine.begin() as connection:
            connection.execute(ended)


def _held(claim: Claim) -> ColumnElement[bool]:
    return (
        (RUNS.c.id == claim.run_id)
        & (RUNS.c.claim == claim.token)
        & (RUNS.c.state == RunState.RUNNING)
    )


def _waiting() -> dict[str, object]:
    return {
        "state": RunState.QUEUED,
        "stage": "",
        "claim": None,
        "epoch": 0,
        "seconds_left": None,
        "started": None,
    }
