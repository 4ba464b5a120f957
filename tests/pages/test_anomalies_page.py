"""Anomalies: one view feeds everything, the address carries the choice, names are only text."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from dashboard.runs.records import RunRecord
from dashboard.runs.results import Results
from dashboard.runs.store import Store
from dashboard.runs.views import Query

OpenPage = Callable[..., AppTest]
Trained = tuple[Store, RunRecord]


def texts(page: AppTest) -> str:
    return "\n".join(element.value for element in page.markdown)


def test_the_newest_run_is_shown_without_any_choice(trained: Trained, open_page: OpenPage) -> None:
    _, run = trained
    page = open_page("anomalies")
    assert not page.exception
    assert page.query_params["run"] == run.id


def test_the_table_shows_what_the_results_say(trained: Trained, open_page: OpenPage) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id)
    users = Results.open(run.folder).view(Query()).users
    assert page.dataframe[0].value["score"].tolist() == users["score"].tolist()


def test_an_alert_budget_flags_that_many_users(trained: Trained, open_page: OpenPage) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id, by="Alert budget", budget="3")
    assert not page.exception
    assert "**3 of 12 users**" in texts(page)


def test_a_search_keeps_only_users_of_that_name(trained: Trained, open_page: OpenPage) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id, q="u00")
    assert {name[:3] for name in page.dataframe[0].value["user"]} == {"u00"}


def test_a_search_without_a_match_says_so(trained: Trained, open_page: OpenPage) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id, q="nobody at all")
    assert not page.exception
    assert "No user matches" in page.info[0].value


def test_the_address_opens_a_user_and_the_buttons_walk_the_ranking(
    trained: Trained, open_page: OpenPage
) -> None:
    _, run = trained
    ranked = Results.open(run.folder).view(Query()).users["user_index"].tolist()
    page = open_page("anomalies", run=run.id, user=str(ranked[0]))
    assert page.button(key="previous_user").disabled
    page.button(key="next_user").click().run()
    assert page.query_params["user"] == str(ranked[1])
    page.button(key="close_user").click().run()
    assert "user" not in page.query_params


def test_a_user_that_does_not_exist_is_said(trained: Trained, open_page: OpenPage) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id, user="999")
    assert not page.exception
    assert "no user number 999" in page.warning[0].value


def test_a_hostile_name_is_shown_letter_by_letter(trained: Trained, open_page: OpenPage) -> None:
    _, run = trained
    results = Results.open(run.folder)
    index = results.find_user("**bold** [x](http://evil.example)")
    page = open_page("anomalies", run=run.id, user=str(index))
    heading = page.subheader[0].value
    assert heading == r"\*\*bold\*\* \[x\]\(http\://evil\.example\)"
