"""What is known of datasets and runs, as plain immutable records."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from dashboard.data.reading import Reading
from dashboard.data.report import QualityReport
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold


class RunState(StrEnum):
    """Where a run stands. The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing will change any more."""
        return self in {RunState.FINISHED, RunState.FAILED, RunState.CANCELLED}


@dataclass(frozen=True)
class DatasetRecord:
    """One reading of one file. `report` is None exactly where `problem` says why.

    digest: SHA-256 of the file's bytes, in hex.
    asked: the reading as a person gave it, with None for all that was to be found out.
    reading: as resolved; as asked for where the file could not be read.
    problem_line: the line of the problem, the header being line 1; None where none is to blame.
    owner: the id of whoever may see it; None: it is nobody's.
    """

    id: str
    name: str
    digest: str
    bytes: int
    asked: Reading
    reading: Reading
    report: QualityReport | None
    problem: str | None
    problem_line: int | None
    created: datetime
    deleted: datetime | None = None
    owner: str | None = None

    @property
    def is_readable(self) -> bool:
        """Whether there is a panel to train on."""
        return self.report is not None


@dataclass(frozen=True)
class RunRecord:
    """One training of one model on one dataset, or one scoring of it by an earlier run's model.

    stage: "start", "train", "score" or "self_test" while running, else "".
    epoch: epochs completed, of `epochs`.
    reason: one sentence saying why a run failed; None otherwise.
    stalled: running by the books while its worker has fallen silent; it will be taken up again.
    folder: where the finished run's artefacts are. log_file: what the training process printed;
        kept only where it did not finish.
    manifest_digest: SHA-256 of the finished run's `run.json`; None for runs older than it.
    owner: the id of whoever may see and change it; None: it is nobody's.
    model_run_id, model_run_name: of the earlier run whose model judges; None and "" for a training.
    """

    id: str
    name: str
    dataset_id: str
    dataset_name: str
    settings: TrainingSettings
    threshold: Threshold
    state: RunState
    stage: str
    epoch: int
    epochs: int
    seconds_left: float | None
    created: datetime
    started: datetime | None
    ended: datetime | None
    reason: str | None
    attempt: int
    cancelling: bool
    stalled: bool
    deleted: datetime | None
    folder: Path
    log_file: Path
    owner: str | None = None
    model_run_id: str | None = None
    model_run_name: str = ""
    manifest_digest: str | None = None
