"""The open finding: who, what, when, how odd; what was said of it; and the user's counts around it."""

import streamlit as st

from dashboard.charts import KIND_NAMES, finding_chart, finding_sentence
from dashboard.charts.format import format_score
from dashboard.runs.muting import NOBODY
from dashboard.runs.reviewing import Opinion, Review, Verdict
from dashboard.ui.addresses import link_to
from dashboard.ui.drawing import draw
from dashboard.ui.kept import user_of
from dashboard.ui.look import is_dark
from dashboard.ui.problems import plain
from dashboard.ui.review_queue import Queue
from dashboard.ui.review_verdict import walk_by_keys
from dashboard.ui.wording import ago, user_heading

BADGES = {
    Verdict.ANOMALY: ":red-badge[:material/flag: anomaly]",
    Verdict.NORMAL: ":green-badge[:material/check: normal]",
    Verdict.UNSURE: ":orange-badge[:material/question_mark: unsure]",
    Verdict.HIDDEN: ":gray-badge[:material/layers_clear: hidden]",
}


def show_finding(queue: Queue) -> None:
    """Draw who and what it is, in words."""
    finding, results = queue.finding, queue.results
    place = ""
    if queue.row in queue.rows:
        place = f" :gray[{queue.rows.index(queue.row) + 1:,} of {len(queue.rows):,}]"
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="finding_head"
    ):
        st.subheader(plain(user_heading(finding["user"], results.manifest.users)), width="stretch")
        walk_by_keys(queue)
    st.markdown(
        f":blue-badge[{KIND_NAMES[finding['kind']]}] "
        f":gray-badge[Score {format_score(finding['peak'])}]{place}"
    )
    frequency = results.manifest.frequency
    st.markdown(plain(finding_sentence(finding, results.times, frequency)))


def show_verdicts(queue: Queue) -> None:
    """Draw what was said of the finding, by whom and when."""
    standing = queue.triage.standing[queue.row]
    silencer = queue.finding["silencer"]
    if silencer != NOBODY:
        mute = queue.triage.mutes[silencer]
        st.markdown(
            f":gray-badge[:material/volume_off: muted] by **{plain(mute.person.name)}**, "
            f"{ago(mute.made)}. What is remembered as normal is listed below."
        )
    for review in standing:
        st.markdown(verdict_line(review))
    if queue.finding["opinion"] == Opinion.DISPUTED:
        st.caption(
            "You do not agree: talk to each other, then judge again. The latest verdict of each stands."
        )


def show_chart(queue: Queue) -> None:
    """Draw the user's counts around the finding."""
    finding = queue.finding
    story = user_of(queue.run.id, int(finding["user_index"]), queue.level)
    draw(finding_chart(finding, story, dark=is_dark()), f"finding_{finding['id']}")
    link_to(
        "anomalies",
        "All of this user",
        icon=":material/troubleshoot:",
        run=queue.run.id,
        user=str(finding["user_index"]),
    )


def verdict_line(review: Review) -> str:
    """Return one verdict as a line of Markdown: what, by whom, when, and the note."""
    note = f" — {plain(review.note)}" if review.note else ""
    return f"{BADGES[review.verdict]} **{plain(review.person.name)}**, {ago(review.made)}{note}"
