"""`run.json`: what a run was, and the digests of all that belongs to it."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from dashboard.data.panel import Frequency
from dashboard.data.reading import Reading
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


class RunManifest(BaseModel):
    """Everything about a finished run that fits on a page; written last, so that it seals the run.

    users, times: how many the panel has; unscored_users: the names left out, in the file's order.
    level: the score from which a cell is an anomaly under `threshold`.
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
    artefacts: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> "RunManifest":
        """Return the manifest in that folder. Raises OSError or pydantic's ValidationError."""
        return cls.model_validate_json((folder / FILE_NAME).read_bytes())
