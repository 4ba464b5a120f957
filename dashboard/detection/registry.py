"""All models that can be chosen, by name. A new one is a file of its own and a line here."""

from dashboard.detection.baselines.pca import PCA
from dashboard.detection.baselines.rhythms import RHYTHMS
from dashboard.detection.baselines.robust_z import ROBUST_Z
from dashboard.detection.baselines.weekday_median import WEEKDAY_MEDIAN
from dashboard.detection.models.counts import COUNTS
from dashboard.detection.models.encoder_decoder import ENCODER_DECODER
from dashboard.detection.models.kind import ModelKind
from dashboard.detection.models.stacked import STACKED
from dashboard.errors import SettingsError

MODELS: dict[str, ModelKind] = {
    kind.name: kind
    for kind in (COUNTS, ENCODER_DECODER, STACKED, RHYTHMS, PCA, WEEKDAY_MEDIAN, ROBUST_Z)
}
DEFAULT_MODEL = COUNTS.name


def model_kind(name: str) -> ModelKind:
    """Return the model of that name. Raises SettingsError naming those there are."""
    if name not in MODELS:
        raise SettingsError(f"There is no model {name!r}. Choose one of: {', '.join(MODELS)}.")
    return MODELS[name]
