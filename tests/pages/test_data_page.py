"""Data: files come in, are understood or corrected, and lead on to a run."""

import gzip
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.data.reading import Reading
from dashboard.detection.choices import make_settings
from dashboard.runs.records import DatasetRecord
from dashboard.runs.store import Store
from dashboard.ui.person import LOCAL
from tests.pages.conftest import everything

OpenPage = Callable[..., AppTest]


def texts(page: AppTest) -> str:
    return "\n".join(element.value for element in page.markdown)


def test_an_uploaded_file_is_kept_at_once_and_its_page_opens(
    store: Store, open_page: OpenPage
) -> None:
    page = open_page("data")
    table = b"user,date,clicks\n" + b"".join(
        f"a,2026-03-{day:02d},{day}\n".encode() for day in range(1, 15)
    )
    page.file_uploader[0].upload("clicks.csv", table, "text/csv").run()
    assert [record.name for record in store.datasets()] == ["clicks.csv"]
    assert page.query_params["dataset"] == store.datasets()[0].id
    assert "**1 user** over **14 days**" in texts(page)


def test_a_series_of_weeks_is_called_one_and_its_total_is_not_named_count(
    store: Store, open_page: OpenPage
) -> None:
    weeks = "".join(f"{date(2025, 1, 6) + timedelta(weeks=n)},10\n" for n in range(20))
    record = store.add_dataset(BytesIO(f"week,count\n{weeks}".encode()), "weeks.csv", owner=LOCAL)
    page = open_page("data", dataset=record.id)
    assert (
        "**One series** over **20 weeks**, from the week of 6 Jan 2025 to the week of 19 May 2025: "
        "200 in all." in texts(page)
    )
    assert "Users" not in {metric.label for metric in page.metric}
    assert "Sum over" not in everything(page)


def test_what_is_wrong_with_a_file_is_said_once(store: Store, open_page: OpenPage) -> None:
    record = store.add_dataset(BytesIO(b"user,date,clicks\n"), "header.csv", owner=LOCAL)
    page = open_page("data", dataset=record.id)
    assert everything(page).count("header only") == 1


def test_a_dataset_says_what_was_understood(dataset: DatasetRecord, open_page: OpenPage) -> None:
    page = open_page("data", dataset=dataset.id)
    assert not page.exception
    assert "**12 users** over **14 days**, from Sun 1 Mar 2026 to Sat 14 Mar 2026" in texts(page)
    assert {metric.label: metric.value for metric in page.metric}["Users"] == "12"


def test_one_press_queues_a_run_with_the_defaults_and_shows_it(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("data", dataset=dataset.id).button(key="find").click().run()
    (run,) = store.runs()
    assert run.settings == make_settings()
    assert page.title[0].value == "Train"
    assert page.query_params["run"] == run.id


def test_data_too_short_to_learn_from_is_said_and_the_page_stays(
    store: Store, open_page: OpenPage
) -> None:
    days = "".join(f"ann,2026-03-{day:02d},5\n" for day in range(1, 6))
    record = store.add_dataset(
        BytesIO(f"user,date,clicks\n{days}".encode()), "short.csv", owner=LOCAL
    )
    page = open_page("data", dataset=record.id).button(key="find").click().run()
    assert "The data has 5 time steps" in page.error[0].value
    assert store.runs() == []
    assert {"Counts", "Quality"} <= {tab.label for tab in page.tabs}


@pytest.mark.parametrize("encoding", [None, "utf-16"])
def test_a_file_that_cannot_be_read_shows_the_problem_and_the_form_that_mends_it(
    encoding: str | None, store: Store, open_page: OpenPage
) -> None:
    counts, reading = BytesIO(b"who,when,n\nann,2026-03-01,many\n"), Reading(encoding=encoding)
    record = store.add_dataset(counts, "clicks.csv", reading, owner=LOCAL)
    assert record.problem
    page = open_page("data", dataset=record.id)
    assert not page.exception
    assert "This file cannot be read yet." in page.error[0].value
    assert {"User", "Time", "Delimiter", "Encoding"} <= {box.label for box in page.selectbox}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a PNG picture"),
        (bytes(range(256)) * 4, "binary data"),
        (b'{"user": [1, 2, 3]}', "JSON"),
        (gzip.compress(b"user,date,clicks\n" * 99)[:-9], "damaged or cut short"),
    ],
    # what is packed differs by the second, and so would the names that pytest makes of it
    ids=["nothing", "picture", "binary", "JSON", "cut short"],
)
def test_of_what_is_no_table_a_sentence_is_all_there_is(
    content: bytes, problem: str, store: Store, open_page: OpenPage
) -> None:
    record = store.add_dataset(BytesIO(content), "clicks.csv", owner=LOCAL)
    page = open_page("data", dataset=record.id)
    assert not page.exception
    assert problem in page.error[0].value
    assert not page.subheader
    assert not page.selectbox
    assert len(page.file_uploader) == 1


def test_the_form_offers_every_choice_of_a_reading(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("data", dataset=dataset.id)
    labels = {widget.label for widget in [*page.selectbox, *page.text_input, *page.multiselect]}
    assert len(labels) >= len(type(dataset.reading).model_fields)


def test_a_correction_makes_another_dataset(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("data", dataset=dataset.id)
    missing = next(box for box in page.selectbox if box.label == "A missing row")
    missing.select("unknown")
    page.button[[button.label for button in page.button].index("Read again")].click().run()
    (later,) = store.datasets()
    assert later.id != dataset.id
    assert later.reading.missing == "unknown"
    assert page.query_params["dataset"] == later.id


def test_a_deleted_dataset_comes_back_with_undo(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("data", dataset=dataset.id).button(key=f"delete_{dataset.id}").click().run()
    assert store.datasets() == []
    page.button(key="undo").click().run()
    assert [record.id for record in store.datasets()] == [dataset.id]
