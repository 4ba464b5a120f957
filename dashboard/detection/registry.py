"""All models that can be chosen, by name. A new one is a file in `models/` and a line here."""

from dashboard.detection.models.encoder_decoder import ENCODER_DECODER
from dashboard.detection.models.plan import ModelKind
from dashboard.detection.models.stacked import STACKED
from dashboard.errors import SettingsError

MODELS: dict[str, ModelKind] = {kind.name: kind for kind in (ENCODER_DECODER, STACKED)}


def model_kind(name: str) -> ModelKind:
    """Return the model of that name. Raises SettingsError naming those there are."""
    if name not in MODELS:
        raise SettingsError(f"There is no model {name!r}. Choose one of: {', '.join(MODELS)}.")
    return MODELS[name]
