"""Anomalies: which users and which days do not fit, and one user's story."""

import streamlit as st

from dashboard.ui import again, downloads, findings, findings_choice, share
from dashboard.ui.addresses import link_to, read_choice
from dashboard.ui.day_panel import show_day
from dashboard.ui.finished_run import choose_finished_run
from dashboard.ui.kept import open_results
from dashboard.ui.looking import look_at, read_looking, show_chips
from dashboard.ui.problems import plain
from dashboard.ui.user_panel import show_user
from dashboard.ui.user_verdicts import link_to_findings

st.title("Anomalies")
run = choose_finished_run(read_choice("run"))
if run is None:
    st.stop()

results = open_results(run.id)
st.header(plain(run.name))
sharing = st.container()
again.say_scored_with(run, results.manifest)
headline = st.container()
with st.container(border=True):
    threshold = findings_choice.choose_threshold(results)
    level = results.level_for(threshold)
    findings_choice.say_level(level)
    query = findings_choice.choose_users(results, level)

looking = read_looking(results)
user_index = findings.chosen_user(results, read_choice("user"))
view, query, clusters = look_at(run.id, query, looking)
with sharing:
    share.offer_sharing(run, view)
with headline:
    findings.say_headline(view, results)
    findings.say_event_days(view, results)
    if view.counts.anomalous_cells:
        link_to_findings(run.id, results, level)
show_chips(run.id, results, looking, user_index, clusters)
if user_index is not None:
    show_user(run.id, user_index, view, results, looking)
if looking.time is not None:
    show_day(run.id, looking.time, view, results)
findings.show_findings(view, run.id, results)
downloads.offer_downloads(run.id, results, view, user_index)
again.offer_scoring(run)
link_to("trust", "How far can this be trusted?", icon=":material/verified:", run=run.id)
link_to("compare", "Compare it with other runs", icon=":material/compare_arrows:", runs=run.id)
again.link_to_history(run)
link_to("train", "How it was trained", icon=":material/model_training:", run=run.id)
