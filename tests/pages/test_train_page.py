"""Train: the outline follows the settings, nonsense is refused, and a run shows how it stands."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.records import DatasetRecord, RunRecord, RunState
from dashboard.runs.store import Store

OpenPage = Callable[..., AppTest]


def figures(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_every_setting_can_be_chosen(dataset: DatasetRecord, open_page: OpenPage) -> None:
    page = open_page("train", dataset=dataset.id)
    widgets = [*page.number_input, *page.text_input, *page.selectbox, *page.toggle]
    keys = {widget.key for widget in widgets}
    wanted = set(TrainingSettings.model_fields) - {"model"}
    assert {f"setting_{name}" for name in wanted} <= keys


def test_the_defaults_are_those_of_the_settings(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    open_page("train", dataset=dataset.id).button(key="start").click().run()
    assert store.runs()[0].settings == TrainingSettings()


def test_the_outline_follows_the_settings(dataset: DatasetRecord, open_page: OpenPage) -> None:
    page = open_page("train", dataset=dataset.id)
    # by hand: the encoder has 40,800, the decoder 80,400 and the output 101
    assert figures(page)["Parameters"] == "121,301"
    page.text_input(key="setting_units").set_value("10").run()
    # 4 * 10 * 12 + 4 * 10 * 21 + 11
    assert figures(page)["Parameters"] == "1,331"


def test_units_that_are_no_numbers_are_refused_in_a_sentence(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("train", dataset=dataset.id)
    page.text_input(key="setting_units").set_value("many").run()
    assert not page.exception
    assert "whole numbers" in page.error[0].value
    assert page.button(key="start").disabled


def test_a_window_longer_than_the_data_is_refused(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("train", dataset=dataset.id)
    page.number_input(key="setting_window").set_value(500).run()
    assert not page.exception
    assert page.error
    assert page.button(key="start").disabled


def test_a_waiting_run_can_be_cancelled_and_tried_again(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    run = store.queue_run(dataset.id, TrainingSettings())
    page = open_page("train", run=run.id)
    page.button(key="cancel").click().run()
    assert store.run(run.id).state is RunState.CANCELLED
    page = open_page("train", run=run.id)
    page.button(key="again").click().run()
    assert store.runs()[0].settings == run.settings
    assert page.query_params["run"] == store.runs()[0].id


def test_a_finished_run_leads_to_its_anomalies(
    trained: tuple[Store, RunRecord], open_page: OpenPage
) -> None:
    _, run = trained
    page = open_page("train", run=run.id).button(key="see").click().run()
    assert page.title[0].value == "Anomalies"
    assert page.query_params["run"] == run.id
