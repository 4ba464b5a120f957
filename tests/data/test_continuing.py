"""Later counts behind earlier ones: what is new, what is known, and who fell silent."""

import numpy as np
import pandas as pd
import pytest

from dashboard.data.continuing import continue_panel
from dashboard.data.panel import Frequency, Panel
from dashboard.errors import SettingsError


def counts(users: str, first: str | int, days: int, value: float = 1.0) -> Panel:
    """One count for each user and day, all of them `value`."""
    times = (
        pd.date_range(first, periods=days)
        if isinstance(first, str)
        else pd.Index(range(first, first + days))
    )
    names = tuple(users)
    values = np.full((len(names), days, 1), value, dtype=np.float32)
    seen = np.ones(values.shape[:2], dtype=bool)
    return Panel(values, seen, names, times, ("clicks",), Frequency.DAY)


def test_next_weeks_days_are_new_and_stand_behind_the_old_ones() -> None:
    made = continue_panel(
        counts("ab", "2026-03-01", 10), counts("ba", "2026-03-11", 3, 7.0), missing_is_zero=True
    )
    assert (made.news, made.new_users, made.silent_users) == ("continued", 0, 0)
    assert made.panel.users == ("a", "b")
    assert list(made.panel.times) == list(pd.date_range("2026-03-01", periods=13))
    assert made.panel.values[:, :, 0].tolist() == [[1.0] * 10 + [7.0] * 3] * 2
    assert made.fresh.tolist() == [[False] * 10 + [True] * 3] * 2


def test_an_overlap_is_not_new_and_the_later_file_counts_there() -> None:
    made = continue_panel(
        counts("a", "2026-03-01", 10), counts("a", "2026-03-09", 4, 7.0), missing_is_zero=True
    )
    assert made.panel.values[0, :, 0].tolist() == [1.0] * 8 + [7.0] * 4
    assert made.fresh[0].tolist() == [False] * 10 + [True] * 2


def test_all_times_of_an_unknown_user_are_new() -> None:
    made = continue_panel(
        counts("ab", "2026-03-01", 10), counts("abc", "2026-03-08", 4), missing_is_zero=True
    )
    assert made.new_users == 1
    assert made.fresh.sum(axis=1).tolist() == [1, 1, 4]
    assert made.panel.observed[2].tolist() == [False] * 7 + [True] * 4


def test_days_between_the_files_are_unknown_not_zero() -> None:
    made = continue_panel(
        counts("a", "2026-03-01", 10), counts("a", "2026-03-13", 2), missing_is_zero=True
    )
    assert made.panel.observed[0].tolist() == [True] * 10 + [False] * 2 + [True] * 2


def test_a_known_user_without_a_row_has_been_silent_where_that_means_zero() -> None:
    earlier, later = counts("abc", "2026-03-01", 10), counts("ab", "2026-03-11", 3, 7.0)
    made = continue_panel(earlier, later, missing_is_zero=True)
    assert made.silent_users == 1
    assert made.fresh[2].tolist() == [False] * 10 + [True] * 3
    assert made.panel.values[2, 10:, 0].tolist() == [0.0] * 3
    unknown = continue_panel(earlier, later, missing_is_zero=False)
    assert unknown.silent_users == 0
    assert not unknown.fresh[2].any()


def test_a_file_that_is_mostly_about_others_says_nothing_of_those_it_does_not_name() -> None:
    made = continue_panel(
        counts("abc", "2026-03-01", 10), counts("axyz", "2026-03-11", 3), missing_is_zero=True
    )
    assert (made.news, made.new_users, made.silent_users) == ("continued", 3, 0)
    assert made.fresh.sum(axis=1).tolist() == [3, 0, 0, 3, 3, 3]


def test_a_known_users_first_days_of_the_later_file_count_as_zero_too() -> None:
    later = counts("ab", "2026-03-11", 3, 7.0)
    later.observed[1, :2] = False  # by the later file alone, b begins on its last day
    made = continue_panel(counts("ab", "2026-03-01", 10), later, missing_is_zero=True)
    assert made.panel.observed.all()
    assert made.panel.values[1, 10:, 0].tolist() == [0.0, 0.0, 7.0]


@pytest.mark.parametrize(
    ("users", "first"), [("xy", "2026-03-11"), ("ab", "2026-03-22")], ids=["others", "far away"]
)
def test_what_does_not_go_on_stands_alone_and_is_new(users: str, first: str) -> None:
    later = counts(users, first, 3)
    made = continue_panel(counts("ab", "2026-03-01", 10), later, missing_is_zero=True)
    assert made.news == "apart"
    assert made.panel is later
    assert made.fresh.all()


def test_the_same_file_again_has_nothing_new_and_is_taken_whole() -> None:
    later = counts("ab", "2026-03-03", 5)
    made = continue_panel(counts("ab", "2026-03-01", 10), later, missing_is_zero=True)
    assert (made.news, made.panel, made.fresh.all()) == ("nothing", later, True)


def test_bare_day_numbers_go_on_too_and_do_not_follow_dates() -> None:
    made = continue_panel(counts("a", 1, 10), counts("a", 11, 2), missing_is_zero=True)
    assert list(made.panel.times) == list(range(1, 13))
    with pytest.raises(SettingsError, match="trained on bare day numbers; this data has dates"):
        continue_panel(counts("a", 1, 10), counts("a", "2026-03-01", 2), missing_is_zero=True)
