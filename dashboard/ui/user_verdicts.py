"""What was said of findings, on the Anomalies page, and the way from there to the Review page."""

import pandas as pd
import streamlit as st

from dashboard.runs.results import Results
from dashboard.runs.reviewing import Log, opinion_of
from dashboard.runs.triage import stretch_of
from dashboard.ui.addresses import link_to
from dashboard.ui.kept import open_store
from dashboard.ui.once import asked_once
from dashboard.ui.review_card import verdict_line
from dashboard.ui.review_queue import OPINION_NAMES
from dashboard.ui.reviewer import may_review


def _link_to_review(run_id: str, label: str, results: Results, level: float, **choice: str) -> None:
    """Draw a link to the Review page, with the threshold that holds here."""
    own = level == results.manifest.level
    threshold = {} if own else {"by": "value", "value": repr(float(level))}
    link_to("review", label, icon=":material/rule:", run=run_id, **threshold, **choice)


def link_to_findings(run_id: str, results: Results, level: float) -> None:
    """Draw a link to all findings, to judge them or, where that is all that may be done, to see them."""
    label = f"{'Judge' if may_review(run_id) else 'See'} the findings one by one"
    _link_to_review(run_id, label, results, level)


def say_verdicts(run_id: str, finding: pd.Series, results: Results, level: float) -> None:
    """Draw what was said of a finding, and the way to judge it, for whoever may."""
    (standing,) = _log_of(run_id).standing([stretch_of(finding)])
    for review in standing:
        st.markdown(verdict_line(review))
    label = "Judge it again" if standing else "Judge it"
    if may_review(run_id):
        _link_to_review(run_id, label, results, level, finding=finding["id"])


def verdict_words(run_id: str, found: pd.DataFrame) -> list[str]:
    """Return in a word what was said of each finding; nothing where nothing was said of the run."""
    log = _log_of(run_id)
    if not log.valid:
        return []
    standing = log.standing([stretch_of(each) for each in found.itertuples()])
    return [OPINION_NAMES[opinion_of(each)] for each in standing]


@asked_once
def _log_of(run_id: str) -> Log:
    """Return all that was said of a run, as it is when a page is drawn."""
    return open_store().reviews.verdicts_of(run_id)
