"""Settings from what a person typed or chose, with a sentence where one cannot be used."""

from typing import Any

from pydantic import ValidationError

from dashboard.detection.registry import model_kind
from dashboard.detection.settings import TrainingSettings
from dashboard.errors import SettingsError


def make_settings(**chosen: Any) -> TrainingSettings:
    """Return settings with these choices; None keeps the default. Raises SettingsError."""
    given = {name: value for name, value in chosen.items() if value is not None}
    try:
        settings = TrainingSettings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).replace("_", " ")
        raise SettingsError(
            f"The setting '{name}' cannot be {first['input']!r}: "
            f"{first['msg'][0].lower()}{first['msg'][1:]}."
        ) from error
    model_kind(settings.model)
    return settings
