"""Trust: the verdict, the budget in the address, the map, and runs that were not tested."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard.runs.artefacts import SELF_TEST
from dashboard.runs.manifest import FILE_NAME
from dashboard.runs.records import RunRecord
from dashboard.runs.results import Results
from dashboard.runs.schema import RUNS
from dashboard.runs.store import Store
from dashboard.sharing.verdict import verdict
from dashboard.ui.problems import plain

OpenPage = Callable[..., AppTest]
Trained = tuple[Store, RunRecord]


def seal(store: Store, run: RunRecord, digest: str | None) -> None:
    """Note which manifest a run has; None: it is older than such notes."""
    with store.engine.begin() as connection:
        noted = update(RUNS).where(RUNS.c.id == run.id).values(manifest_digest=digest)
        connection.execute(noted)


def texts(page: AppTest) -> str:
    return "\n".join(element.value for element in page.markdown)


def test_the_newest_run_is_shown_without_any_choice(trained: Trained, open_page: OpenPage) -> None:
    _, run = trained
    page = open_page("trust")
    assert not page.exception
    assert page.query_params["run"] == run.id


@pytest.mark.parametrize("seen_on", ["anomalies", "train"])
def test_without_an_address_the_run_last_looked_at_stays_on_screen_for_as_long_as_it_is_there(
    trained_series: Trained, open_page: OpenPage, seen_on: str
) -> None:
    store, older = trained_series
    page = open_page(seen_on, run=older.id)

    def turn_to_trust() -> str:
        page._page_hash = calc_hash("trust")
        page.query_params.clear()
        return page.run().query_params["run"]

    assert turn_to_trust() == older.id
    store.delete_run(older.id)
    try:
        assert turn_to_trust() != older.id
    finally:
        store.restore_run(older.id)


def test_the_verdict_is_that_of_the_budget_in_the_address(
    trained: Trained, open_page: OpenPage
) -> None:
    _, run = trained
    results = Results.open(run.folder)
    page = open_page("trust", run=run.id, budget="3")
    assert page.number_input(key="budget").value == 3
    assert plain(verdict(results.manifest, results.self_test(), 3)) in texts(page)
    page.number_input(key="budget").set_value(12).run()
    assert plain(verdict(results.manifest, results.self_test(), 12)) in texts(page)


def test_the_page_says_whether_it_copies_and_what_it_cannot_tell(
    trained: Trained, open_page: OpenPage
) -> None:
    _, run = trained
    page = open_page("trust", run=run.id)
    assert not page.exception
    assert [heading.value for heading in page.subheader] == [
        "Does it copy its input?",
        "What this does not tell",
    ]
    assert "its expectation followed" in texts(page)
    assert len(page.get("plotly_chart")) == 1


def test_a_run_from_before_the_self_test_says_so_and_can_be_trained_again(
    trained: Trained, open_page: OpenPage
) -> None:
    store, run = trained
    kept = {name: (run.folder / name).read_bytes() for name in (SELF_TEST, FILE_NAME)}
    manifest = json.loads(kept[FILE_NAME])
    del manifest["artefacts"][SELF_TEST]
    (run.folder / FILE_NAME).write_text(json.dumps(manifest))
    (run.folder / SELF_TEST).unlink()
    seal(store, run, None)
    try:
        page = open_page("trust", run=run.id)
        assert not page.exception
        assert "older than the test on planted anomalies" in texts(page)
        assert page.button(key="again").label == "Train it again"
    finally:
        for name, content in kept.items():
            (run.folder / name).write_bytes(content)
        seal(store, run, run.manifest_digest)


@pytest.mark.usefixtures("store")
def test_without_any_run_the_page_leads_to_the_data(open_page: OpenPage) -> None:
    page = open_page("trust")
    assert not page.exception
    assert "Nothing has been trained yet" in texts(page)
