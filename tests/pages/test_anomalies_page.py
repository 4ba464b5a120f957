"""Anomalies: one view feeds everything, the address carries the choice, names are only text."""

from collections.abc import Callable

import pandas as pd
from streamlit.testing.v1 import AppTest

from dashboard.runs.records import RunRecord
from dashboard.runs.results import Results
from dashboard.runs.store import Store
from dashboard.runs.views import Query

OpenPage = Callable[..., AppTest]
Trained = tuple[Store, RunRecord]


def ranking(page: AppTest) -> pd.DataFrame:
    """The table of users."""
    return next(one.value for one in page.dataframe if str(one.key).startswith("table_"))


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
    assert ranking(page)["score"].tolist() == users["score"].tolist()


def test_an_alert_budget_flags_that_many_users(trained: Trained, open_page: OpenPage) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id, by="Alert budget", budget="3")
    assert not page.exception
    assert "**3 of 12 users**" in texts(page)


def test_a_search_keeps_only_users_of_that_name(trained: Trained, open_page: OpenPage) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id, q="u00")
    assert {name[:3] for name in ranking(page)["user"]} == {"u00"}


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
    assert heading == r"\*\*bold\*\* \[x\]\(http\:" + "\N{WORD JOINER}" + r"//evil\.example\)"


def test_a_time_step_of_the_address_keeps_its_users_and_is_looked_at_closely(
    trained: Trained, open_page: OpenPage
) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id, by="Alert budget", budget="1", time="2026-03-10")
    assert not page.exception
    assert ranking(page)["user"].tolist() == ["u002"]  # whose loud day that is
    assert "Tue 10 Mar 2026" in [heading.value for heading in page.subheader]
    said = texts(page).replace("\\", "")
    assert "Anomalous: 1 user above what was expected, 0 users below." in said
    above = next(one.value for one in page.dataframe if str(one.key).startswith("day_up"))
    assert (above["User"][0], above["Actual"][0]) == ("u002", 500)
    page = page.button(key="chip_time").click().run()
    assert "time" not in page.query_params
    assert len(ranking(page)) == 12


def test_every_choice_is_a_chip_that_takes_it_back_and_all_of_them_go_at_once(
    trained: Trained, open_page: OpenPage
) -> None:
    _, run = trained
    address = {"run": run.id, "user": "5", "at": "2026-03-10", "span": "2026-03-08..2026-03-12"}
    page = open_page("anomalies", **address, by="Plain score", value="1.5", ranks="1-6")
    assert not page.exception
    chips = {one.key: one.label.replace("\\", "") for one in page.button if "chip_" in one.key}
    assert chips == {
        "chip_span": "Days: Sun 8 Mar 2026 to Thu 12 Mar 2026",
        "chip_ranks": "Ranks 1 to 6",
        "chip_user": "User: u002",
        "chip_at": "Cell: Tue 10 Mar 2026",
        "chip_all": "Show all",
    }
    assert len(ranking(page)) == 6
    page = page.button(key="chip_at").click().run()
    assert page.query_params["user"] == "5"
    page = page.button(key="chip_all").click().run()
    assert {"user", "at", "span", "ranks"}.isdisjoint(page.query_params)


def test_a_range_is_chosen_by_its_ends_too_and_the_whole_is_no_range(
    trained: Trained, open_page: OpenPage
) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id, time="2026-03-10")
    page = page.select_slider[0].set_range("2026-03-03", "2026-03-05").run()
    assert page.query_params["span"] == "2026-03-03..2026-03-05"
    assert "time" not in page.query_params
    assert "from Tue 3 Mar 2026 to Thu 5 Mar 2026" in texts(page)
    page = page.select_slider[0].set_range("2026-03-01", "2026-03-14").run()
    assert "span" not in page.query_params


def test_the_order_stands_in_the_address_by_its_key_and_by_its_old_label_too(
    trained: Trained, open_page: OpenPage
) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id, sort="Name", top="25 users")
    assert page.selectbox(key="choose_sort").value == "name"
    assert page.selectbox(key="choose_top").value == "25"
    page = page.selectbox(key="choose_sort").set_value("volume").run()
    assert page.query_params["sort"] == "volume"
    page = page.selectbox(key="choose_sort").set_value("score").run()
    assert "sort" not in page.query_params


def test_a_user_is_told_by_findings_and_beside_users_like_it(
    trained: Trained, open_page: OpenPage
) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id, user="5", by="Alert budget", budget="1")
    assert "Spike." in texts(page)
    assert "Users like this one carried on." in texts(page).replace("\\", "")
    found = next(one.value for one in page.dataframe if "user_findings" in str(one.key))
    assert found["When"].tolist() == ["Tue 10 Mar 2026"]
    page = page.button(key="next_finding").click().run()
    assert page.query_params["at"] == "2026-03-10"
    page = page.button(key="whole_user").click().run()
    assert "at" not in page.query_params


def test_the_heatmap_is_ordered_and_coloured_by_the_address(
    trained: Trained, open_page: OpenPage
) -> None:
    _, run = trained
    for rows in ("alike", "volume", "all"):
        page = open_page("anomalies", run=run.id, rows=rows, colour="deviation")
        assert not page.exception
        assert page.query_params["rows"] == rows
    assert "each has a row of its own" in "".join(one.value for one in page.caption)


def test_what_the_address_says_wrongly_is_told_and_left_out(
    trained: Trained, open_page: OpenPage
) -> None:
    _, run = trained
    page = open_page(
        "anomalies",
        run=run.id,
        time="2031-01-01",
        span="2026-03-01..never",
        cluster="7",
        ranks="9-1",
    )
    assert not page.exception
    said = " ".join(one.value for one in page.warning).replace("\\", "")
    assert "no time step 2031-01-01" in said
    assert "no time step never" in said
    assert "no cluster 7" in said
    assert len(ranking(page)) == 12


def test_a_plain_score_of_the_address_is_the_threshold(
    trained: Trained, open_page: OpenPage
) -> None:
    _, run = trained
    results = Results.open(run.folder)
    page = open_page("anomalies", run=run.id, by="Plain score", value="1.5")
    flagged = results.view(Query(level=1.5)).counts.anomalous_users
    assert f"**{flagged} of 12 users**" in texts(page)
    assert "a score of 1.50" in page.caption[0].value


def test_a_single_series_shows_its_story_at_once_and_no_ranking(
    trained_series: Trained, open_page: OpenPage
) -> None:
    _, run = trained_series
    page = open_page("anomalies", run=run.id, by="Alert budget", budget="1")
    assert not page.exception
    assert not [one for one in page.dataframe if str(one.key).startswith("table_")]
    assert "**1** of 120 counts does not fit." in texts(page)
    story = texts(page).replace("\\", "")
    assert "1 of 60 hours is an anomaly: 2 Mar 2026, 16:00, 900 visits where" in story
    assert "close_user" not in {button.key for button in page.button}
    assert "The series" in {one.value for one in page.subheader}


def test_the_feature_of_the_address_is_judged_alone(
    trained_series: Trained, open_page: OpenPage
) -> None:
    _, run = trained_series
    page = open_page("anomalies", run=run.id, feature="visits", by="Alert budget", budget="1")
    assert page.selectbox(key="feature").value == "visits"
    assert "of 60 hours" in texts(page)


def test_a_false_discovery_rate_is_chosen_in_percent(trained: Trained, open_page: OpenPage) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id, by="False-discovery rate", fdr="0.1")
    assert not page.exception
    assert page.number_input(key="fdr").value == 0.1


def test_a_score_picked_in_a_chart_becomes_the_threshold_and_stands_in_the_address(
    trained: Trained,
) -> None:
    def threshold_with_a_score_to_pick(folder: str) -> None:
        from pathlib import Path  # noqa: PLC0415 - this function is a script of its own

        import streamlit as st  # noqa: PLC0415

        from dashboard.runs.results import Results  # noqa: PLC0415
        from dashboard.ui.findings_choice import choose_threshold, move_threshold  # noqa: PLC0415

        for score in (7.5, 9.25):
            st.button(f"pick {score}", on_click=move_threshold, args=(score,), key=f"pick_{score}")
        st.write(str(choose_threshold(Results.open(Path(folder)))))

    _, run = trained
    page = AppTest.from_function(
        threshold_with_a_score_to_pick, default_timeout=30, args=(str(run.folder),)
    ).run()
    assert page.markdown[0].value == "rate:0.001"
    for score in (7.5, 9.25):
        page.button(key=f"pick_{score}").click().run()
        assert page.markdown[0].value == f"value:{score}"
        assert page.query_params["value"] == str(score)
