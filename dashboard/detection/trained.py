"""A trained model with all that it takes to score other data with it."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from dashboard.data.panel import Frequency, Panel
from dashboard.detection.calibration import Calibration, Reference
from dashboard.detection.models.kind import Model
from dashboard.detection.registry import model_kind
from dashboard.detection.settings import TrainingSettings
from dashboard.errors import SettingsError

CALIBRATION_FILE = "calibration.json"


class Fitted(BaseModel):
    """What was learned beside the model itself."""

    model_config = ConfigDict(frozen=True)

    settings: TrainingSettings
    features: tuple[str, ...]
    frequency: Frequency
    calibration: Calibration

    def with_users(self, scores: np.ndarray) -> Self:
        """Return the same with the scores of all users, (users,), as the reference of users."""
        users = {"users": Reference.of(scores)}
        return self.model_copy(update={"calibration": self.calibration.model_copy(update=users)})

    def check_kind(self, features: tuple[str, ...], frequency: Frequency) -> None:
        """Raise SettingsError unless counts are of the kind that the model was trained on."""
        if features != self.features:
            raise SettingsError(
                f"The model was trained on {', '.join(self.features)}; this data has "
                f"{', '.join(features)}. Name the same columns in the same order."
            )
        if frequency is not self.frequency:
            raise SettingsError(
                f"The model was trained on steps of one {self.frequency}; this data has steps "
                f"of one {frequency}. Bring it to the same frequency."
            )


@dataclass(frozen=True)
class TrainedModel:
    """A model and what was fitted with it; on disk the model's own files and `calibration.json`."""

    model: Model
    fitted: Fitted

    def __reduce__(self) -> tuple[object, ...]:
        """Go to another process as files do: without what it has learned from."""
        with TemporaryDirectory(prefix="clickwatch-") as folder:
            self.save(Path(folder))
            return _from_files, ({path.name: path.read_bytes() for path in Path(folder).iterdir()},)

    def save(self, folder: Path) -> None:
        """Write all files into a folder that exists."""
        self.model.save(folder)
        (folder / CALIBRATION_FILE).write_text(self.fitted.model_dump_json(), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the files; Keras' safe mode refuses a model that carries code.

        Raises SettingsError where the folder holds no trained model.
        """
        try:
            fitted = Fitted.model_validate_json((folder / CALIBRATION_FILE).read_bytes())
            kind = model_kind(fitted.settings.model)
            return cls(kind.load(folder, fitted.settings), fitted)
        except (OSError, ValidationError) as error:
            raise SettingsError(
                f"{folder} holds no trained model that can be read. "
                "Name a folder that `analyse` has written."
            ) from error

    def check(self, panel: Panel) -> None:
        """Raise SettingsError unless the panel can be scored with this model."""
        self.fitted.check_kind(panel.features, panel.frequency)
        window = self.fitted.settings.window
        if len(panel.times) < window:
            raise SettingsError(
                f"The model reads windows of {window} time steps; this data has "
                f"{len(panel.times)}. Add earlier steps, so that there are at least {window}."
            )


def _from_files(files: dict[str, bytes]) -> TrainedModel:
    with TemporaryDirectory(prefix="clickwatch-") as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        return TrainedModel.load(Path(folder))
