"""What is remembered as normal: asked for at a finding, listed with whom it mutes, lifted again."""

import calendar
from collections.abc import Iterable

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.format import format_name, format_number_of, format_time
from dashboard.data.panel import Frequency
from dashboard.runs.muting import NOBODY, Mute, Normal, muted_by
from dashboard.runs.reviews import LONGEST_NOTE
from dashboard.ui.kept import open_store
from dashboard.ui.problems import plain
from dashboard.ui.review_queue import Queue
from dashboard.ui.reviewer import may_review, reviewer
from dashboard.ui.wording import ago

LATEST = "review_mute"  # the mute just made, which can be taken back


def offer_muting(queue: Queue) -> None:
    """Draw the question what about the open finding is normal, and what that would mute."""
    if not may_review(queue.run.id):
        return
    with st.popover("Remember as normal", icon=":material/volume_off:"):
        st.markdown(
            "What is remembered is **muted, not removed**: in this run and in later ones on the same "
            "file. A finding is muted where it lies in it as a whole."
        )
        normal = _ask_normal(queue)
        note = st.text_input(
            "Why", key="mute_note", max_chars=LONGEST_NOTE, placeholder="a campaign, a holiday"
        )
        would = _count(queue, normal)
        of_these = format_number_of(len(queue.triage.findings), "finding")
        st.caption(f"{plain(sentence_of(normal, queue))} Mutes {would:,} of {of_these} here.")
        st.button(
            "Remember",
            type="primary",
            key="remember",
            on_click=_remember,
            args=(queue.run.id, normal, note),
        )


def list_mutes(queue: Queue) -> None:
    """Draw what is remembered, how many findings each mutes, and how to lift it."""
    mutes = queue.triage.mutes
    if not mutes:
        return
    muted, rules = queue.triage.progress.muted, sum(mute.lifted is None for mute in mutes)
    title = f"{format_number_of(muted, 'finding')} muted by {format_number_of(rules, 'rule')}"
    with st.expander(title, icon=":material/volume_off:", expanded=LATEST in st.session_state):
        for mute in mutes:
            _one_mute(queue, mute)


def latest_mute(mutes: Iterable[Mute]) -> Mute | None:
    """Return of these what was remembered last on this page, where it still mutes."""
    latest = st.session_state.get(LATEST)
    holding = (mute for mute in mutes if mute.lifted is None)
    return next((mute for mute in holding if mute.id == latest), None)


def lift_mute(run_id: str, mute_id: str) -> None:
    """Let what a mute silences be heard again."""
    open_store().judging(run_id).lift(mute_id, reviewer())
    st.session_state.pop(LATEST, None)


def sentence_of(normal: Normal, queue: Queue) -> str:
    """Return what is remembered as normal, as one sentence of plain text."""
    who = "Everyone" if normal.user is None else format_name(normal.user, 40)
    up_or_down = f", {normal.direction} only" if normal.direction else ""
    on = "" if normal.weekday is None else f" on {calendar.day_name[normal.weekday]}s"
    start, end = (
        None if label is None else _time(label, queue) for label in (normal.start, normal.end)
    )
    during = {
        (True, True): f" on {start}" if start == end else f" from {start} to {end}",
        (True, False): f" from {start} on",
        (False, True): f" until {end}",
        (False, False): "",
    }[start is not None, end is not None]
    return f"{who}{on}{during}{up_or_down}."


def _ask_normal(queue: Queue) -> Normal:
    finding, results = queue.finding, queue.results
    name = format_name(finding["user"], 40)
    weekday = _weekday(queue)
    choices = {"user": f"{name}, always", "range": "A range of time, everyone"}
    if results.manifest.users > 1:
        choices["both"] = f"A range of time, {name}"
    if weekday is not None:
        choices["weekday"] = f"Every {calendar.day_name[weekday]}, everyone"
    what = st.radio(
        "What is normal",
        list(choices),
        format_func=lambda key: plain(choices[key]),
        key="mute_what",
    )
    start = end = None
    if what in {"range", "both"}:
        labels = [results.label(time) for time in results.times]
        start, end = st.select_slider(
            "From, to",
            labels,
            (finding["start"], finding["end"]),
            format_func=lambda label: _time(label, queue),
            key=f"mute_range_{finding['id']}",
        )
    only = st.checkbox(f"Only where it goes {finding['direction']}", value=True, key="mute_only")
    return Normal(
        user=finding["user"] if what in {"user", "both"} else None,
        weekday=weekday if what == "weekday" else None,
        start=start,
        end=end,
        direction=finding["direction"] if only else None,
    )


def _weekday(queue: Queue) -> int | None:
    """Return the weekday on which the whole finding lies; None where there is none."""
    times, finding = queue.results.times, queue.finding
    if (
        not isinstance(times, pd.DatetimeIndex)
        or queue.results.manifest.frequency is Frequency.WEEK
    ):
        return None
    days = times[finding["first"] : finding["last"] + 1].dayofweek.unique()
    return int(days[0]) if len(days) == 1 else None


def _count(queue: Queue, normal: Normal) -> int:
    mute = Mute("", normal, "", reviewer(), queue.run.created)
    return int(np.sum(muted_by(queue.triage.findings, [mute], queue.results.times) != NOBODY))


def _one_mute(queue: Queue, mute: Mute) -> None:
    muted = int((queue.triage.findings["silencer"] == queue.triage.mutes.index(mute)).sum())
    said = plain(sentence_of(mute.normal, queue))
    note = f" — {plain(mute.note)}" if mute.note else ""
    who = f"{plain(mute.person.name)}, {ago(mute.made)}"
    if mute.lifted is not None:
        st.markdown(f":gray[~~{said}~~{note}]  \n:gray[{who}; lifted by {plain(mute.lifted_by)}]")
        label, icon, act = "Mute again", ":material/volume_off:", _restore
    else:
        st.markdown(f"**{said}**{note}  \n:gray[{who}; mutes {format_number_of(muted, 'finding')}]")
        undo = st.session_state.get(LATEST) == mute.id
        label, icon, act = "Undo" if undo else "Unmute", ":material/volume_up:", lift_mute
    if may_review(queue.run.id):
        st.button(
            label,
            icon=icon,
            key=f"mute_{mute.id}",
            on_click=act,
            args=(queue.run.id, mute.id),
        )


def _time(label: str, queue: Queue) -> str:
    known = {queue.results.label(time): time for time in queue.results.times}
    return format_time(known[label], queue.results.manifest.frequency) if label in known else label


def _remember(run_id: str, normal: Normal, note: str) -> None:
    mute = open_store().judging(run_id).mute(normal, reviewer(), note.strip())
    st.session_state[LATEST] = mute.id
    st.session_state["mute_note"] = ""


def _restore(run_id: str, mute_id: str) -> None:
    open_store().judging(run_id).restore(mute_id)
