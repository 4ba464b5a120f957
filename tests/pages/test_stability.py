"""Trainings with other seeds: offered for networks, told at each user."""

from collections.abc import Callable

import pandas as pd
from streamlit.testing.v1 import AppTest

from dashboard.runs.comparing import standings_of
from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.runs.store import Store
from tests.pages.finishing import finish_as, finish_run

OpenPage = Callable[..., AppTest]
LABEL = "Train 4 more with other seeds"


def ranking(page: AppTest) -> pd.DataFrame:
    """The table of users."""
    return next(one.value for one in page.dataframe if str(one.key).startswith("table_"))


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def test_a_baseline_is_not_trained_with_other_seeds(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    run = finish_run(store, dataset, "robust-z")
    page = open_page("train", run=run.id)
    assert not page.exception
    assert "See the anomalies" in labels(page)
    assert LABEL not in labels(page)


def test_a_finished_network_queues_four_more(
    trained: tuple[Store, RunRecord], open_page: OpenPage
) -> None:
    store, run = trained
    page = open_page("train", run=run.id)
    page = page.button(key="more_seeds").click().run()
    assert not page.exception
    queued = [one for one in store.runs() if not one.state.is_final]
    try:
        first = run.settings.seed + 1
        assert sorted(one.settings.seed for one in queued) == list(range(first, first + 4))
        assert LABEL not in labels(page)
        assert any("4 trainings" in caption.value for caption in page.caption)
    finally:
        for one in queued:
            store.delete_run(one.id)


def test_each_user_is_told_in_how_many_trainings_it_comes_first(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    run = finish_run(store, dataset, "robust-z")
    other = finish_run(store, dataset, "pca")
    assert "in_top" not in ranking(open_page("anomalies", run=run.id))
    sibling = finish_as(store, run.settings.model_copy(update={"seed": 1}), other)
    page = open_page("anomalies", run=run.id, user="5")
    # all twelve users are among the first 25 of both
    assert ranking(page)["in_top"].tolist() == ["2 of 2"] * 12
    assert any("top 25 in 2 of 2" in caption.value for caption in page.caption)

    tops = standings_of([run.folder, sibling.folder]).in_top(10)
    page = open_page("compare", runs=f"{run.id},{sibling.id}", k="10")
    told = "\n".join(element.value for element in page.markdown)
    assert f"Of {tops.any(axis=0).sum()} users in the first 10 of any" in told
    assert f"**{tops.all(axis=0).sum()}** are in the first 10 of both" in told
