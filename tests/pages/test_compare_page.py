"""Compare: letters for runs, agreement that can be counted by hand, and what each run saw."""

import re
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.comparing import standings_of
from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.runs.store import Store
from dashboard.ui.person import LOCAL
from tests.pages.conftest import counts_csv, everything, series_csv
from tests.pages.finishing import finish_as, finish_run

OpenPage = Callable[..., AppTest]


@pytest.fixture
def pair(store: Store, dataset: DatasetRecord) -> tuple[RunRecord, RunRecord]:
    """Two runs of the same data; the second's name would do harm were it interpreted."""
    return (
        finish_run(store, dataset, "rhythms", "plain"),
        finish_run(store, dataset, "weekday-median", "**loud** [x](http://evil.example)"),
    )


def ids(*runs: RunRecord) -> str:
    return ",".join(run.id for run in runs)


def texts(page: AppTest) -> str:
    return "\n".join(element.value for element in page.markdown)


def table(page: AppTest, column: str) -> dict[str, list[str]]:
    """The rows of the table with that first column, by their first cell."""
    frames = [element.value for element in page.dataframe]
    frame = next(frame for frame in frames if frame.columns[0] == column)
    return {row[0]: list(row[1:]) for row in frame.itertuples(index=False)}


def test_settings_and_figures_stand_side_by_side(
    pair: tuple[RunRecord, RunRecord], open_page: OpenPage
) -> None:
    page = open_page("compare", runs=ids(*pair))
    assert not page.exception
    assert table(page, "Setting") == {"Model": ["Rhythms", "Weekday median"]}
    assert table(page, "Figure")["Parameters"] == ["0", "0"]
    assert "A and B are baselines" in "\n".join(caption.value for caption in page.caption)


def test_the_agreement_is_that_of_the_two_top_lists(
    pair: tuple[RunRecord, RunRecord], open_page: OpenPage
) -> None:
    tops = [
        {int(user) for user in np.flatnonzero(rank <= 10)}
        for rank in standings_of([run.folder for run in pair]).rank
    ]
    same = len(tops[0] & tops[1])
    page = open_page("compare", runs=ids(*pair), k="10")
    assert f"**{same} of the first 10 users**" in texts(page)
    contested = [len(one.value) for one in page.dataframe if "In the first 10" in one.value]
    assert sum(contested) == len(tops[0] ^ tops[1])


def test_the_first_are_fewer_than_there_are(
    pair: tuple[RunRecord, RunRecord], open_page: OpenPage
) -> None:
    page = open_page("compare", runs=ids(*pair), k="100")  # of twelve users
    [first] = [one for one in page.segmented_control if one.key == "k"]
    assert first.options == ["5", "10"]
    assert "of the first 10 users**" in texts(page)


def test_on_a_phone_the_lines_of_tables_break(
    pair: tuple[RunRecord, RunRecord], open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(st.context), "headers", {"User-Agent": "Mobile"})
    page = open_page("compare", runs=ids(*pair))
    assert not page.exception
    tables = {each.value.columns[0]: each.value for each in page.table}
    assert set(tables) == {"Setting", "Figure", "Run"}
    assert tables["Setting"].to_numpy().tolist() == [["Model", "Rhythms", "Weekday median"]]
    assert all("Rank A" not in each.value for each in page.dataframe)
    assert any("Ranks A, B" in each.value for each in page.dataframe)


def test_without_a_choice_the_newest_two_of_the_same_data_are_compared(
    store: Store, pair: tuple[RunRecord, RunRecord], open_page: OpenPage
) -> None:
    other = store.add_dataset(BytesIO(counts_csv(9)), "other.csv", owner=LOCAL)
    finish_run(store, other, "robust-z")
    finish_run(store, other, "pca")
    assert pair
    page = open_page("compare")
    assert not page.exception
    assert table(page, "Setting") == {"Model": ["PCA", "Robust z"]}


def test_a_choice_goes_into_the_address(
    pair: tuple[RunRecord, RunRecord], open_page: OpenPage
) -> None:
    page = open_page("compare", runs=pair[0].id)
    assert "Choose another run" in page.info[0].value
    page = page.multiselect[0].select(pair[1].id).run()
    assert page.query_params["runs"] == ids(*pair)
    assert "first 10 users" in texts(page)


def test_one_finished_run_leads_to_training_another(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    run = finish_run(store, dataset, "robust-z")
    page = open_page("compare", runs=run.id)
    assert "Only one run has finished" in texts(page)
    page = page.button(key="empty_to_train").click().run()
    assert page.title[0].value == "Train"
    assert page.query_params["dataset"] == dataset.id


def test_users_are_compared_only_between_runs_of_the_same_data(
    store: Store, pair: tuple[RunRecord, RunRecord], open_page: OpenPage
) -> None:
    other = store.add_dataset(BytesIO(counts_csv(9)), "other.csv", owner=LOCAL)
    stranger = finish_run(store, other, "robust-z")
    page = open_page("compare", runs=ids(stranger, *pair))
    assert not page.exception
    assert r"C (other\.csv)" in page.warning[0].value
    assert table(page, "Setting")["Data"] == ["clicks.csv", "clicks.csv", "other.csv"]
    assert "the same in A and B" in texts(page)
    alone = open_page("compare", runs=ids(stranger, pair[0]))
    assert "first" not in texts(alone)


def test_a_user_is_shown_as_each_run_saw_it(
    pair: tuple[RunRecord, RunRecord], open_page: OpenPage
) -> None:
    page = open_page("compare", runs=ids(*pair), user="1")
    assert not page.exception
    headings = [element.value for element in page.subheader]
    assert r"\*\*bold\*\* \[x\]\(http\:" + "\N{WORD JOINER}" + r"//evil\.example\)" in headings
    assert re.search("rank [0-9]+, score [0-9.\\\\]+, [0-9]+ anomalous days?", everything(page))
    page = page.button(key="close_user").click().run()
    assert "user" not in page.query_params


def test_three_runs_are_compared_pair_by_pair(
    store: Store, dataset: DatasetRecord, pair: tuple[RunRecord, RunRecord], open_page: OpenPage
) -> None:
    third = finish_run(store, dataset, "pca")
    page = open_page("compare", runs=ids(*pair, third), pair="B and C")
    assert not page.exception
    assert list(table(page, "Runs")) == ["A and B", "A and C", "B and C"]
    assert "the same in B and C" in texts(page)


def test_what_cannot_be_compared_is_said(
    store: Store, dataset: DatasetRecord, pair: tuple[RunRecord, RunRecord], open_page: OpenPage
) -> None:
    waiting = store.queue_run(dataset.id, pair[0].settings, name="later")
    page = open_page("compare", runs=f"{ids(*pair)},nobody,{waiting.id}")
    assert not page.exception
    said = [warning.value for warning in page.warning]
    assert any("There is no such run" in one for one in said)
    assert any("later has not finished" in one for one in said)
    assert "first 10 users" in texts(page)


def test_ticked_runs_lead_to_their_comparison(
    pair: tuple[RunRecord, RunRecord], open_page: OpenPage
) -> None:
    page = open_page("runs")
    assert page.button(key="compare_ticked").disabled
    for run in pair:
        page = page.checkbox(key=f"tick_{run.id}").check().run()
    page = page.button(key="compare_ticked").click().run()
    assert page.title[0].value == "Compare"
    assert set(page.query_params["runs"].split(",")) == {run.id for run in pair}


def test_a_training_without_the_strangest_users_shows_who_moved(
    store: Store, pair: tuple[RunRecord, RunRecord], open_page: OpenPage
) -> None:
    once = finish_as(store, TrainingSettings(), pair[0])
    cleaned = finish_as(store, TrainingSettings(drop_worst=0.05), pair[1])
    moved = standings_of([once.folder, cleaned.folder]).moves(0, 1, 10)
    assert len(moved)
    page = open_page("compare", runs=ids(once, cleaned), k="10")
    assert not page.exception
    assert "strangest 5% of users" in texts(page)
    shown = next(one.value for one in page.dataframe if "Places" in one.value)
    assert shown["Places"].tolist() == moved["places"].tolist()
    assert "Who moved" not in texts(open_page("compare", runs=ids(*pair)))


def test_a_single_series_has_no_ranking_but_is_shown_as_each_run_saw_it(
    store: Store, open_page: OpenPage
) -> None:
    series = store.add_dataset(BytesIO(series_csv()), "series.csv", owner=LOCAL)
    runs = [finish_run(store, series, model) for model in ("robust-z", "pca")]
    page = open_page("compare", runs=ids(*runs))
    assert not page.exception
    assert "What each run saw" in [element.value for element in page.subheader]
    assert "correlation" not in texts(page)
    feature = page.selectbox[0]
    assert feature.value == "visits"  # the one with the loud hour
    assert not feature.select("page views").run().exception


def test_an_address_that_makes_no_sense_shows_the_usual_view(
    store: Store, dataset: DatasetRecord, pair: tuple[RunRecord, RunRecord], open_page: OpenPage
) -> None:
    third = finish_run(store, dataset, "pca")
    page = open_page("compare", runs=ids(*pair, third), pair="Z", k="many", user="x", log="?")
    assert not page.exception
    assert "the same in A and B" in texts(page)
    assert "first 10 users" in texts(page)
