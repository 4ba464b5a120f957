"""The settings of a training as widgets: names, limits, defaults and help come from their type.

Whatever differs from the defaults stands in the address, so that it survives a refresh, the way
back, and being sent to someone else.
"""

from collections.abc import Mapping
from typing import Any, get_args

import streamlit as st
from annotated_types import Ge, Gt, Le

from dashboard.detection.choices import make_settings
from dashboard.detection.models.kind import ModelKind
from dashboard.detection.registry import DEFAULT_MODEL, MODELS, model_kind
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
    "drop_worst": "Share of users to drop, then train again",
    "seed": "Seed",
    "shuffle": "Shuffle windows in each epoch",
    "unroll": "Unroll the time loop",
}
UNSET = "chosen for the data"
BASIC = ("epochs", "units", "window", "scaling")
MORE = tuple(name for name in LABELS if name not in BASIC)
SCALINGS = {
    "range": "range: one for all users",
    "user-range": "user-range: each user's own",
    "log-range": "log-range: logarithms, one for all",
}
FINER = {
    "epochs": "In one epoch the model sees every training window once. More epochs fit closer, up "
    "to a point: watch the validation loss.",
    "units": "An LSTM layer carries so many numbers from time step to time step: its memory. One "
    "number a layer, such as 100 or 100, 50. More units remember more and cost more time.",
    "window": "The model sees this many time steps of one user at once. A longer window shows "
    "it longer rhythms, such as whole weeks, and costs more time.",
    "scaling": "`range` lets busy users weigh most; `user-range` gives each user the same weight; "
    "`log-range` brings quiet and busy users closer together.",
    "stride": "1 cuts as many windows as there are, which overlap; the errors of a cell are then "
    "averaged. As long as the window, and none overlap.",
    "batch_size": "The model learns once after each batch. Larger batches are faster and learn "
    "more coarsely.",
    "learning_rate": "Too large, and the loss jumps about; too small, and it hardly falls.",
    "dropout": "Above 0 the model relies less on single values; it learns more slowly.",
    "activation": "`tanh` keeps the output in [-1, 1], where the scaled counts are.",
    "metric": "It only informs: it is measured beside the loss, and nothing depends on it.",
    "loss": "`mse` squares the errors, so large ones count most; `mae` counts all alike; `huber` "
    "lies between.",
    "optimizer": "`adam` suits nearly always.",
    "validation_share": "The model never learns from them: their loss shows whether it has only "
    "learned by heart.",
    "patience": "Then the best weights so far are kept.",
    "drop_worst": "The model then does not learn the very anomalies it should find. Both trainings "
    "count in epochs and time; the users left out are scored like all others. Of too few users nobody is left out.",
    "seed": "The same seed, data and settings give the same result on the same machine.",
    "shuffle": "Off is how the classic models are usually written.",
    "unroll": "Left to Keras without a loop: slower than the loop of this app, and long windows take much memory.",
}


def ask_settings(model: str) -> TrainingSettings:
    """Draw the widgets that mean something to the model, and return the settings.

    Raises SettingsError for what cannot be used.
    """
    kind = model_kind(model)
    chosen: dict[str, Any] = {"model": model}
    if kind.is_trained:
        st.subheader("Settings")
        chosen |= _ask_all(kind, [name for name in BASIC if name in kind.heeds])
        with st.expander("More settings"):
            chosen |= _ask_all(kind, [name for name in MORE if name in kind.heeds])
    if "units" in chosen:  # read last: a refusal must not take the rest of the form away
        chosen["units"] = _whole_numbers(chosen["units"])
    return make_settings(**chosen)


def _ask_all(kind: ModelKind, names: list[str]) -> dict[str, Any]:
    answers = {}
    for first in range(0, len(names), len(BASIC)):  # a phone and the Tab key go row by row
        row = names[first : first + len(BASIC)]
        for name, column in zip(row, st.columns(len(BASIC)), strict=False):
            with column:
                answers[name] = _ask(kind, name)
    return answers


def address_of(settings: TrainingSettings) -> dict[str, str]:
    """Return what the form's address says of these settings: those that differ from the defaults."""
    if settings.model not in MODELS:
        return {}
    kind = MODELS[settings.model]
    said = {
        _key(kind, name): in_words(name, value)
        for name in LABELS
        if (value := getattr(settings, name)) != getattr(kind.settings, name)
    }
    if kind.name != DEFAULT_MODEL:
        said["model"] = kind.title
    return said


def show_settings(settings: TrainingSettings) -> None:
    """Draw the settings of a run, those that differ from the defaults marked."""
    kind = MODELS.get(settings.model)
    usual = kind.settings if kind else settings
    values = {name: getattr(settings, name) for name in LABELS if not kind or name in kind.heeds}
    st.dataframe(
        {
            "Setting": [LABELS[name] for name in values],
            "Value": [in_words(name, value) for name, value in values.items()],
            "Default": [
                "" if value == getattr(usual, name) else in_words(name, getattr(usual, name))
                for name, value in values.items()
            ],
        },
        hide_index=True,
        height="content",
        key="settings_of_run",
        column_config={"Default": st.column_config.TextColumn(help="Where it was changed.")},
        alt="; ".join(f"{LABELS[name]}: {in_words(name, value)}" for name, value in values.items()),
    )


def in_words(name: str, value: Any) -> str:
    """Return a setting as its widget shows it and its address says it."""
    if value is None:
        return UNSET
    if isinstance(value, bool):
        return str(value).lower()
    if name == "units":
        return _listed(value)
    return SCALINGS.get(value, value) if isinstance(value, str) else str(value)


def _listed(sizes: tuple[int, ...]) -> str:
    return ", ".join(str(size) for size in sizes)


def _key(kind: ModelKind, name: str) -> str:
    """Return the key of a widget, which is its name in the address.

    Models that agree on a default share the widget, so that a choice outlives a change of model.
    """
    shared = getattr(kind.settings, name) == TrainingSettings.model_fields[name].default
    return name if shared else f"{kind.name}-{name}"


def _ask(kind: ModelKind, name: str) -> Any:
    field = TrainingSettings.model_fields[name]
    usual = getattr(kind.settings, name)
    shared: dict[str, Any] = {
        "label": LABELS[name],
        "help": f"{field.description} {FINER.get(name, '')}".strip(),
        "key": _key(kind, name),
        "bind": "query-params",
    }
    if name == "units":
        return st.text_input(value=_listed(usual), **shared)
    if isinstance(usual, bool):
        return st.toggle(value=usual, **shared)
    if isinstance(usual, str):
        options = get_args(field.annotation)
        words: Mapping[str, str] = SCALINGS if name == "scaling" else {}
        return st.selectbox(
            options=options,
            index=options.index(usual),
            format_func=lambda option: words.get(option, option),
            **shared,
        )
    return _ask_number(name, usual, shared)


def _ask_number(name: str, usual: float | None, shared: dict[str, Any]) -> float | None:
    field = TrainingSettings.model_fields[name]
    lowest, highest = _limits(field)
    if isinstance(usual, float):
        step = 0.0001 if name == "learning_rate" else 0.05
        above = any(isinstance(mark, Gt) for mark in field.metadata)
        return st.number_input(
            value=usual,
            min_value=step if above else lowest,
            max_value=float(highest),
            step=step,
            format="%.4f" if name == "learning_rate" else "%.2f",
            **shared,
        )
    return st.number_input(
        value=usual,
        min_value=int(lowest),
        max_value=int(highest),
        step=1,
        placeholder=UNSET,
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
