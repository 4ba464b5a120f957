"""Learn: the numbers follow the data and the sliders, every choice is in the address, and Train takes it."""

from collections.abc import Callable
from io import BytesIO
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.charts.measured import read_spike, read_unrolling
from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.runs.store import Store
from dashboard.ui.person import LOCAL
from tests.pages.conftest import counts_csv

OpenPage = Callable[..., AppTest]


def texts(page: AppTest) -> str:
    return "\n".join(element.value for element in [*page.markdown, *page.caption])


def way_to_train(page: AppTest) -> dict[str, list[str]]:
    links = {link.proto.label: link.proto for link in page.get("page_link")}
    return parse_qs(links["Open Train with these settings"].query_string)


@pytest.mark.usefixtures("store")
def test_without_data_the_question_that_began_it_all_is_answered_with_the_sample(
    open_page: OpenPage,
) -> None:
    page = open_page("learn")
    assert not page.exception
    assert (
        "**2,000 users of 40 days, 1 count a day**: 2,000 windows of (40, 1), in 63 batches of 32, "
        "the last of 16. Through encoder-decoder, with 121,301 parameters" in texts(page)
    )
    assert "`(32, 40, 1) → (32, 100) → (32, 40, 100) → (32, 40, 100) → (32, 40, 1)`" in texts(page)
    assert "57 batches of 32, the last of 8" in texts(page)
    assert "dataset" not in page.query_params
    assert len(page.get("plotly_chart")) == 8
    for measured in (read_unrolling(), read_spike()):
        assert f"`{measured.command}`" in texts(page)


def test_the_newest_data_is_taken_and_said_in_the_address(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("learn")
    assert page.query_params["dataset"] == dataset.id
    assert "**12 users of 14 days, 1 count a day**: 12 windows of (14, 1)" in texts(page)


def test_the_address_moves_the_sliders_and_train_opens_as_they_stand(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    chosen = {"window": "7", "stride": "2", "batch": "16", "units": "8", "model": "Stacked"}
    address = {f"learn-{name}": value for name, value in chosen.items()}
    page = open_page("learn", **address, **{"learn-unroll": "true", "learn-features": "3"})
    assert not page.exception
    # 12 users with windows at 0, 2, 4, 6 and 7 are 60: 3 batches of 16 and one of 12
    assert "60 windows of (7, 3), in 4 batches of 16, the last of 12" in texts(page)
    # 4 x 8 x (3 + 8 + 1), 4 x 8 x (8 + 8 + 1), 3 x (8 + 1)
    assert page.metric[0].value == f"{384 + 544 + 27:,}"
    assert "`(16, 7, 3) → (16, 7, 8) → (16, 7, 8) → (16, 7, 3)`" in texts(page)
    address = way_to_train(page)
    assert address == {
        "dataset": [dataset.id],
        "model": ["Stacked"],
        "window": ["7"],
        "stride": ["2"],
        "batch_size": ["16"],
        "units": ["8"],
        "unroll": ["true"],
    }
    train = open_page("train", **{name: value[0] for name, value in address.items()})
    # by the data's one feature: 4 x 8 x (1 + 8 + 1), 4 x 8 x (8 + 8 + 1), 1 x (8 + 1)
    assert train.metric[0].value == f"{320 + 544 + 9:,}"
    back = next(link.proto for link in train.get("page_link") if "words mean" in link.proto.label)
    assert parse_qs(back.query_string) == {"dataset": [dataset.id]}


def test_layers_are_stepped_through_to_the_last_and_begun_anew(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("learn", dataset=dataset.id, **{"learn-layer": "3. LSTM"})
    assert "**`return_sequences=True`**" in texts(page)
    assert page.button(key="learn_next").label == "Next: TimeDistributed"
    page.button(key="learn_next").click().run()
    assert "**`TimeDistributed(Dense(1))`**" in texts(page)
    page.button(key="learn_next").click().run()
    assert page.segmented_control(key="learn-layer").value == 0
    assert "**What goes in.** A window of 14 steps of 1 number." in texts(page)


def test_choices_that_do_not_fit_each_other_give_way(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    beyond = {"learn-layer": "4. TimeDistributed", "learn-window": "7", "learn-stride": "10"}
    page = open_page("learn", dataset=dataset.id, **beyond)
    assert "24 windows of (7, 1)" in texts(page)  # two of each user: no stride beyond a window
    assert page.segmented_control(key="learn-layer").value == 4
    page.segmented_control(key="learn-model").set_value("stacked").run()  # which has three layers
    assert not page.exception
    assert page.segmented_control(key="learn-layer").value <= 3


def test_data_too_short_to_be_trained_on_as_it_is_opens_train_with_its_window(
    store: Store, open_page: OpenPage
) -> None:
    short = store.add_dataset(BytesIO(counts_csv(days=10)), "short.csv", owner=LOCAL)
    page = open_page("learn", dataset=short.id)
    assert not page.exception
    assert way_to_train(page)["window"] == ["10"]


def test_a_single_series_is_its_own_second_case(
    trained_series: tuple[Store, RunRecord], open_page: OpenPage
) -> None:
    _, run = trained_series
    page = open_page("learn", dataset=run.dataset_id)
    assert not page.exception
    assert "**One series of 60 hours, 2 counts an hour**" in texts(page)
    assert "Your series of 60 hours" in texts(page)


def test_the_persons_own_runs_tell_how_much_they_copy(
    trained: tuple[Store, RunRecord], open_page: OpenPage
) -> None:
    _, run = trained
    links = open_page("learn", dataset=run.dataset_id).get("page_link")
    assert any("of what was planted" in link.proto.label for link in links)


@pytest.mark.usefixtures("store")
def test_data_that_does_not_exist_is_said_in_one_sentence(open_page: OpenPage) -> None:
    page = open_page("learn", dataset="nobody")
    assert not page.exception
    assert "There is no such" in page.warning[0].value
