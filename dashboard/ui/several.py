"""Several trainings at once on one dataset: which models and settings, then their common start."""

from collections.abc import Sequence

import streamlit as st

from dashboard.charts.format import format_count, format_duration
from dashboard.detection.outline import check_fits, describe
from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.variations import told_apart, vary
from dashboard.errors import ClickwatchError, SettingsError
from dashboard.runs.comparing import FEWEST_RUNS, MOST_RUNS
from dashboard.ui.addresses import go_to
from dashboard.ui.folds import unfold
from dashboard.ui.kept import open_store, read_panel_of
from dashboard.ui.problems import plain, show_problem


def offer_several(dataset_id: str, settings: TrainingSettings) -> None:
    """Draw the choice of what is to be trained beside what the form says, and the start of it all."""
    fold = unfold(
        "Train several, and compare them",
        ":material/account_tree:",
        "several",
        stands_in_address=True,
    )
    if fold is None:
        return
    with fold:
        try:
            several = _ask(settings)
            _say(dataset_id, several)
        except SettingsError as problem:
            show_problem(problem)
            return
        number = len(several)
        if st.button(
            f"Train {format_count(number)}",
            icon=":material/playlist_play:",
            key="start_several",
            disabled=not FEWEST_RUNS <= number <= MOST_RUNS,
        ):
            _start(dataset_id, several)


def _ask(settings: TrainingSettings) -> list[TrainingSettings]:
    models = st.pills(
        "Models",
        list(MODELS),
        selection_mode="multi",
        default=[settings.model],
        format_func=lambda name: MODELS[name].title,
        key="models",
        bind="query-params",
        wrap=True,
        help="Each with what was changed above, where that means something to it, and else with its own defaults.",
    )
    columns = st.columns(3)
    window, units, seed = (
        _whole_numbers(
            label,
            column.text_input(label, key=key, bind="query-params", placeholder=example, help=told),
        )
        for column, (label, key, example, told) in zip(columns, _VARIED, strict=True)
    )
    return vary(settings, models or (), window=window, units=[(one,) for one in units], seed=seed)


_ELSE = "Empty: as above. Baselines train nothing, and are not repeated."
_VARIED = (
    ("Windows", "windows", "such as 14, 28", f"Time steps, one training for each. {_ELSE}"),
    ("Units", "several_units", "such as 16, 32", f"Of one layer, one training for each. {_ELSE}"),
    ("Seeds", "seeds", "such as 0, 1, 2", f"Shows what chance does. {_ELSE}"),
)


def _say(dataset_id: str, several: Sequence[TrainingSettings]) -> None:
    """Say what would be trained, and how long that takes; or that it is too little or too much."""
    if not FEWEST_RUNS <= len(several) <= MOST_RUNS:
        st.caption(
            f"Every combination is trained: now {len(several)}. "
            f"Choose {FEWEST_RUNS} to {MOST_RUNS}, as many as can be compared."
        )
        return
    shape, seconds = read_panel_of(dataset_id).shape, 0.0
    for one in several:
        outline = describe(shape, one)
        check_fits(outline)
        seconds += outline.seconds
    st.caption(
        f"Trains {plain('; '.join(told_apart(several)))}. One after the other about "
        f"{format_duration(seconds)}, less with several workers."
    )


def _start(dataset_id: str, several: Sequence[TrainingSettings]) -> None:
    try:
        runs = open_store().queue_runs(dataset_id, several)
    except ClickwatchError as problem:
        show_problem(problem)
    else:
        go_to("train", runs=",".join(run.id for run in runs))


def _whole_numbers(label: str, text: str) -> list[int]:
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    try:
        return [int(part) for part in parts]
    except ValueError as error:
        raise SettingsError(
            f"{label}: {text!r} are not whole numbers. Write them with commas between, such as 1, 2."
        ) from error
