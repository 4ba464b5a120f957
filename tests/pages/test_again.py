"""A trained model put to work again from the page: later counts scored, drift told, trained anew."""

from io import BytesIO

import pytest

from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.runs.store import Store
from dashboard.sharing.access import Visitor
from dashboard.sharing.door import Door
from dashboard.sharing.links import LinkTerms
from dashboard.ui.person import LOCAL
from tests.pages.conftest import OpenPage
from tests.pages.finishing import finish_queued, finish_run, finish_scoring
from tests.runs.test_scorings import counts

MARCH, LATER = range(1, 15), range(15, 22)


@pytest.fixture
def run(store: Store) -> RunRecord:
    dataset = store.add_dataset(BytesIO(counts(MARCH)), "march.csv", owner=LOCAL)
    return finish_run(store, dataset, "robust-z")


@pytest.fixture
def later(store: Store, run: RunRecord) -> DatasetRecord:
    del run  # that comes first
    return store.add_dataset(BytesIO(counts(LATER)), "later.csv", owner=LOCAL)


def test_a_dataset_is_scored_with_one_press_and_opens_like_any_run(
    store: Store, run: RunRecord, later: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("anomalies", run=run.id)
    assert page.selectbox(key="to_score").value == later.id
    page = page.button(key="score").click().run()
    assert page.title[0].value == "Train"
    scoring = finish_queued(store, store.run(page.query_params["run"]))
    page = open_page("anomalies", run=scoring.id)
    assert not page.exception
    told = " ".join(text.value for text in page.markdown).replace("\\", "")
    assert f"Scored with the model of **{run.name}**" in told
    assert "7 days beyond those known (up to Sat 14 Mar 2026)" in told
    assert "No need to retrain" in told
    assert "at **0** of 56 user-days" in told or "**Nothing stands out**" in told


def test_all_counts_are_trained_on_with_one_press(
    store: Store, run: RunRecord, later: DatasetRecord, open_page: OpenPage
) -> None:
    scoring = finish_scoring(store, run, later)
    page = open_page("anomalies", run=scoring.id).button(key="retrain").click().run()
    assert page.title[0].value == "Train"
    training = store.run(page.query_params["run"])
    assert training.dataset_name == "march until 2026-03-21.csv"
    assert training.model_run_id is None


def test_runs_of_one_dataset_and_of_what_went_on_from_it_are_a_history(
    store: Store, run: RunRecord, later: DatasetRecord, open_page: OpenPage
) -> None:
    scoring = finish_scoring(store, run, later)
    other = store.add_dataset(BytesIO(counts(range(1, 16), users=3)), "other.csv", owner=LOCAL)
    store.queue_run(other.id, run.settings)
    page = open_page("runs", data=run.dataset_id)
    assert page.selectbox(key="data").value == run.dataset_id
    opened = {button.key for button in page.button if (button.key or "").startswith("open_")}
    assert opened == {f"open_{run.id}", f"open_{scoring.id}"}
    links = open_page("anomalies", run=scoring.id).get("page_link")
    assert any("All 2 runs of this data" in link.proto.label for link in links)
    assert page.button(key=f"retry_{run.id}").label == "Train again"
    assert page.button(key=f"retry_{scoring.id}").label == "Score again"
    assert (
        len([one for one in open_page("runs").button if (one.key or "").startswith("open_")]) == 3
    )


def test_trust_leads_to_the_test_of_the_model(
    store: Store, run: RunRecord, later: DatasetRecord, open_page: OpenPage
) -> None:
    scoring = finish_scoring(store, run, later)
    page = open_page("trust", run=scoring.id)
    assert not page.exception
    assert "its model is that of" in page.markdown[0].value


def test_who_may_only_look_cannot_score_or_train(
    store: Store, run: RunRecord, later: DatasetRecord, open_page: OpenPage
) -> None:
    scoring = finish_scoring(store, run, later)
    door = Door(store, Visitor(LOCAL, LOCAL), b"key")
    _, token = door.share(scoring.id, LinkTerms())
    door.links.open(token, "bob")
    page = open_page("anomalies", person="bob", run=scoring.id)
    assert not page.exception
    keys = {button.key for button in page.button}
    assert not {"score", "retrain"} & keys
    assert "Scored with the model of" in " ".join(text.value for text in page.markdown)


def test_a_scoring_is_looked_at_day_by_day_and_its_history_is_not_judged(
    store: Store, run: RunRecord, later: DatasetRecord, open_page: OpenPage
) -> None:
    scoring = finish_scoring(store, run, later)
    page = open_page("anomalies", run=scoring.id, time="2026-03-15", user="0")
    assert not page.exception
    assert page.button(key="day_before").disabled  # the day before is known, and was not scored
    page = open_page("anomalies", run=scoring.id, time="2026-03-05")
    assert not page.exception
    assert "no time step" in page.warning[0].value
