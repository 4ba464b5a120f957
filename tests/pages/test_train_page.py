"""Train: the outline follows the settings, nonsense is refused, and a run shows how it stands."""

import time
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace

import pytest
from sqlalchemy import insert, update
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard.detection.choices import make_settings
from dashboard.detection.models.kind import ModelKind
from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.first_look import write_first_look
from dashboard.runs.records import DatasetRecord, RunRecord, RunState
from dashboard.runs.schema import EPOCHS, RUNS
from dashboard.runs.store import Store
from dashboard.ui.person import LOCAL
from tests.pages.conftest import counts_csv, everything

OpenPage = Callable[..., AppTest]


def figures(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_every_setting_can_be_chosen(dataset: DatasetRecord, open_page: OpenPage) -> None:
    page = open_page("train", dataset=dataset.id, model="Stacked")
    widgets = [*page.number_input, *page.text_input, *page.selectbox, *page.toggle]
    keys = {widget.key for widget in widgets}
    wanted = set(TrainingSettings.model_fields) - {"model"}
    assert wanted <= keys


def test_the_defaults_are_those_of_the_settings(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    open_page("train", dataset=dataset.id).button(key="start").click().run()
    assert store.runs()[0].settings == make_settings()


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda kind: kind.name)
def test_every_model_is_offered_with_its_own_defaults(
    model: ModelKind, store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("train", dataset=dataset.id, model=model.title)
    assert not page.exception
    page.button(key="start").click().run()
    assert store.runs()[0].settings == model.settings


def test_what_a_window_is_is_told_of_each_model(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    def caption(model: str) -> str:
        return open_page("train", dataset=dataset.id, model=model).caption[-1].value

    assert "Each window is what surrounds one cell, 14 time steps wide" in caption("Counts")
    assert "Each window is 14 time steps x 1 feature, a new one begins" in caption("Stacked")


def test_without_a_choice_the_newest_dataset_is_taken_and_said_in_the_address(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("train")
    assert page.query_params["dataset"] == dataset.id
    assert not page.button(key="start").disabled


@pytest.mark.parametrize("seen_on", ["data", "train", "learn"])
@pytest.mark.parametrize("opened", ["train", "learn"])
def test_without_an_address_the_dataset_last_looked_at_stays(
    store: Store, dataset: DatasetRecord, open_page: OpenPage, seen_on: str, opened: str
) -> None:
    newer = store.add_dataset(BytesIO(counts_csv(users=9)), "newer.csv", owner=LOCAL)
    page = open_page(seen_on, dataset=dataset.id)
    page._page_hash = calc_hash(opened)
    page.query_params.clear()
    assert page.run().query_params["dataset"] == dataset.id
    assert open_page(opened).query_params["dataset"] == newer.id


def test_the_address_fills_in_the_form(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("train", dataset=dataset.id, model="Stacked", epochs="7", units="20, 10")
    page.button(key="start").click().run()
    assert store.runs()[0].settings == TrainingSettings(model="stacked", epochs=7, units=(20, 10))


def test_change_the_settings_opens_the_form_as_the_run_was(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    unusual = TrainingSettings(
        model="stacked",
        window=10,
        stride=2,
        scaling="log-range",
        units=(30, 20),
        dropout=0.25,
        activation="linear",
        loss="huber",
        metric="mse",
        optimizer="rmsprop",
        learning_rate=0.0005,
        epochs=50,
        batch_size=7,
        shuffle=True,
        unroll=True,
        validation_share=0.0,
        patience=0,
        drop_worst=0.15,
        seed=2**31 - 1,
    )
    usual = TrainingSettings()
    assert all(
        getattr(unusual, name) != getattr(usual, name) for name in TrainingSettings.model_fields
    )
    run = store.cancel_run(store.queue_run(dataset.id, unusual).id)
    page = open_page("train", run=run.id).button(key="change").click().run()
    page.button(key="start").click().run()
    assert store.runs()[0].id != run.id
    assert store.runs()[0].settings == unusual


def test_change_the_settings_works_right_after_the_form_too(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("train", dataset=dataset.id, model="Stacked")
    page.number_input(key="epochs").set_value(7).run()
    page.button(key="start").click().run()
    page.button(key="cancel").click().run()
    page.button(key="change").click().run()
    assert "Something went wrong" not in everything(page)
    assert page.query_params["epochs"] == "7"
    assert page.number_input(key="epochs").value == 7


def test_a_refused_setting_takes_no_other_away(dataset: DatasetRecord, open_page: OpenPage) -> None:
    page = open_page("train", dataset=dataset.id, model="Stacked", epochs="7", seed="3")
    page.text_input(key="units").set_value("abc").run()
    assert "'abc'" in page.error[0].value
    assert page.number_input(key="seed").value == 3
    page.text_input(key="units").set_value("8").run()
    assert (page.number_input(key="epochs").value, page.number_input(key="seed").value) == (7, 3)


def test_batches_smaller_than_chosen_are_told(dataset: DatasetRecord, open_page: OpenPage) -> None:
    told = "A batch is 32 windows instead of the 512 chosen"
    assert told in everything(open_page("train", dataset=dataset.id))
    chosen = open_page("train", dataset=dataset.id, model="Stacked", batch_size="8")
    assert "instead of" not in everything(chosen)


def test_a_run_shows_its_settings(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    run = store.queue_run(dataset.id, TrainingSettings(epochs=7, units=(20, 10)))
    table = open_page("train", run=run.id).dataframe[0].value.set_index("Setting")
    assert table.loc["Epochs"].tolist() == ["7", "30"]
    assert table.loc["Units of each LSTM layer"].tolist() == ["20, 10", "100"]
    assert table.loc["Batch size, in windows"].tolist() == ["32", ""]


def test_a_run_in_training_shows_a_first_look_until_it_has_ended(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    run = store.queue_run(dataset.id, TrainingSettings())
    claim = store.queue.claim()
    panel = store.panel(dataset.id)
    write_first_look(panel, run.log_file)
    page = open_page("train", run=run.id)
    assert any(text.value.startswith("**A first look**") for text in page.markdown)
    assert set(page.dataframe[0].value["user"]) <= set(panel.users)

    store.queue.cancelled(claim)
    page = open_page("train", run=run.id)
    assert not any(text.value.startswith("**A first look**") for text in page.markdown)


def test_a_failed_run_shows_its_owner_the_end_of_its_log(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    run = store.queue_run(dataset.id, TrainingSettings())
    claim = store.queue.claim()
    run.log_file.parent.mkdir(parents=True)
    run.log_file.write_text("".join(f"line {number}\n" for number in range(1, 9_001)), "utf-8")
    store.queue.fail(claim, "It broke.")

    (log,) = open_page("train", run=run.id).code
    assert log.value.splitlines() == [f"line {number}" for number in range(8_961, 9_001)]


def test_what_cannot_fit_is_refused_with_advice(
    dataset: DatasetRecord, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "dashboard.data.memory.psutil.virtual_memory", lambda: SimpleNamespace(available=1e8)
    )
    page = open_page("train", dataset=dataset.id)
    assert "0.1 GB can be had" in page.error[0].value.replace("\\", "")
    assert "Choose fewer units" in page.error[0].value
    assert page.button(key="start").disabled


def test_the_outline_follows_the_settings(dataset: DatasetRecord, open_page: OpenPage) -> None:
    page = open_page("train", dataset=dataset.id, model="Encoder-decoder")
    # by hand: the encoder has 40,800, the decoder 80,400 and the output 101
    assert figures(page)["Parameters"] == "121,301"
    page.text_input(key="units").set_value("10").run()
    # 4 * 10 * 12 + 4 * 10 * 21 + 11
    assert figures(page)["Parameters"] == "1,331"


def test_units_that_are_no_numbers_are_refused_in_a_sentence(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("train", dataset=dataset.id, model="Encoder-decoder")
    page.text_input(key="units").set_value("many").run()
    assert not page.exception
    assert "whole numbers" in page.error[0].value
    assert page.button(key="start").disabled


def test_a_window_longer_than_the_data_is_refused(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("train", dataset=dataset.id)
    page.number_input(key="window").set_value(500).run()
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


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (TrainingSettings(model="stacked", epochs=9), "the validation loss no longer fell"),
        (make_settings(model="counts"), "the network gained too little to be used"),
    ],
)
def test_a_training_that_ended_early_says_why(
    settings: TrainingSettings,
    why: str,
    store: Store,
    dataset: DatasetRecord,
    open_page: OpenPage,
) -> None:
    run = store.queue_run(dataset.id, settings)
    done = {
        "epoch": 1,
        "loss": 0.5,
        "metric": 0.4,
        "val_loss": 0.6,
        "val_metric": 0.5,
        "seconds": 1,
    }
    with store.engine.begin() as connection:
        connection.execute(insert(EPOCHS).values(run_id=run.id, **done))
        connection.execute(
            update(RUNS).values(
                state=RunState.FINISHED, epoch=1, started=time.time(), ended=time.time()
            )
        )
    shown = everything(open_page("train", run=run.id))
    assert f"Training ended after 1 of {settings.epochs} epochs" in shown
    assert why in shown


def test_a_training_that_ended_early_is_tested_with_its_bar_full(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    run = store.queue_run(dataset.id, make_settings(model="counts"))
    standing = {"state": RunState.RUNNING, "stage": "self_test", "epoch": 1, "started": time.time()}
    with store.engine.begin() as connection:
        connection.execute(update(RUNS).values(standing))
    (bar,) = open_page("train", run=run.id).get("progress")
    assert bar.proto.text == "Testing on planted anomalies, after 1 of 6 epochs"
    assert bar.proto.value == 100
