"""Review: one finding at a time, the riskiest first: anomaly, normal or unsure, by keyboard."""

import streamlit as st

from dashboard.ui import (
    review_card,
    review_exchange,
    review_lessons,
    review_mutes,
    review_news,
    review_queue,
    review_verdict,
)
from dashboard.ui.addresses import link_to, read_choice
from dashboard.ui.findings_choice import choose_threshold, say_level
from dashboard.ui.finished_run import choose_finished_run
from dashboard.ui.kept import open_results
from dashboard.ui.problems import plain
from dashboard.ui.reviewer import ask_name

st.title("Review")
run = choose_finished_run(read_choice("run"))
if run is None:
    st.stop()

results = open_results(run.id)
st.header(plain(run.name))
headline = st.container()
with st.expander("Threshold, and your name", icon=":material/tune:"):
    level = results.level_for(choose_threshold(results))
    say_level(level)
    ask_name(run.id)

card, listed = st.columns([5, 3], gap="large")
with listed:
    ordered = review_queue.triage_of(run, level)
    show, silenced = review_queue.choose_view(ordered)
queue = review_queue.read_queue(run, level, ordered, show, silenced=silenced)
with headline:
    review_queue.say_progress(queue.triage)
    review_verdict.say_what_happened()
    review_news.say_news(run.id, len(queue.triage.log.entries))
with card:
    if queue.row is None:
        review_queue.say_empty_queue(queue)
        review_verdict.offer_undo(queue)
    else:
        review_card.show_finding(queue)
        with st.container(key="judging"):  # on a narrow screen it comes below the chart
            review_verdict.judge_by_keys(queue)
            review_card.show_verdicts(queue)
            with st.container(horizontal=True):
                review_verdict.offer_hiding(queue)
                review_mutes.offer_muting(queue)
        review_card.show_chart(queue)
with listed:
    review_queue.list_queue(queue)
    review_mutes.list_mutes(queue)
review_lessons.show_lessons(queue.triage)
review_exchange.exchange_reviews(queue)
link_to("trust", "How far can this be trusted?", icon=":material/verified:", run=run.id)
link_to("anomalies", "See the anomalies", icon=":material/troubleshoot:", run=run.id)
