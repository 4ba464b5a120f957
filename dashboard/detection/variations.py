"""Several trainings side by side: every combination of models and settings that were chosen."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from dashboard.detection.choices import make_settings
from dashboard.detection.registry import model_kind
from dashboard.detection.settings import TrainingSettings

VARIED = ("window", "units", "seed")  # in the order in which they are told


def vary(
    base: TrainingSettings, models: Sequence[str], **chosen: Sequence[Any]
) -> list[TrainingSettings]:
    """Return every combination of models and values, each once, in the order of the choices.

    chosen: values of `window`, `units` or `seed`; without any, that of `base`. What a model pays no
    heed to is not varied, nor is anything of a baseline. Raises SettingsError.
    """
    found: dict[TrainingSettings, None] = {}
    for model in models:
        kind = model_kind(model)
        kept = _changed(base, model)
        names = [
            name for name in VARIED if chosen.get(name) and kind.is_trained and name in kind.heeds
        ]
        for values in product(*(chosen[name] for name in names)):
            given = {**kept, **dict(zip(names, values, strict=True))}
            found[make_settings(model=model, **given)] = None
    return list(found)


def told_apart(several: Sequence[TrainingSettings]) -> list[str]:
    """Return what each is called: its model, and what else tells it from others of that model."""
    return [
        ", ".join([one.model, *(f"{name} {_said(one, name)}" for name in _differing(one, several))])
        for one in several
    ]


def _changed(base: TrainingSettings, model: str) -> dict[str, Any]:
    """Return what differs in `base` from its model's defaults, and means something to another."""
    usual, heeded = model_kind(base.model).settings, model_kind(model).heeds
    return {
        name: value
        for name in TrainingSettings.model_fields
        if name in heeded
        and name != "model"
        and (value := getattr(base, name)) != getattr(usual, name)
    }


def _differing(one: TrainingSettings, several: Sequence[TrainingSettings]) -> list[str]:
    alike = [other for other in several if other.model == one.model]
    return [name for name in VARIED if len({getattr(other, name) for other in alike}) > 1]


def _said(settings: TrainingSettings, name: str) -> str:
    value = getattr(settings, name)
    return " and ".join(map(str, value)) if isinstance(value, tuple) else str(value)
