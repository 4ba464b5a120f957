"""What the verdicts on a run tell of it: how many findings were right, and from which score on."""

import pandas as pd
import streamlit as st

from dashboard.detection.judged import LEAST_JUDGED, precisions, suggest_level
from dashboard.runs.records import RunRecord
from dashboard.runs.triage import Triage
from dashboard.sharing.review_words import precision_sentence, suggestion_sentence
from dashboard.ui.addresses import link_to
from dashboard.ui.findings_choice import move_threshold
from dashboard.ui.problems import plain
from dashboard.ui.review_queue import triage_of

MOST_LEVELS = 12


def say_lessons(run: RunRecord, level: float) -> None:
    """Draw the section of the Trust page; nothing where nobody has judged anything."""
    scores, anomalous = triage_of(run, level).judged()
    if not len(scores):
        return
    st.subheader("By your reviews")
    st.markdown(plain(precision_sentence(scores, anomalous)))
    if said := suggestion_sentence(scores, anomalous):
        st.markdown(plain(said))
    st.caption(
        "Judged were the riskiest findings first, not a sample: the share among those that nobody "
        "has looked at is likely lower."
    )
    link_to("review", "Review more", icon=":material/rule:", run=run.id)


def show_lessons(ordered: Triage) -> None:
    """Draw what the verdicts tell at each score, and offer the threshold that they suggest."""
    scores, anomalous = ordered.judged()
    with st.expander("What the verdicts tell", icon=":material/insights:"):
        st.markdown(plain(precision_sentence(scores, anomalous)))
        if len(scores) < LEAST_JUDGED:
            return
        st.markdown(plain(suggestion_sentence(scores, anomalous)))
        if suggested := suggest_level(scores, anomalous):
            st.button(
                "Use it as the threshold",
                icon=":material/vertical_align_center:",
                key="use_suggestion",
                on_click=move_threshold,
                args=(suggested.level,),
            )
        _list_levels(ordered)


def _list_levels(ordered: Triage) -> None:
    found = precisions(*ordered.judged())
    step = -(-len(found) // MOST_LEVELS)
    shown = found[step - 1 :: step]
    table = pd.DataFrame(
        {
            "level": [each.level for each in shown],
            "judged": [each.judged for each in shown],
            "anomalies": [each.anomalies for each in shown],
            "share": [100 * each.share for each in shown],
            "interval": [f"{each.low:.0%} to {each.high:.0%}" for each in shown],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        alt="For each score: findings judged from there on, anomalies among them, share and interval.",
        column_config={
            "level": st.column_config.NumberColumn("From score", format="%.2f"),
            "judged": st.column_config.NumberColumn("Judged"),
            "anomalies": st.column_config.NumberColumn("Anomalies"),
            "share": st.column_config.NumberColumn("Right", format="%.0f%%"),
            "interval": st.column_config.TextColumn("95% interval"),
        },
    )
