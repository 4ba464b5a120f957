"""The parts of the Trust page: what planted anomalies say of a run, and what they do not say."""

import streamlit as st

from dashboard.charts import caught_map
from dashboard.charts.caught_map import sort_name
from dashboard.charts.format import format_count, format_duration, format_number_of
from dashboard.detection.anomaly_kinds import Recipe
from dashboard.detection.caught import Caught, SelfTest, caught_by_sort
from dashboard.detection.selftest_plan import SORTS
from dashboard.runs.manifest import RunManifest
from dashboard.runs.records import RunRecord
from dashboard.sharing.verdict import (
    among_the_first,
    copy_sentence,
    interval_sentence,
    model_title,
    scored_users,
    usual_budget,
    verdict,
)
from dashboard.ui.addresses import go_to, link_to
from dashboard.ui.drawing import draw
from dashboard.ui.kept import open_store
from dashboard.ui.look import is_dark
from dashboard.ui.problems import plain


def say_untested(run: RunRecord) -> None:
    """Say why the run was not tested: it took an earlier run's model, or is older than the test."""
    if run.model_run_id is not None:
        st.markdown(
            f"This run trained nothing: its model is that of **{plain(run.model_run_name)}**, and was "
            "tested there on anomalies planted into the counts it was trained on."
        )
        link_to("trust", "The test of its model", icon=":material/verified:", run=run.model_run_id)
        return
    with st.container(border=True, key="untested"):
        st.markdown(
            "This run is older than the test on planted anomalies, so nothing is known of what it "
            "would find. Trained again, with the same settings, it is tested too."
        )
        if open_store().owns(run) and st.button(
            "Train it again", type="primary", icon=":material/replay:", key="again"
        ):
            go_to("train", run=open_store().retry_run(run.id).id)


def say_nothing_planted() -> None:
    """Say that the counts carry no planted anomaly."""
    st.info(
        "Nothing could be planted into these counts: nobody is busy enough, or observed long "
        "enough, for an anomaly to change five counts. So nothing is known of what would be found."
    )


def choose_budget(manifest: RunManifest) -> int:
    """Draw the alert budget; it stands in the address."""
    most = scored_users(manifest)
    if most == 1:
        return 1
    with st.container(border=True):
        return st.number_input(
            "Alert budget: users you can look at",
            min_value=1,
            max_value=most,
            value=usual_budget(manifest),
            key="budget",
            bind="query-params",
            help="A planted anomaly is shown where it would stand among so many users.",
        )


def say_verdict(manifest: RunManifest, test: SelfTest, budget: int) -> None:
    """Draw the one sentence, and how sure it is."""
    st.markdown(f"**{plain(verdict(manifest, test, budget))}**")
    st.caption(plain(interval_sentence(manifest, test, budget)))


def show_map(manifest: RunManifest, test: SelfTest, budget: int) -> None:
    """Draw what each model shows of each sort, and name what could not be planted."""
    rows = caught_by_sort(test.found, budget)
    where = among_the_first(budget, scored_users(manifest))
    titles = {name: model_title(name) for name in rows[0].caught}
    draw(caught_map(rows, titles, where, manifest.frequency, dark=is_dark()), "caught")
    planted = {(row.kind, row.size, row.length) for row in rows}
    missing = [sort for sort in SORTS if (sort.kind, sort.size, sort.length) not in planted]
    if missing:
        names = ", ".join(_name(sort, manifest) for sort in missing)
        st.caption(
            f"Not planted, because these counts are too short, too quiet or without a weekly "
            f"rhythm for it: {names}."
        )


def say_copy(manifest: RunManifest, test: SelfTest) -> None:
    """Draw the copy check."""
    st.subheader("Does it copy its input?")
    st.markdown(plain(copy_sentence(manifest, test)))


def say_limits() -> None:
    """Draw what a self-test cannot tell."""
    st.subheader("What this does not tell")
    st.markdown(
        "- Only these sorts were planted. Others may be found more often, or never.\n"
        "- They are our idea of an anomaly. What is wrong in your data may look different.\n"
        "- Anomalies that are in the data already keep their places, and may stand above the planted "
        "ones: a small number can mean strong competition, not a blind model.\n"
        "- The model has not learned from the planted ones. An anomaly that was there while it "
        "learned may be taken for normal. The baselines do see the changed counts."
    )


def say_how(manifest: RunManifest, test: SelfTest) -> None:
    """Draw how the test was done."""
    planted = int((test.found["model"] == manifest.settings.model).sum())
    scored = scored_users(manifest)
    sample = (
        f" Of the {format_count(manifest.users)} users a sample of {format_count(test.users)} took "
        "part; places are scaled up to all of them."
        if test.users < manifest.users
        else ""
    )
    took = format_duration(manifest.timings.self_test)
    with st.expander("How it was done"):
        st.markdown(
            f"After the run had been scored, {format_count(planted)} anomalies were planted into its "
            "own counts, in a few rounds: in each at most a fifth of the users carried one, the rest "
            "stayed as they are. More counts were drawn around a multiple of the user's usual ones, "
            "fewer by leaving counts out, always where the change was worth five counts at least. "
            "The trained model and the baselines then scored the changed counts, without any "
            f"training. A planted anomaly has the place that its score would take among the {format_number_of(scored, 'user')} "
            f"as they were scored without it.{sample} The same seed plants the same. It took {took}."
        )


def _name(sort: Recipe, manifest: RunManifest) -> str:
    row = Caught(sort.kind, sort.size, sort.length, planted=0, caught={})
    return sort_name(row, manifest.frequency).lower()
