"""Settings from what a person typed or chose: the model's own defaults where nothing was said."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dashboard.detection.registry import DEFAULT_MODEL, model_kind
from dashboard.detection.settings import TrainingSettings
from dashboard.errors import SettingsError


def make_settings(**chosen: Any) -> TrainingSettings:
    """Return settings with these choices; None keeps the model's default. Raises SettingsError."""
    try:
        return combine(chosen)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).replace("_", " ")
        raise SettingsError(
            f"The setting '{name}' cannot be {first['input']!r}: it {demand(first)}."
        ) from error


def combine(chosen: dict[str, Any]) -> TrainingSettings:
    """Do the same, with pydantic's own ValidationError for a value out of range."""
    given = {name: value for name, value in chosen.items() if value is not None}
    kind = model_kind(given.get("model", DEFAULT_MODEL))
    for name in given:
        if name in TrainingSettings.model_fields and name not in kind.heeds:
            raise SettingsError(
                f"The model {kind.name!r} has no setting '{name.replace('_', ' ')}'. Leave it out."
            )
    return TrainingSettings.model_validate({**kind.settings.model_dump(), **given})


def demand(error: ErrorDetails) -> str:
    """Say what is asked of a setting, as in "should be a whole number"; pydantic's words elsewhere."""
    limits = error.get("ctx", {})
    match error["type"]:
        case "int_parsing" | "int_from_float" | "int_type" | "int_parsing_size":
            return "should be a whole number"
        case "float_parsing" | "float_type" | "finite_number":
            return "should be a number"
        case "too_long":
            return f"takes at most {limits['max_length']} numbers"
        case "too_short":
            return "needs at least one number"
        case "extra_forbidden":
            return "does not exist"
    words = error["msg"].removeprefix("Value error, ")
    return words.removeprefix("Input ").removeprefix("String ")
