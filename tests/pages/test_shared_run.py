"""What a link shows: the run, nothing to change it, and pseudonyms where it is masked."""

import pytest

from dashboard.errors import StoreError
from dashboard.runs.muting import Normal
from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.runs.reviewing import Person, Stretch, Verdict
from dashboard.runs.reviews import Judgement
from dashboard.runs.store import Store
from dashboard.runs.views import Query
from dashboard.settings import read_settings
from dashboard.sharing.access import Visitor
from dashboard.sharing.door import Door
from dashboard.sharing.exports import Export
from dashboard.sharing.installation_key import installation_key
from dashboard.sharing.links import LinkTerms
from dashboard.sharing.masking import open_masked
from dashboard.sharing.person_cookie import new_browser
from dashboard.ui import downloads
from dashboard.ui.addresses import PAGES
from dashboard.ui.person import LOCAL
from tests.pages.conftest import HOSTILE, OpenPage, everything
from tests.pages.finishing import finish_run

LOUD = "u002"  # the sixth user, of the one loud cell
NAMES = [*HOSTILE, *(f"u{number:03d}" for number in range(9))]


@pytest.fixture
def bob() -> str:
    """A browser that has opened nothing yet."""
    return new_browser()


@pytest.fixture
def own_run(store: Store, dataset: DatasetRecord) -> RunRecord:
    """A run of this test alone."""
    return finish_run(store, dataset, "robust-z")


def door(store: Store, person: str) -> Door:
    return Door(store, Visitor(person, person), installation_key(read_settings()))


def share(store: Store, run: RunRecord, browser: str, **terms: object) -> Door:
    """Open a link to the run in that browser; returns its door."""
    _, token = door(store, LOCAL).share(run.id, LinkTerms(**terms))
    opened = door(store, browser)
    opened.links.open(token, browser)
    return opened


def test_a_run_that_is_shared_can_be_seen_and_not_changed(
    trained: tuple[Store, RunRecord], bob: str, open_page: OpenPage
) -> None:
    store, run = trained
    share(store, run, bob)
    page = open_page("anomalies", person=bob, run=run.id)
    assert not page.exception
    assert page.header[0].value == open_page("anomalies", run=run.id).header[0].value

    listed = open_page("runs", person=bob)
    assert any("Shared with you" in one.value for one in listed.markdown)
    assert [one.label for one in listed.button] == ["Open"]
    watched = open_page("train", person=bob, run=run.id)
    assert [one.label for one in watched.button] == ["See the anomalies", "Compare"]
    compared = open_page("compare", person=bob, runs=run.id)
    assert list(compared.button) == []
    refused = open_page("data", person=bob, dataset=run.dataset_id)
    assert "There is no such" in refused.warning[0].value


def test_a_masked_link_shows_no_name_anywhere(
    trained: tuple[Store, RunRecord], bob: str, open_page: OpenPage
) -> None:
    store, run = trained
    share(store, run, bob, masked=True)
    owners = open_page("anomalies", run=run.id, user="5")  # first, so that it is kept
    assert LOUD in everything(owners)
    for address in ({"user": "5"}, {"q": HOSTILE[0]}, {"sort": "Name"}):
        page = open_page("anomalies", person=bob, run=run.id, **address)
        assert not page.exception
        shown = everything(page)
        assert "user-" in shown or "q" in address
        assert [name for name in NAMES if name in shown] == [
            name for name in NAMES if name in address.values()
        ]
    for name in PAGES.keys() - {"learn"}:  # which draws counts of one's own, or made-up ones
        page = open_page(name, person=bob, run=run.id, runs=run.id, user="5")
        assert not page.exception
        assert [one for one in NAMES if one in everything(page)] == [], name


def test_a_finding_is_judged_by_whoever_may_review(
    own_run: RunRecord, store: Store, bob: str, open_page: OpenPage
) -> None:
    for may_review in (False, True):
        share(store, own_run, bob, may_review=may_review)
        page = open_page("review", person=bob, run=own_run.id, by="Alert budget", budget="5")
        judge = next(button for button in page.button if button.label == "Anomaly")
        assert judge.disabled is not may_review
        judge.proto.disabled = False  # a browser may be told to press it all the same
        judge.click().run()
        assert not page.exception
        assert len(store.reviews.verdicts_of(own_run.id).entries) == may_review


def test_an_owner_takes_tables_along_with_pseudonyms(
    own_run: RunRecord, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: dict[str, Export] = {}
    monkeypatch.setattr(downloads, "_offer", lambda export: offered.update({export.name: export}))
    page = open_page("anomalies", run=own_run.id, q=LOUD, user="5")
    tables = {"users.csv", "days.csv", "cells.csv", "findings.csv", "user-5.csv"}
    assert set(offered) == tables | {"report.html"}
    for name in tables - {"days.csv"}:
        assert LOUD.encode() in offered[name].make()
    page.toggle(key="export_masked").set_value(True).run()
    assert not page.exception
    for table in tables:
        assert not [name for name in NAMES if name.encode() in offered[table].make()]
    assert offered["users.csv"].make().count(b"user-") == 1  # still the one that was searched for


def test_a_masked_run_is_searched_and_sorted_by_its_pseudonyms(own_run: RunRecord) -> None:
    masked = open_masked(own_run.folder, b"k" * 32)
    assert masked.view(Query(search=LOUD)).users.empty
    strangest = masked.view(Query()).users.iloc[0]
    assert (strangest["user_index"], strangest["rank"]) == (5, 1)
    found = masked.view(Query(search=strangest["user"])).users
    assert found["user_index"].tolist() == [5]
    assert masked.user(5).user == strangest["user"]
    assert masked.findings().iloc[0]["user"] == strangest["user"]
    by_name = masked.view(Query(sort="name", descending=False)).users["user"].tolist()
    assert by_name == sorted(by_name)
    masked.close()


@pytest.mark.parametrize("may_review", [True, False])
def test_only_who_may_review_is_asked_to_judge(
    trained: tuple[Store, RunRecord], bob: str, open_page: OpenPage, *, may_review: bool
) -> None:
    store, run = trained
    share(store, run, bob, may_review=may_review)
    shown = everything(open_page("anomalies", person=bob, run=run.id, user="5"))
    assert ("See the findings one by one" in shown) is not may_review
    assert ("Judge" in shown) is may_review


def test_who_may_only_look_gives_no_verdict(trained: tuple[Store, RunRecord], bob: str) -> None:
    store, run = trained
    judging = share(store, run, bob).judging(run.id)
    with pytest.raises(StoreError, match="view and review"):
        judging.judge([Judgement(stretch(LOUD), Verdict.NORMAL, Person(bob, "Bob"))])
    with pytest.raises(StoreError, match="view and review"):
        judging.mute(Normal(user=LOUD), Person(bob, "Bob"))


def test_a_masked_reviewer_names_the_true_user_without_seeing_it(
    store: Store, own_run: RunRecord, bob: str
) -> None:
    owner = door(store, LOCAL).judging(own_run.id)
    theirs = share(store, own_run, bob, masked=True, may_review=True)
    shown = open_masked(own_run.folder, theirs.key).user(5).user
    judging, me = theirs.judging(own_run.id), Person(bob, "Bob")
    judging.judge([Judgement(stretch(shown), Verdict.ANOMALY, me)])
    judging.mute(Normal(user=shown), me)

    assert [entry.stretch.user for entry in judging.log().entries] == [shown]
    assert [mute.normal.user for mute in judging.mutes()] == [shown]
    assert [entry.stretch.user for entry in owner.log().entries] == [LOUD]
    assert [mute.normal.user for mute in owner.mutes()] == [LOUD]
    assert [entry.stretch.user for entry in judging.withdraw_last(me)] == [shown]


def stretch(user: str) -> Stretch:
    return Stretch(5, user, 9, 9, "2026-03-10", "2026-03-10", "clicks")
