"""The best of several runs: by what each shows, and no further than can be told."""

import pandas as pd
import pytest

from dashboard.detection.caught import COLUMNS
from dashboard.detection.contest import Contest


def planted(shown: set[int], users: range = range(100), *, of_one: bool = False) -> pd.DataFrame:
    """One spike in each user, or at each time step of one, of which these stand first."""
    rows = [
        ("m", "spike", 3.0, 1, 0 if of_one else user, user, 5.0, 1 if user in shown else 50, 0.0)
        for user in users
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def test_a_run_that_shows_far_more_is_the_best_and_the_others_are_behind() -> None:
    contest = Contest.of([planted(set(range(30))), planted(set(range(80)))], budget=20)
    assert contest.best == 1
    assert contest.alike == []
    assert [(one.caught, one.planted) for one in contest.places] == [(30, 100), (80, 100)]
    behind = contest.places[0].behind
    # the same 50 users make the difference: a standard error of half in ten, 0.05
    assert behind.value == pytest.approx(0.5)
    assert 0.35 < behind.low < 0.45
    assert 0.55 < behind.high < 0.65
    assert contest.places[1].behind.value == 0


def test_a_difference_of_what_the_same_users_carry_is_told_where_shares_alone_would_not_tell_it() -> (
    None
):
    more, fewer = planted(set(range(50))), planted(set(range(44)))
    contest = Contest.of([more, fewer], budget=20)
    first, second = contest.places
    assert second.share.high > first.share.low  # the two intervals overlap
    assert second.is_behind


def test_two_that_show_others_but_as_many_cannot_be_told_apart() -> None:
    contest = Contest.of([planted(set(range(50))), planted(set(range(49, 98)))], budget=20)
    assert contest.best == 0
    assert contest.alike == [1]


def test_what_was_planted_in_other_users_is_compared_too() -> None:
    contest = Contest.of(
        [planted(set(range(20))), planted(set(range(160, 190)), range(100, 200))], budget=20
    )
    assert contest.best == 1
    assert contest.alike == [0]


def test_of_a_single_series_time_steps_are_drawn_again() -> None:
    contest = Contest.of(
        [planted(set(range(80)), of_one=True), planted({1}, of_one=True)], budget=1
    )
    assert contest.best == 0
    assert contest.places[1].is_behind


def test_a_budget_shows_what_stands_within_it() -> None:
    found = planted({1, 2})
    assert Contest.of([found, found], budget=50).places[0].caught == 100
