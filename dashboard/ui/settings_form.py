"""The settings of a training as widgets: names, limits, defaults and help come from their type."""

from collections.abc import Mapping
from typing import Any, get_args

import streamlit as st
from annotated_types import Ge, Gt, Le

from dashboard.detection.choices import make_settings
from dashboard.detection.settings import TrainingSettings
from dashboard.errors import SettingsError

LABELS = {
    "epochs": "Epochs",
    "units": "Units of each LSTM layer",
    "window": "Window, in time steps",
    "scaling": "Scaling",
    "stride": "Stride, in time steps",
    "batch_size": "Batch size, in windows",
    "learning_rate": "Learning rate",
    "dropout": "Dropout",
    "activation": "Output activation",
    "loss": "Loss",
    "metric": "Metric",
    "optimizer": "Optimiser",
    "validation_share": "Share of users held out",
    "patience": "Patience, in epochs",
    "seed": "Seed",
    "shuffle": "Shuffle windows in each epoch",
    "unroll": "Unroll the time loop",
}
BASIC = ("epochs", "units", "window", "scaling")
MORE = tuple(name for name in LABELS if name not in BASIC)
SCALINGS = {
    "range": "range: one for all users",
    "user-range": "user-range: each user's own",
    "log-range": "log-range: logarithms, one for all",
}
FINER = {
    "window": "A longer window sees longer rhythms and costs more time.",
    "stride": "A smaller stride cuts more windows that overlap; errors are averaged back to cells.",
    "units": "One number per layer, such as 100 or 100, 50. More units remember more and cost more.",
    "epochs": "More epochs fit closer, up to a point: watch the validation loss.",
    "scaling": "`range` lets busy users weigh most; `user-range` gives each user the same weight; "
    "`log-range` brings quiet and busy users closer together.",
    "dropout": "Above 0 the model relies less on single values; it learns more slowly.",
    "activation": "`tanh` keeps the output in [-1, 1], where the scaled counts are.",
    "metric": "It only informs: it is measured beside the loss, and nothing depends on it.",
    "batch_size": "Larger batches are faster and learn more coarsely.",
    "shuffle": "Off is how the classic models are usually written.",
    "unroll": "Sometimes faster for short windows; takes much memory for long ones.",
    "validation_share": "Their loss shows whether the model has only learned by heart.",
    "seed": "The same seed, data and settings give the same result on the same machine.",
}


def ask_settings(model: str) -> TrainingSettings:
    """Draw the widgets and return the settings. Raises SettingsError for what cannot be used."""
    chosen: dict[str, Any] = {"model": model}
    for place, name in zip(st.columns(len(BASIC)), BASIC, strict=True):
        with place:
            chosen[name] = _ask(name)
    with st.expander("More settings"):
        columns = st.columns(4)
        for position, name in enumerate(MORE):
            with columns[position % len(columns)]:
                chosen[name] = _ask(name)
    return make_settings(**chosen)


def _ask(name: str) -> Any:
    field = TrainingSettings.model_fields[name]
    shared: dict[str, Any] = {
        "label": LABELS[name],
        "help": f"{field.description} {FINER.get(name, '')}".strip(),
        "key": f"setting_{name}",
    }
    if name == "units":
        text = st.text_input(value=", ".join(str(size) for size in field.default), **shared)
        return _whole_numbers(text)
    if isinstance(field.default, bool):
        return st.toggle(value=field.default, **shared)
    if isinstance(field.default, str):
        options = get_args(field.annotation)
        words: Mapping[str, str] = SCALINGS if name == "scaling" else {}
        return st.selectbox(
            options=options,
            index=options.index(field.default),
            format_func=lambda option: words.get(option, option),
            **shared,
        )
    return _ask_number(name, shared)


def _ask_number(name: str, shared: dict[str, Any]) -> float | None:
    field = TrainingSettings.model_fields[name]
    lowest, highest = _limits(field)
    if isinstance(field.default, float):
        step = 0.0001 if name == "learning_rate" else 0.05
        above = any(isinstance(mark, Gt) for mark in field.metadata)
        return st.number_input(
            value=field.default,
            min_value=step if above else lowest,
            max_value=float(highest),
            step=step,
            format="%.4f" if name == "learning_rate" else "%.2f",
            **shared,
        )
    return st.number_input(
        value=field.default,
        min_value=int(lowest),
        max_value=int(highest),
        step=1,
        placeholder="chosen for the data",
        **shared,
    )


def _limits(field: Any) -> tuple[float, float]:
    """Return the lowest and the highest value that a number may have."""
    lowest = next((mark.ge for mark in field.metadata if isinstance(mark, Ge)), 0)
    highest = next(mark.le for mark in field.metadata if isinstance(mark, Le))
    return float(lowest), float(highest)


def _whole_numbers(text: str) -> tuple[int, ...]:
    parts = [part for part in text.replace(";", ",").split(",") if part.strip()]
    try:
        return tuple(int(part) for part in parts)
    except ValueError as error:
        raise SettingsError(
            f"The units {text!r} are not whole numbers. Write one for each layer: 100, or 100, 50."
        ) from error
