"""What runs were and what came of them, side by side: settings, figures, losses."""

from collections.abc import Sequence

import streamlit as st

from dashboard.charts import losses_compared
from dashboard.charts.format import (
    MISSING,
    format_duration,
    format_name,
    format_threshold,
    sentence,
)
from dashboard.charts.run_marks import LETTERS
from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.comparing import differing, heeds
from dashboard.runs.records import RunRecord
from dashboard.runs.results import Results
from dashboard.sharing.metric_words import format_metric, in_order, metric_words
from dashboard.ui.drawing import draw
from dashboard.ui.look import is_dark
from dashboard.ui.settings_form import LABELS, in_words
from dashboard.ui.tables import show_beside

_LETTER_PIXELS, _FRAME_PIXELS = 7, 24  # of a name in a table
_OWN_SCALE = {"model", "loss", "scaling"}


def show_differences(runs: Sequence[RunRecord], opened: Sequence[Results]) -> None:
    """Draw the settings on which the runs differ beside the figures that came of them."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("Settings that differ")
        _show_settings(runs, opened)
    with right:
        st.subheader("What came of them")
        rows = _figures([one.manifest.metrics for one in opened])
        seconds = [format_duration(one.manifest.timings.total) for one in opened]
        _table("Figure", {**rows, "Time, all together": seconds}, "figures_compared")


def show_losses(runs: Sequence[RunRecord], opened: Sequence[Results]) -> None:
    """Draw the losses of all runs that have any over each other."""
    histories = [list(one.history().itertuples()) for one in opened]
    st.subheader("How they learned")
    without = [letter for letter, one in zip(LETTERS, histories, strict=False) if not one]
    if without:
        verb = "is a baseline" if len(without) == 1 else "are baselines"
        st.caption(f"{_listed(without)} {verb}: nothing is trained, so there is no loss.")
    if len(without) == len(runs):
        return
    if max(map(len, histories)) == 1:
        st.caption("None was trained for more than one epoch: the losses stand above.")
        return
    log = st.toggle("Logarithmic", key="log", bind="query-params")
    draw(losses_compared(histories, log=log, dark=is_dark()), "losses_compared")
    twice = [LETTERS[place] for place, run in enumerate(runs) if run.settings.drop_worst]
    if twice:
        st.caption(
            f"{_listed(twice)}: trained twice, the second time without the strangest users; "
            "that training begins where the loss jumps up."
        )
    trained = [run.settings for run, one in zip(runs, histories, strict=True) if one]
    if _OWN_SCALE & set(differing(trained)):
        st.caption(
            "Losses of different models, loss functions or scalings are not on one scale: "
            "a lower line is then no better model."
        )


def _show_settings(runs: Sequence[RunRecord], opened: Sequence[Results]) -> None:
    settings = [one.manifest.settings for one in opened]
    rows = {
        "Model" if name == "model" else LABELS[name]: [_said(one, name) for one in settings]
        for name in differing(settings)
    }
    if len({run.dataset_id for run in runs}) > 1:
        rows["Data"] = [format_name(run.dataset_name) for run in runs]
    thresholds = [sentence(format_threshold(one.manifest.threshold)) for one in opened]
    if len(set(thresholds)) > 1:
        rows["Threshold"] = thresholds
    if rows:
        _table("Setting", rows, "settings_compared")
    else:
        st.markdown("None: data, model and all settings are the same.")


def _said(settings: TrainingSettings, name: str) -> str:
    if name == "model":
        return MODELS[settings.model].title if settings.model in MODELS else settings.model
    return in_words(name, getattr(settings, name)) if heeds(settings, name) else MISSING


def _figures(metrics: Sequence[dict[str, float]]) -> dict[str, list[str]]:
    """Return each figure that any run has, in words, with what each run has of it."""
    names = in_order(name for one in metrics for name in one)
    return {
        metric_words(name): [format_metric(name, one.get(name)) for one in metrics]
        for name in names
    }


def _table(what: str, rows: dict[str, list[str]], key: str) -> None:
    columns = {what: list(rows)}
    columns |= dict(zip(LETTERS, map(list, zip(*rows.values(), strict=True)), strict=False))
    wide = _FRAME_PIXELS + _LETTER_PIXELS * max(map(len, rows))
    show_beside(
        columns,
        key,
        alt="; ".join(f"{name}: {', '.join(values)}" for name, values in rows.items()),
        column_config={what: st.column_config.TextColumn(width=wide)},  # no name is cut
    )


def _listed(letters: Sequence[str]) -> str:
    return letters[0] if len(letters) == 1 else f"{', '.join(letters[:-1])} and {letters[-1]}"
