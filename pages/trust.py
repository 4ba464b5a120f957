"""Trust: what a run would find of planted anomalies, beside what baselines would."""

import streamlit as st

from dashboard.ui import trust
from dashboard.ui.addresses import link_to, read_choice
from dashboard.ui.finished_run import choose_finished_run
from dashboard.ui.kept import open_results
from dashboard.ui.problems import plain
from dashboard.ui.review_lessons import say_lessons

st.title("Trust")
run = choose_finished_run(read_choice("run"))
if run is None:
    st.stop()

results = open_results(run.id)
st.header(plain(run.name))
manifest, test = results.manifest, results.self_test()
if test is None:
    trust.say_untested(run)
elif test.found.empty:
    trust.say_nothing_planted()
else:
    headline = st.container()
    budget = trust.choose_budget(manifest)
    with headline:
        trust.say_verdict(manifest, test, budget)
    trust.show_map(manifest, test, budget)
    trust.say_copy(manifest, test)
    trust.say_limits()
    trust.say_how(manifest, test)
say_lessons(run, manifest.level)
link_to("anomalies", "See the anomalies", icon=":material/troubleshoot:", run=run.id)
