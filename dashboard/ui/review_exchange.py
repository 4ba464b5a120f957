"""Reviews taken along as files, and brought in from them."""

import streamlit as st

from dashboard.charts.format import format_number_of
from dashboard.errors import ClickwatchError
from dashboard.sharing.review_files import labels_csv, reviews_csv, reviews_json
from dashboard.sharing.review_import import Imported, import_reviews
from dashboard.ui.kept import open_store
from dashboard.ui.problems import plain, show_problem
from dashboard.ui.review_queue import Queue
from dashboard.ui.reviewer import may_review, reviewer

MOST_MB = 10
MOST_PROBLEMS = 10
OUTCOME = "reviews_brought_in"
FILES = {
    "reviews.csv": (reviews_csv, "text/csv"),
    "reviews.json": (reviews_json, "application/json"),
    "labels.csv": (labels_csv, "text/csv"),
}


def exchange_reviews(queue: Queue) -> None:
    """Draw the downloads of a run's reviews, and the way to bring some in."""
    with st.expander("Take reviews along, or bring some in", icon=":material/swap_vert:"):
        if queue.triage.log.valid:
            _offer_files(queue)
        else:
            st.caption("Nothing has been judged yet, so there is nothing to take along.")
        if may_review(queue.run.id):
            _bring_in(queue)


def _offer_files(queue: Queue) -> None:
    log, results = queue.triage.log, queue.results
    with st.container(horizontal=True):
        for name, (make, mime) in FILES.items():
            st.download_button(
                name,
                lambda make=make: make(log, results),
                name,
                mime,
                icon=":material/download:",
                key=f"take_{name}",
                on_click="ignore",
            )
    st.caption(
        "labels.csv holds the time steps that stand as anomalies, as `evaluate --labels` takes them. "
        "All else then counts as normal, also what nobody has judged."
    )


def _bring_in(queue: Queue) -> None:
    st.file_uploader(
        "Reviews as CSV or JSON",
        type=["csv", "json"],
        max_upload_size=MOST_MB,
        key="reviews_file",
        help="As they were taken along here, or a table with the columns user, start, end, verdict.",
    )
    st.button(
        "Bring them in",
        key="bring_in",
        disabled=st.session_state.get("reviews_file") is None,
        on_click=_import,
        args=(queue,),
    )
    outcome = st.session_state.pop(OUTCOME, None)
    if isinstance(outcome, ClickwatchError):
        show_problem(outcome)
    elif outcome is not None:
        _say(outcome)


def _import(queue: Queue) -> None:
    content = st.session_state["reviews_file"].getvalue()
    try:
        st.session_state[OUTCOME] = import_reviews(
            content, queue.run.id, queue.results, open_store().reviews, reviewer()
        )
    except ClickwatchError as problem:
        st.session_state[OUTCOME] = problem


def _say(done: Imported) -> None:
    known = f", {done.known:,} were here already" if done.known else ""
    st.success(f"{format_number_of(done.added, 'verdict')} added{known}.")
    if done.problems:
        shown = [f"- {plain(problem)}" for problem in done.problems[:MOST_PROBLEMS]]
        others = len(done.problems) - len(shown)
        st.warning(
            "\n".join(
                [
                    f"{format_number_of(len(done.problems), 'verdict')} could not be read:",
                    *shown,
                    *([f"- and {others:,} more"] if others > 0 else []),
                ]
            )
        )
