"""What models have in common that hold a Keras network. Keras itself is not imported here."""

from dataclasses import dataclass
from typing import Any

from dashboard.detection.settings import TrainingSettings


@dataclass(frozen=True)
class NetworkModel:
    """A model around a network."""

    network: Any  # a keras.Model
    settings: TrainingSettings

    @property
    def parameters(self) -> int:
        """How many weights are trained."""
        return self.network.count_params()

    @property
    def versions(self) -> dict[str, str]:
        """Which libraries it was made with."""
        from dashboard.detection.training import VERSIONS  # noqa: PLC0415 - loads TensorFlow

        return VERSIONS
