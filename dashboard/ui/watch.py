"""A run as it goes: waiting, learning, done. Looks again every two seconds until it has ended."""

import pandas as pd
import streamlit as st

from dashboard.charts import loss_curves
from dashboard.charts.format import format_count, format_duration, format_error, format_share
from dashboard.detection.registry import DEFAULT_MODEL, MODELS
from dashboard.detection.settings import METRICS
from dashboard.runs.first_look import read_first_look
from dashboard.runs.log_tail import read_log_tail
from dashboard.runs.records import RunRecord, RunState
from dashboard.ui.addresses import go_to, link_to
from dashboard.ui.drawing import draw
from dashboard.ui.kept import open_store
from dashboard.ui.look import is_dark
from dashboard.ui.looked_at import look_at_run
from dashboard.ui.problems import plain
from dashboard.ui.settings_form import address_of, show_settings
from dashboard.ui.share import say_shared
from dashboard.ui.stability import offer_more_seeds
from dashboard.ui.wording import state_badge, took

LOOK_SECONDS = 2.0
FIRST_LOOK = {
    "user": "User",
    "time": "Time",
    "actual": st.column_config.NumberColumn("Actual", format="localized"),
    "expected": st.column_config.NumberColumn("Expected", format="%.1f"),
    "feature": "Feature",
}
STAGES = {
    "start": "Starting the model",
    "train": "Training",
    "score": "Scoring every cell",
    "self_test": "Testing on planted anomalies",
}
AFTER_TRAINING = ("score", "self_test")


def watch(run_id: str) -> None:
    """Draw a run and keep the drawing up to date for as long as it changes."""
    run = open_store().run(run_id)
    look_at_run(run)
    st.header(plain(run.name))
    say_shared(run)
    if run.state.is_final:
        _draw_run(run)
    else:
        st.fragment(_look, run_every=LOOK_SECONDS)(run_id)
    with st.expander("The settings of this run"):
        show_settings(run.settings)
    if open_store().owns(run):
        data = f"Data: {plain(run.dataset_name)}"
        link_to("data", data, icon=":material/table:", dataset=run.dataset_id)


def _look(run_id: str) -> None:
    run = open_store().run(run_id)
    if run.state.is_final:
        st.rerun()  # the whole page, which then looks no more
    _draw_run(run)


def _draw_run(run: RunRecord) -> None:
    model = MODELS[run.settings.model].title if run.settings.model in MODELS else run.settings.model
    whose = "" if run.model_run_id is None else f" of {plain(run.model_run_name)}"
    st.markdown(f"{state_badge(run)} {model}{whose} on {plain(run.dataset_name)}")
    {
        RunState.QUEUED: _draw_waiting,
        RunState.RUNNING: _draw_training,
        RunState.FINISHED: _draw_finished,
        RunState.FAILED: _draw_ended,
        RunState.CANCELLED: _draw_ended,
    }[run.state](run)
    _show_history(run)


def _draw_waiting(run: RunRecord) -> None:
    ahead = open_store().queue_position(run.id) - 1
    if not open_store().worker_alive():
        st.warning("No worker is running yet. The run starts as soon as one does.")
    elif ahead > 0:
        st.markdown(f"Waiting: {format_count(ahead)} {'run' if ahead == 1 else 'runs'} before it.")
    else:
        st.markdown("Next in line: it starts as soon as a worker is free.")
    st.progress(0.0)
    _cancel_button(run)


def _draw_training(run: RunRecord) -> None:
    share, words = how_far(run)
    st.progress(share, text=words)
    if run.stalled:
        st.warning("The worker has fallen silent. The run will be taken up again by another.")
    st.caption(
        f"Running for {took(run)}. You can close this page: the run goes on, and this address shows it."
    )
    if not run.cancelling:
        _cancel_button(run)
    _show_first_look(run)


def how_far(run: RunRecord) -> tuple[float, str]:
    """Return which share of the training is done, and what a run does, in words; it may end before its last epoch."""
    stage = "Stopping" if run.cancelling else STAGES.get(run.stage, "Starting the model")
    if not run.epochs:
        return 0.0, stage
    if run.stage in AFTER_TRAINING:
        return 1.0, f"{stage}, after {run.epoch} of {run.epochs} epochs"
    left = "" if run.seconds_left is None else f", about {format_duration(run.seconds_left)} left"
    done = f"{stage}: {run.epoch} of {run.epochs} epochs done{left}"
    return min(1.0, run.epoch / run.epochs), done


def _show_first_look(run: RunRecord) -> None:
    """Draw what a baseline finds, for as long as there is nothing better."""
    look = read_first_look(run.log_file) if open_store().owns(run) else None
    if look is None:
        return
    st.markdown(
        "**A first look**, by each user's usual count of the weekday alone: where ten users stand out "
        "most. Where actual and expected lie close, one count repeats for days. It is rough; what the model "
        "finds takes its place when the run is done."
    )
    st.dataframe(
        pd.DataFrame([row.model_dump() for row in look.rows]),
        hide_index=True,
        column_order=list(FIRST_LOOK),
        column_config=FIRST_LOOK,
    )


def _draw_finished(run: RunRecord) -> None:
    st.success(f"Finished in {took(run)}.", icon=":material/check_circle:")
    with st.container(horizontal=True):
        if st.button(
            "See the anomalies", type="primary", icon=":material/troubleshoot:", key="see"
        ):
            go_to("anomalies", run=run.id)
        if st.button("Compare", icon=":material/compare_arrows:", key="compare"):
            go_to("compare", runs=run.id)
        _change_button(run)
    if open_store().owns(run):
        offer_more_seeds(run)


def _draw_ended(run: RunRecord) -> None:
    if run.state is RunState.FAILED:
        st.error(f"The run failed. {plain(run.reason or '')}", icon=":material/error:")
    else:
        st.info("The run was cancelled.", icon=":material/cancel:")
    if not open_store().owns(run):
        return
    with st.container(horizontal=True):
        if st.button("Try again", type="primary", icon=":material/replay:", key="again"):
            go_to("train", run=open_store().retry_run(run.id).id)
        _change_button(run)
    log = read_log_tail(run.log_file) if run.state is RunState.FAILED else ""
    if log:
        with st.expander("The end of its log", icon=":material/terminal:"):
            st.code(log, language=None, wrap_lines=True)


def _change_button(run: RunRecord) -> None:
    """Draw the way back to the form, filled in as this run was; it is for whoever has the data."""
    if open_store().owns(run) and st.button(
        "Change the settings", icon=":material/tune:", key="change"
    ):
        go_to("train", dataset=run.dataset_id, **address_of(run.settings))


def _show_history(run: RunRecord) -> None:
    """Draw how the losses fell, so far."""
    history = open_store().history(run.id)
    if not history:
        return
    log = st.toggle("Logarithmic", key="log", bind="query-params")
    epochs = None if run.state.is_final else run.epochs
    draw(loss_curves(history, log=log, epochs=epochs, dark=is_dark()), "losses")
    last = history[-1]
    checked = "" if last.val_loss is None else f", validation loss {format_error(last.val_loss)}"
    st.caption(
        f"After epoch {last.epoch}: loss {format_error(last.loss)}, "
        f"{METRICS[run.settings.metric]} {format_error(last.metric)}{checked}; {format_duration(last.seconds)} for the epoch."
    )
    if run.state is RunState.FINISHED and last.epoch < run.epochs:
        st.caption(_why_so_few(run, last.epoch))
    if run.settings.drop_worst:
        st.caption(
            f"Trained twice: the strangest {format_share(run.settings.drop_worst)} of users are left "
            "out of the second training, which begins anew where the loss jumps up."
        )


def _why_so_few(run: RunRecord, done: int) -> str:
    """Return why a training ended before its last epoch."""
    ended = f"Training ended after {done:,} of {run.epochs:,} epochs"
    if run.settings.model == DEFAULT_MODEL and done == 1:
        return (
            f"{ended}: on the cells held out the network gained too little to be used. What is expected "
            "follows from each user's level, rhythms and what others did at the time, without corrections."
        )
    part = "validation loss" if run.settings.validation_share else "loss"
    return f"{ended}: the {part} no longer fell. The weights of the best epoch are kept."


def _cancel_button(run: RunRecord) -> None:
    if not open_store().owns(run):
        return
    st.button(
        "Cancel",
        icon=":material/stop_circle:",
        key="cancel",
        on_click=open_store().cancel_run,
        args=(run.id,),
    )
