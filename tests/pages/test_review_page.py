"""Review: one finding at a time; verdicts count at once, are never lost, and can be taken back."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
import streamlit as st
from sqlalchemy import delete
from streamlit.testing.v1 import AppTest

from dashboard.runs.muting import Normal
from dashboard.runs.records import RunRecord
from dashboard.runs.results import Results
from dashboard.runs.reviewing import Person, Verdict
from dashboard.runs.reviews import Judgement
from dashboard.runs.schema import MUTES, PEOPLE, REVIEWS
from dashboard.runs.store import Store
from dashboard.runs.triage import stretch_of
from dashboard.settings import AppSettings
from dashboard.sharing.links import LinkBook, LinkTerms
from dashboard.sharing.person_cookie import new_browser
from dashboard.ui.person import LOCAL
from dashboard.ui.review_verdict import WALKED
from tests.pages.conftest import _serve, counts_csv
from tests.pages.finishing import finish_run

OpenPage = Callable[..., AppTest]
BEN = Person("another browser", "Ben *the boss*")


@pytest.fixture(scope="session")
def reviewed_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[AppSettings, RunRecord]:
    """A data home with one finished run, whose reviews each test begins without."""
    settings = AppSettings(home=tmp_path_factory.mktemp("reviewed"), log_level="error")
    store = Store.open(settings)
    run = finish_run(
        store, store.add_dataset(BytesIO(counts_csv()), "clicks.csv", owner=LOCAL), "robust-z"
    )
    store.close()
    return settings, run


@pytest.fixture
def run(reviewed_home: tuple[AppSettings, RunRecord]) -> RunRecord:
    return reviewed_home[1]


@pytest.fixture
def store(
    reviewed_home: tuple[AppSettings, RunRecord], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    for opened in _serve(reviewed_home[0], monkeypatch):
        yield opened
        with opened.engine.begin() as connection:
            for table in (REVIEWS, MUTES, PEOPLE):
                connection.execute(delete(table))


@pytest.fixture(autouse=True)
def _opened(store: Store) -> None:
    """Every test looks at that home."""


@pytest.fixture
def review(open_page: OpenPage, run: RunRecord) -> Callable[..., AppTest]:
    """Open the page of the run with five users flagged."""

    def open_it(**choice: str) -> AppTest:
        asked = {"by": "Alert budget", "budget": "5", **choice}
        page = open_page("review", run=run.id, **asked)
        assert not page.exception
        return page

    return open_it


def ids(run: RunRecord, page: AppTest) -> list[str]:
    """The findings of the run at the threshold of the page, the strangest first."""
    level = float(next(c.value for c in page.caption if "a score of" in c.value).split()[-1][:-1])
    return Results.open(run.folder).findings(level - 0.005)["id"].tolist()


def text(page: AppTest) -> str:
    return "\n".join(element.value for element in page.markdown).replace("\\", "")


def progress(page: AppTest) -> str:
    return page.main.get("progress")[0].proto.text


def press(page: AppTest, key: str) -> AppTest:
    if key.startswith("judge_"):
        key += f"_{page.query_params['finding']}"
    page.button(key=key).click().run()
    assert not page.exception
    return page


def judged_by_ben(
    store: Store, run: RunRecord, finding: str, verdict: Verdict, note: str = ""
) -> None:
    findings = Results.open(run.folder).findings(0.0)
    user, first, last = map(int, finding.split("-"))
    row = findings[findings["user_index"] == user].iloc[0]
    stretch = stretch_of(row)
    stretch = type(stretch)(
        user, stretch.user, first, last, stretch.start, stretch.end, stretch.feature
    )
    seen = store.reviews.verdicts_of(run.id).seen(user)
    store.reviews.judge(run.id, [Judgement(stretch, verdict, BEN, note, seen=seen)])


def test_the_strangest_finding_is_open_and_stands_in_the_address(
    review: Callable[..., AppTest], run: RunRecord
) -> None:
    page = review()
    found = ids(run, page)
    assert page.query_params["finding"] == found[0]
    assert "500 clicks on Tue 10 Mar 2026, where" in text(page)
    assert progress(page) == f"**0 of {len(found)} reviewed**"


def test_a_verdict_is_kept_counts_at_once_and_leads_on(
    review: Callable[..., AppTest], run: RunRecord, store: Store
) -> None:
    page = review()
    first = page.query_params["finding"]
    page.text_area[0].set_value("  a script =1+1 ")
    press(page, "judge_anomaly")
    (kept,) = store.reviews.verdicts_of(run.id).entries
    assert (kept.verdict, kept.note) == (Verdict.ANOMALY, "a script =1+1")
    assert kept.person.name.startswith("Guest ")
    assert page.query_params["finding"] != first
    assert progress(page).startswith("**1 of ")
    assert first not in [*page.dataframe[0].value["user"]]
    again = review(finding=first)
    assert "a script" in text(again)


def test_keys_are_spoken_of_only_where_there_are_some(
    review: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = review()
    assert "then press a key" in page.text_area[0].placeholder
    assert "Undo with z" in press(page, "judge_normal").toast[0].value
    monkeypatch.setattr(type(st.context), "headers", {"User-Agent": "Mobile"})
    page = review()
    assert page.text_area[0].placeholder == "Goes with your verdict."
    assert "Undo with z" not in press(page, "judge_normal").toast[0].value


def test_undo_takes_it_back_also_after_a_refresh(
    review: Callable[..., AppTest], run: RunRecord, store: Store
) -> None:
    page = review()
    first = page.query_params["finding"]
    press(page, "judge_normal")
    page = press(review(), "undo_verdict")
    assert page.query_params["finding"] == first
    assert progress(page).startswith("**0 of ")
    assert len(store.reviews.verdicts_of(run.id).entries) == 2
    assert "no step of yours" in press(page, "undo_verdict").toast[0].value
    assert len(store.reviews.verdicts_of(run.id).entries) == 2


def test_a_verdict_on_an_older_state_is_not_kept_and_shows_the_other(
    review: Callable[..., AppTest], run: RunRecord, store: Store
) -> None:
    page = review()
    finding = page.query_params["finding"]
    judged_by_ben(store, run, finding, Verdict.NORMAL, "our test robot")
    press(page, "judge_anomaly")
    assert "Ben *the boss* judged this normal" in page.warning[0].value.replace("\\", "")
    assert page.query_params["finding"] == finding
    assert "our test robot" in text(page)
    assert len(store.reviews.verdicts_of(run.id).entries) == 1

    press(page, "judge_anomaly")  # now in full knowledge
    assert not page.warning
    assert progress(page).endswith(", 1 disagreement")
    disputed = review(show="Disputed")
    assert disputed.query_params["finding"] == finding
    assert "You do not agree" in "".join(caption.value for caption in disputed.caption)


def test_next_and_previous_walk_the_queue(review: Callable[..., AppTest], run: RunRecord) -> None:
    page = review()
    found = ids(run, page)
    assert page.button(key="previous_finding").disabled
    assert press(page, "next_finding").query_params["finding"] == found[1]
    assert press(page, "previous_finding").query_params["finding"] == found[0]
    page.session_state[WALKED] = found[1]  # gone on to by a first press, and not drawn yet
    assert press(page, "next_finding").query_params["finding"] == found[2]
    last = review(finding=found[-1])
    assert last.button(key="next_finding").disabled


def test_what_was_judged_leaves_the_queue_and_is_listed_as_reviewed(
    review: Callable[..., AppTest], run: RunRecord, store: Store
) -> None:
    page = review()
    finding = page.query_params["finding"]
    waiting = len(page.dataframe[0].value)
    judged_by_ben(store, run, finding, Verdict.UNSURE)
    assert len(review().dataframe[0].value) == waiting - 1
    assert len(review(show="Not by me").dataframe[0].value) == waiting
    reviewed = review(show="Reviewed")
    assert reviewed.query_params["finding"] == finding
    assert reviewed.dataframe[0].value["said"].tolist() == ["unsure"]


def test_what_is_remembered_as_normal_is_muted_visibly_and_reversibly(
    review: Callable[..., AppTest], run: RunRecord, store: Store
) -> None:
    page = review()
    waiting = len(page.dataframe[0].value)
    press(page, "remember")  # this user, always, only where it goes up
    (mute,) = store.mutes.of(run.dataset_id)
    assert mute.normal == Normal(user="u002", direction="up")
    assert len(page.dataframe[0].value) < waiting
    assert any("muted by 1 rule" in group.label for group in page.expander)
    page.toggle(key="silenced").set_value(True).run()
    assert len(page.dataframe[0].value) == waiting
    assert "muted" in set(page.dataframe[0].value["said"])
    press(page, f"mute_{mute.id}")
    assert store.mutes.of(run.dataset_id)[0].lifted is not None
    assert len(page.dataframe[0].value) == waiting


def test_undo_takes_back_the_later_of_a_verdict_and_of_what_was_remembered(
    review: Callable[..., AppTest], run: RunRecord, store: Store
) -> None:
    page = press(review(), "judge_normal")
    press(page, "remember")
    (mute,) = store.mutes.of(run.dataset_id)
    press(page, "undo_verdict")
    assert store.mutes.of(run.dataset_id)[0].lifted is not None
    assert progress(page).startswith("**1 of ")
    press(page, "undo_verdict")
    assert progress(page).startswith("**0 of ")
    press(page, f"mute_{mute.id}")  # muted again, by the list: that is no step to take back
    assert "no step of yours" in press(page, "undo_verdict").toast[0].value


def test_the_like_are_hidden_after_asking_and_come_back(
    review: Callable[..., AppTest], run: RunRecord, store: Store
) -> None:
    page = review(budget="12")
    for _ in range(len(ids(run, page))):
        if any(button.key == "hide_like" for button in page.button):
            break
        press(page, "next_finding")
    waiting = len(page.dataframe[0].value)
    number = int(page.button(key="hide_like").label.split()[1])
    press(page, "hide_like")
    assert len(store.reviews.verdicts_of(run.id).valid) == number
    assert len(page.dataframe[0].value) == waiting - number
    press(page, "undo_verdict")
    assert len(page.dataframe[0].value) == waiting


def test_a_name_once_given_is_remembered(
    review: Callable[..., AppTest], run: RunRecord, store: Store
) -> None:
    page = review()
    page.text_input(key="reviewer_name").set_value(" Ana\x00 [x](http://evil.example) ").run()
    press(page, "judge_normal")
    (kept,) = store.reviews.verdicts_of(run.id).entries
    assert kept.person.name == "Ana [x](http://evil.example)"
    again = review(show="Reviewed")
    assert again.text_input(key="reviewer_name").value == "Ana [x](http://evil.example)"
    assert "[x](http://evil.example)" not in "".join(each.value for each in again.markdown)


def test_a_threshold_that_nothing_reaches_leaves_nothing_to_review(
    open_page: OpenPage, run: RunRecord
) -> None:
    page = open_page("review", run=run.id, by="Plain score", value="100000")
    assert not page.exception
    assert "No finding reaches this threshold" in page.info[0].value


def test_when_all_is_judged_it_says_so_and_the_last_can_be_taken_back(
    review: Callable[..., AppTest], run: RunRecord
) -> None:
    page = review(budget="1")
    for _ in range(len(ids(run, page))):
        press(page, "judge_normal")
    assert "Nothing is left to review" in page.success[0].value
    assert not press(page, "undo_verdict").success


def test_the_address_of_a_finding_that_is_none_here_says_so(review: Callable[..., AppTest]) -> None:
    page = review(finding="99-99-99")
    assert "not one at this threshold" in page.warning[0].value
    assert page.query_params["finding"] != "99-99-99"


def test_reviews_are_brought_in_and_what_cannot_be_read_is_named(
    review: Callable[..., AppTest], run: RunRecord, store: Store
) -> None:
    page = review()
    content = (
        "user,start,end,verdict\n"
        "u002,2026-03-10,2026-03-10,anomaly\n"
        "*nobody*,2026-03-10,2026-03-10,anomaly\n"
    )
    page.file_uploader[0].set_value(("reviews.csv", content.encode(), "text/csv")).run()
    press(page, "bring_in")
    assert "1 verdict added" in page.success[0].value
    assert "Line 3: This run has no user called" in page.warning[0].value.replace("\\", "")
    assert progress(page).startswith("**1 of ")
    assert store.reviews.verdicts_of(run.id).valid[0].stretch.user == "u002"


def test_verdicts_tell_how_many_were_right_here_and_on_the_trust_page(
    review: Callable[..., AppTest], run: RunRecord, store: Store, open_page: OpenPage
) -> None:
    assert not [
        each for each in open_page("trust", run=run.id).subheader if "reviews" in each.value
    ]
    findings = Results.open(run.folder).findings(1.5)
    for place in range(10):
        verdict = Verdict.NORMAL if place == 4 else Verdict.ANOMALY
        judged_by_ben(store, run, findings["id"][place], verdict)
    page = review(by="Plain score", value="1.5")
    said = "9 were anomalies: 90% (95% interval 60% to 98%)"
    assert f"Of 10 findings judged, {said}" in text(page)
    press(page, "use_suggestion")
    suggested = page.number_input(key="value").value
    assert suggested > 1.5
    assert (
        progress(page) == f"**10 of {len(Results.open(run.folder).findings(suggested))} reviewed**"
    )
    trust = open_page("trust", run=run.id)
    assert [each.value for each in trust.subheader if "reviews" in each.value] == [
        "By your reviews"
    ]


def test_the_anomalies_page_shows_what_was_said_and_leads_to_the_finding(
    run: RunRecord, store: Store, open_page: OpenPage
) -> None:
    finding = Results.open(run.folder).findings(1.5).iloc[0]
    judged_by_ben(store, run, finding["id"], Verdict.UNSURE, "ask *them*")
    asked = {"by": "Plain score", "value": "1.5", "user": str(finding["user_index"])}
    page = open_page("anomalies", run=run.id, **asked)
    assert not page.exception
    assert "ask *them*" in text(page)
    assert any("unsure" in set(table.value.get("Verdict", [])) for table in page.dataframe)
    links = [str(each.proto.query_string) for each in page.get("page_link")]
    (judge,) = [link for link in links if "finding=" in link]
    assert f"finding={finding['id']}" in judge
    assert "by=value&value=1.5" in judge.replace("%20", "+")


def test_who_has_signed_in_judges_under_the_name_of_the_account(
    run: RunRecord, store: Store, open_page: OpenPage
) -> None:
    book, browser = LinkBook(store.engine), new_browser()
    book.open(book.make(run.id, LinkTerms(may_review=True))[1], browser)
    page = open_page("review", person=browser, run=run.id, by="Alert budget", budget="5")
    account = {"is_logged_in": True, "iss": "https://id.example", "sub": "1"}
    page.user = account | {"email": "ann@id.example"}
    page.secrets = {"auth": {"client_id": "x", "redirect_uri": "http://localhost/oauth2callback"}}
    page.run()
    assert page.text_input(key="reviewer_name").disabled
    press(page, "judge_unsure")
    (kept,) = store.reviews.verdicts_of(run.id).entries
    assert kept.person.name == "ann"
    assert "example" not in kept.person.id
