"""The runs as a person sees and changes them."""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from sqlalchemy import ColumnElement, Engine, Row, Select, func, insert, or_, select, update

from dashboard.detection.history import EpochRecord
from dashboard.detection.outline import TrainingOutline, check_fits, describe
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold
from dashboard.detection.variations import told_apart
from dashboard.errors import DamagedError, NotFoundError, StoreError
from dashboard.runs.allowances import Allowance
from dashboard.runs.artefacts import damaged
from dashboard.runs.clock import now
from dashboard.runs.compared import State
from dashboard.runs.names import clean, new_id
from dashboard.runs.places import Places
from dashboard.runs.records import DatasetRecord, RunRecord, RunState
from dashboard.runs.schema import DATASETS, EPOCHS, RUNS, SCORINGS
from dashboard.runs.times import moment
from dashboard.runs.turns import turns

USUAL_THRESHOLD = Threshold()
NO_RUN = (
    "There is no such run here that you may see. It may have been deleted, or its link may have "
    "run out: ask whoever sent it for a new one."
)


class RunLedger:
    """Runs by id: asked for, followed, renamed, cancelled, deleted and brought back."""

    engine: Engine
    places: Places
    stale_seconds: float
    allowance: Allowance
    most_training_bytes: int | None
    dataset: Callable[[str], DatasetRecord]  # the shelf of the same store knows them
    queue_scoring: Callable[[str, str], RunRecord]

    def queue_run(
        self,
        dataset_id: str,
        settings: TrainingSettings,
        threshold: Threshold = USUAL_THRESHOLD,
        name: str | None = None,
        *,
        owner: str | None = None,
    ) -> RunRecord:
        """Put a run at the end of the queue. Without an owner it belongs to the dataset's.

        Raises StoreError for a dataset without counts or an owner with too many runs waiting,
        and SettingsError where the settings do not fit the data or this machine.
        """
        names = [name or ""]
        return self.queue_runs(dataset_id, [settings], threshold, names, owner=owner)[0]

    def queue_runs(
        self,
        dataset_id: str,
        several: Sequence[TrainingSettings],
        threshold: Threshold = USUAL_THRESHOLD,
        names: Sequence[str] = (),
        *,
        owner: str | None = None,
    ) -> list[RunRecord]:
        """Put several runs on one dataset at the end of the queue: all of them, or none.

        names: one for each; without, they are told apart by their settings. Raises what `queue_run` does.
        """
        dataset = self.dataset(dataset_id)
        owner = owner or dataset.owner
        usual = [f"{dataset.name}, {words}" for words in told_apart(several)]
        rows = [
            {
                "id": new_id(),
                "owner": owner,
                "name": clean(name) or called,
                "dataset_id": dataset_id,
                "settings": settings.model_dump(mode="json"),
                "threshold": threshold.model_dump(mode="json"),
                "state": RunState.QUEUED,
                "epochs": self._check(dataset, settings).epochs,
                "created": time.time(),
            }
            for settings, name, called in zip(
                several, names or [""] * len(several), usual, strict=True
            )
        ]
        with self.engine.begin() as connection:
            connection.execute(insert(RUNS), rows)
            self.allowance.check_queue(connection, owner, len(rows))
        return [self.run(row["id"]) for row in rows]

    def _check(self, dataset: DatasetRecord, settings: TrainingSettings) -> TrainingOutline:
        if dataset.report is None:
            raise StoreError(f"{dataset.name} cannot be trained on: {dataset.problem}")
        report = dataset.report
        outline = describe((report.users, report.times, len(report.features)), settings)
        check_fits(outline, self.most_training_bytes)
        return outline

    def retry_run(self, run_id: str) -> RunRecord:
        """Return a new run with the same dataset, settings, threshold, name and owner."""
        earlier = self.run(run_id)
        if earlier.model_run_id is not None:
            return self.queue_scoring(earlier.model_run_id, earlier.dataset_id)
        return self.queue_run(
            earlier.dataset_id,
            earlier.settings,
            earlier.threshold,
            earlier.name,
            owner=earlier.owner,
        )

    def run(self, run_id: str) -> RunRecord:
        """One run, a deleted one too. Raises NotFoundError."""
        with self.engine.connect() as connection:
            row = connection.execute(_runs().where(RUNS.c.id == run_id)).one_or_none()
        if row is None:
            raise NotFoundError(NO_RUN)
        return self._run_record(row)

    def check_run(self, run_id: str) -> None:
        """Raise DamagedError where the files of a finished run are not those that were written."""
        run = self.run(run_id)
        if run.state is not RunState.FINISHED:
            return
        folder = self.run_folder(run_id)
        state = State.of(self.places, run_id, run.manifest_digest)
        if state.is_known:
            return
        broken = damaged(folder, run.manifest_digest)
        if broken and self.places.cache is not None:
            self.places.cache.bring_again(folder, run.manifest_digest)
            state = State.of(self.places, run_id, run.manifest_digest)
            broken = damaged(folder, run.manifest_digest)
        if broken:
            raise DamagedError(
                f"The run {run.name} is damaged: {broken[0]} is not what was written. "
                "Bring it back from a backup, or train again. Other runs are not concerned."
            )
        state.remember()

    def run_folder(self, run_id: str) -> Path:
        """Return where a finished run's artefacts are, fetched where they are kept elsewhere."""
        folder, cache = self.places.runs / run_id, self.places.cache
        if cache is not None:
            version = None if folder.exists() else self.run(run_id).manifest_digest
            cache.bring(folder, version)
        return folder

    def bytes_to_fetch(self, run_id: str) -> int:
        """Return how much has to be fetched before a finished run can be read; 0 where it is at hand."""
        folder, cache = self.places.runs / run_id, self.places.cache
        if cache is None or folder.exists():
            return 0
        return cache.bytes_of(folder, self.run(run_id).manifest_digest)

    def owner_of_run(self, run_id: str) -> str | None:
        """Return who owns a run; None where nobody does, or where there is no such run."""
        with self.engine.connect() as connection:
            return connection.scalar(select(RUNS.c.owner).where(RUNS.c.id == run_id))

    def runs(
        self,
        search: str = "",
        *,
        owner: str | None = None,
        besides: Collection[str] = (),
        include_deleted: bool = False,
    ) -> list[RunRecord]:
        """The runs whose own or dataset's name contains `search`, in any case; newest first.

        owner: whose runs alone; None: everybody's. besides: ids of further runs.
        """
        query = _runs().order_by(RUNS.c.sequence.desc())
        if owner is not None:
            query = query.where(or_(RUNS.c.owner == owner, RUNS.c.id.in_(besides)))
        if not include_deleted:
            query = query.where(RUNS.c.deleted.is_(None))
        if wanted := search.strip():
            query = query.where(
                or_(_contains(RUNS.c.name, wanted), _contains(DATASETS.c.name, wanted))
            )
        with self.engine.connect() as connection:
            return [self._run_record(row) for row in connection.execute(query)]

    def history(self, run_id: str) -> list[EpochRecord]:
        """Return the epochs so far, oldest first."""
        query = select(EPOCHS).where(EPOCHS.c.run_id == run_id).order_by(EPOCHS.c.epoch)
        with self.engine.connect() as connection:
            rows: Iterable[Row] = connection.execute(query)
            return [
                EpochRecord(
                    epoch=row.epoch,
                    loss=row.loss,
                    metric=row.metric,
                    val_loss=row.val_loss,
                    val_metric=row.val_metric,
                    seconds=row.seconds,
                )
                for row in rows
            ]

    def queue_position(self, run_id: str) -> int:
        """1 for the next run to start; 0 for one that is not waiting."""
        waiting = turns()
        mine = select(waiting.c.place).where(waiting.c.id == run_id)
        with self.engine.connect() as connection:
            return connection.scalar(mine) or 0

    def rename_run(self, run_id: str, name: str) -> RunRecord:
        """Give a run another name. Raises StoreError for an empty one."""
        wanted = clean(name)
        if not wanted:
            raise StoreError("A run needs a name with at least one visible character.")
        self._change(RUNS.c.id == run_id, name=wanted)
        return self.run(run_id)

    def cancel_run(self, run_id: str) -> RunRecord:
        """Stop a waiting run at once, a running one within seconds; a finished one stays as it is."""
        self._change(
            (RUNS.c.id == run_id) & (RUNS.c.state == RunState.QUEUED),
            state=RunState.CANCELLED,
            ended=time.time(),
        )
        self._change(
            (RUNS.c.id == run_id) & (RUNS.c.state == RunState.RUNNING), cancel_requested=True
        )
        return self.run(run_id)

    def delete_run(self, run_id: str) -> None:
        """Take a run off the list, stopping it first; it can be restored."""
        self.cancel_run(run_id)
        self._change(RUNS.c.id == run_id, deleted=time.time())

    def restore_run(self, run_id: str) -> RunRecord:
        """Put a deleted run back on the list."""
        self._change(RUNS.c.id == run_id, deleted=None)
        return self.run(run_id)

    def _change(self, which: ColumnElement[bool], **values: object) -> None:
        with self.engine.begin() as connection:
            connection.execute(update(RUNS).where(which).values(**values))

    def _run_record(self, row: Row) -> RunRecord:
        silent = row.silent_seconds is None or row.silent_seconds > self.stale_seconds
        return RunRecord(
            id=row.id,
            name=row.name,
            dataset_id=row.dataset_id,
            dataset_name=row.dataset_name,
            settings=TrainingSettings.model_validate(row.settings),
            threshold=Threshold.model_validate(row.threshold),
            state=RunState(row.state),
            stage=row.stage,
            epoch=row.epoch,
            epochs=row.epochs,
            seconds_left=row.seconds_left,
            created=moment(row.created),
            started=moment(row.started),
            ended=moment(row.ended),
            reason=row.reason,
            attempt=row.attempt,
            cancelling=row.state == RunState.RUNNING and row.cancel_requested,
            stalled=row.state == RunState.RUNNING and silent,
            deleted=moment(row.deleted),
            folder=self.places.runs / row.id,
            log_file=self.places.log_of(row.id),
            owner=row.owner,
            model_run_id=row.model_run_id,
            model_run_name=row.model_run_name or "",
            manifest_digest=row.manifest_digest,
        )


def _runs() -> Select:
    joined = RUNS.join(DATASETS, RUNS.c.dataset_id == DATASETS.c.id).outerjoin(
        SCORINGS, SCORINGS.c.run_id == RUNS.c.id
    )
    return select(
        RUNS,
        DATASETS.c.name.label("dataset_name"),
        (now() - RUNS.c.heartbeat).label("silent_seconds"),
        SCORINGS.c.model_run_id,
        SCORINGS.c.model_run_name,
    ).select_from(joined)


def _contains(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    return func.lower(column).contains(text.lower(), autoescape=True)
