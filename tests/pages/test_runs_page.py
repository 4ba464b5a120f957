"""Runs: found, renamed, deleted with undo, opened."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.records import DatasetRecord, RunRecord, RunState
from dashboard.runs.store import Store

OpenPage = Callable[..., AppTest]


def names(page: AppTest) -> list[str]:
    return [element.value.split("**")[1] for element in page.markdown if "badge" in element.value]


def test_search_and_state_filter_the_list(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    store.queue_run(dataset.id, TrainingSettings(), name="first")
    store.cancel_run(store.queue_run(dataset.id, TrainingSettings(), name="second").id)
    assert names(open_page("runs")) == ["second", "first"]
    assert names(open_page("runs", search="FIR")) == ["first"]
    assert names(open_page("runs", state="Cancelled")) == ["second"]


def test_a_run_is_renamed(store: Store, dataset: DatasetRecord, open_page: OpenPage) -> None:
    run = store.queue_run(dataset.id, TrainingSettings())
    page = open_page("runs")
    page.text_input(key=f"name_{run.id}").set_value("spring")
    page.button[[button.label for button in page.button].index("Rename")].click().run()
    assert store.run(run.id).name == "spring"


def test_a_deleted_run_stops_and_comes_back_with_undo(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    run = store.queue_run(dataset.id, TrainingSettings())
    page = open_page("runs").button(key=f"delete_{run.id}").click().run()
    assert store.runs() == []
    assert store.run(run.id).state is RunState.CANCELLED
    page.button(key="undo").click().run()
    assert [one.id for one in store.runs()] == [run.id]


def test_open_leads_to_the_findings(trained: tuple[Store, RunRecord], open_page: OpenPage) -> None:
    _, run = trained
    page = open_page("runs").button(key=f"open_{run.id}").click().run()
    assert page.title[0].value == "Anomalies"
    assert page.query_params["run"] == run.id
