"""Judging the open finding: by button or by key, with a note, and undone as easily."""

import streamlit as st

from dashboard.charts.format import format_name, format_number_of
from dashboard.errors import ClickwatchError
from dashboard.runs.reviewing import Opinion, Stretch, Verdict
from dashboard.runs.reviews import LONGEST_NOTE, Judgement
from dashboard.ui.addresses import write_choice
from dashboard.ui.kept import open_store
from dashboard.ui.look import is_phone
from dashboard.ui.problems import plain
from dashboard.ui.review_mutes import latest_mute, lift_mute
from dashboard.ui.review_queue import Queue, rows_shown, triage_of
from dashboard.ui.reviewer import may_review, reviewer

PROBLEM, DONE = "review_problem", "review_done"
WALKED = "review_walked"  # the finding gone on to, until it is drawn
PRESS_A_KEY, UNDO_BY_KEY = " Tab out of it, then press a key.", " Undo with z."
KEYS = {
    Verdict.ANOMALY: ("Anomaly", "a", ":material/flag:"),
    Verdict.NORMAL: ("Normal", "n", ":material/check:"),
    Verdict.UNSURE: ("Unsure", "u", ":material/question_mark:"),
}


def judge_by_keys(queue: Queue) -> None:
    """Draw the buttons with their keys, and the note that goes with a verdict."""
    allowed = may_review(queue.run.id)
    finding = queue.finding["id"]  # in the key: a second press, meant for this one, judges no other
    with st.container(horizontal=True, key="verdicts"):
        for verdict, (label, shortcut, icon) in KEYS.items():
            st.button(
                label,
                icon=icon,
                shortcut=shortcut,
                type="primary" if verdict is Verdict.ANOMALY else "secondary",
                key=f"judge_{verdict}_{finding}",
                disabled=not allowed,
                on_click=_judge,
                args=(queue, verdict),
            )
        offer_undo(queue)
    if not allowed:
        st.caption("You may look at this run, but not judge: ask its owner for a link to review.")
        return
    st.text_area(
        "Note",
        max_chars=LONGEST_NOTE,
        key=_note_key(queue),
        height=70,
        placeholder="Goes with your verdict." + _where_keys_are(PRESS_A_KEY),
    )


def offer_undo(queue: Queue) -> None:
    """Draw the button that takes back the last step, whether one is known of or was pressed just now."""
    st.button(
        "Undo",
        icon=":material/undo:",
        shortcut="z",
        key="undo_verdict",
        disabled=not may_review(queue.run.id),
        on_click=_undo,
        args=(queue,),
        help="Takes back your last step on this run: a verdict, findings that you hid, or what you "
        "have just remembered as normal.",
    )


def offer_hiding(queue: Queue) -> None:
    """Draw the question whether those like the open finding should leave the queue."""
    like = queue.triage.like(queue.row)
    if not like or not may_review(queue.run.id):
        return
    with st.popover(f"Hide the like ({len(like):,})", icon=":material/layers_clear:"):
        them = format_number_of(len(like), "open finding")
        st.markdown(
            f"{them} {'is' if len(like) == 1 else 'are'} like this one: the same kind, direction and "
            "feature, at the same time or of similar length and size. Hidden, "
            f"{'it leaves' if len(like) == 1 else 'they leave'} the queue without a verdict and "
            f"{'counts' if len(like) == 1 else 'count'} in no figure. Undo brings "
            f"{'it' if len(like) == 1 else 'them'} back."
        )
        st.button(
            f"Hide {len(like):,}",
            type="primary",
            key="hide_like",
            on_click=_hide,
            args=(queue, tuple(queue.triage.stretch(row) for row in like)),
        )


def say_what_happened() -> None:
    """Draw what the last press did, or why it did nothing."""
    if problem := st.session_state.pop(PROBLEM, None):
        st.warning(plain(problem), icon=":material/group:")
    if done := st.session_state.pop(DONE, None):
        st.toast(plain(done))


def walk_by_keys(queue: Queue) -> None:
    """Draw the way to the findings before and after, with its keys."""
    st.session_state.pop(WALKED, None)
    _step("Previous", ":material/arrow_back:", "Left", queue, -1)
    _step("Next", ":material/arrow_forward:", "Right", queue, 1)


def _step(label: str, icon: str, shortcut: str, queue: Queue, steps: int) -> None:
    st.button(
        label,
        icon=icon,
        shortcut=shortcut,
        key=f"{label.lower()}_finding",
        disabled=queue.beside(steps) is None,
        on_click=_walk,
        args=(queue, steps),
    )


def _walk(queue: Queue, steps: int) -> None:
    """Go on from the finding that is open, or that was gone on to and is not drawn yet."""
    here = queue.opened_at(st.session_state.get(WALKED, queue.finding["id"]))
    if target := here.beside(steps):
        st.session_state[WALKED] = target
        write_choice(finding=target)


def _judge(queue: Queue, verdict: Verdict) -> None:
    if _keep_verdict(queue, verdict):
        write_choice(finding=_first_after(queue))


def _keep_verdict(queue: Queue, verdict: Verdict) -> bool:
    """Write a verdict with its note to the log."""
    stretch = queue.triage.stretch(queue.row)
    note = st.session_state.get(_note_key(queue), "").strip()
    kept = _keep(queue, [stretch], verdict, note)
    if kept:
        st.session_state.pop(_note_key(queue), None)
        st.session_state[DONE] = (
            f"{format_name(stretch.user)}: {verdict}.{_where_keys_are(UNDO_BY_KEY)}"
        )
    return kept


def _hide(queue: Queue, stretches: tuple[Stretch, ...]) -> None:
    if _keep(queue, stretches, Verdict.HIDDEN, ""):
        hidden = format_number_of(len(stretches), "finding")
        st.session_state[DONE] = f"Hid {hidden}.{_where_keys_are(UNDO_BY_KEY)}"
        if queue.triage.findings["opinion"].iloc[queue.row] != Opinion.OPEN:
            write_choice(finding=_first_after(queue))


def _keep(queue: Queue, stretches: object, verdict: Verdict, note: str) -> bool:
    """Write to the log; what it refuses is said on the next drawing."""
    person, log = reviewer(), queue.triage.log
    judgements = [
        Judgement(each, verdict, person, note, seen=log.seen(each.user_index)) for each in stretches
    ]
    try:
        if may_review(queue.run.id):
            open_store().reviews.judge(queue.run.id, judgements)
            return True
    except ClickwatchError as problem:
        st.session_state[PROBLEM] = str(problem)
    return False


def _undo(queue: Queue) -> None:
    judging = open_store().judging(queue.run.id)  # as it is now, not as it was drawn
    steps, mute = judging.log().last_step(reviewer().id), latest_mute(judging.mutes())
    if mute is not None and (not steps or mute.made > steps[-1].made):
        lift_mute(queue.run.id, mute.id)
        st.session_state[DONE] = "Unmuted what you had remembered as normal."
        return
    taken = judging.withdraw_last(reviewer())
    if not taken:
        st.session_state[DONE] = "There is no step of yours to take back."
    else:
        first = taken[0].stretch
        what = "verdict" if len(taken) == 1 else f"{len(taken):,} steps"
        st.session_state[DONE] = f"Took back your last {what}."
        if len(taken) == 1:
            write_choice(finding=f"{first.user_index}-{first.first}-{first.last}")


def _first_after(queue: Queue) -> str | None:
    """Return the finding to go on with: the first of the queue as it is ordered now."""
    ordered = triage_of(queue.run, queue.level)
    rows = rows_shown(ordered, queue.show, silenced=False)
    ids = [ordered.findings["id"].iloc[row] for row in rows]
    current = queue.finding["id"]
    if current in ids:  # judged findings are listed too: go on from this one
        ids = [*ids[ids.index(current) + 1 :], *ids[: ids.index(current)]]
    return ids[0] if ids else None


def _where_keys_are(words: str) -> str:
    return "" if is_phone() else words


def _note_key(queue: Queue) -> str:
    return f"note_{queue.run.id}_{queue.finding['id']}"
