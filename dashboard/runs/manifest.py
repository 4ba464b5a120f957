"""`run.json`: what a run was, and the digests of all that belongs to it."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from dashboard.data.continuing import News
from dashboard.data.panel import Frequency
from dashboard.data.reading import Reading
from dashboard.detection.drift import Drift, TrainingFacts
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold

FILE_NAME = "run.json"


class Dataset(BaseModel):
    """What was trained on.

    digest: the SHA-256 of the file's bytes. reading: how a person asked to have it read, the rest
    having been found out; None in runs that are older than this.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    digest: str
    reading: Reading | None = None


class Timings(BaseModel):
    """Seconds: reading, starting the model, training (and each epoch), scoring, all together.

    self_test: 0 where there was none.
    """

    model_config = ConfigDict(frozen=True)

    read: float
    start: float
    train: float
    epochs: tuple[float, ...]
    score: float
    self_test: float = 0.0
    total: float


class ScoredWith(BaseModel):
    """What a run without a training of its own owes to an earlier one, whose model it took.

    run_id, run_name: of that run; no id where it was a folder. trained_on: what its model learned from.
    known_until: the last time step known before. news, new_users, silent_users: as in `Continued`;
    new_times: how many time steps are new to all users. between: how many other files were scored after the
    training and before this one. facts: what the training's counts were like.
    """

    model_config = ConfigDict(frozen=True)

    run_id: str | None
    run_name: str
    trained_on: Dataset
    news: News
    known_until: str
    new_times: int
    new_users: int
    silent_users: int
    between: int = 0
    facts: TrainingFacts
    drift: Drift


class RunManifest(BaseModel):
    """Everything about a finished run that fits on a page; written last, so that it seals the run.

    users, times: how many the panel has; unscored_users: the names left out, in the file's order.
    level: the score from which a cell is an anomaly under `threshold`.
    scored_with: the earlier run whose model this one took; None for a run with its own training.
    artefacts: SHA-256 of each file beside this one.
    """

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")  # a level may be infinite

    version: int = 1
    settings: TrainingSettings
    threshold: Threshold
    level: float
    seed: int
    dataset: Dataset
    users: int
    times: int
    features: tuple[str, ...]
    frequency: Frequency
    first: str | int
    last: str | int
    unscored_users: tuple[str, ...]
    metrics: dict[str, float]
    timings: Timings
    versions: dict[str, str]
    scored_with: ScoredWith | None = None
    artefacts: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> "RunManifest":
        """Return the manifest in that folder. Raises OSError or pydantic's ValidationError."""
        return cls.model_validate_json((folder / FILE_NAME).read_bytes())
