"""Drift by hand: two users, a fortnight of 10 on weekdays and 2 on weekends, then other weeks."""

import numpy as np
import pandas as pd
import pytest

from dashboard.data.panel import Frequency, Panel
from dashboard.detection.drift import Drift, drift_of, facts_of

MONDAY = "2026-03-02"
WEEK = [10, 10, 10, 10, 10, 2, 2]


def panel_of(rows: list[list[float]], first: str = MONDAY) -> Panel:
    values = np.array(rows, dtype=np.float32)[:, :, None]
    times = pd.date_range(first, periods=values.shape[1])
    seen = np.ones(values.shape[:2], dtype=bool)
    users = tuple(f"u{number}" for number in range(len(rows)))
    return Panel(values, seen, users, times, ("clicks",), Frequency.DAY)


FACTS = facts_of(panel_of([WEEK * 2, [0, *WEEK[1:], *WEEK]]))


def drift(rows: list[list[float]], first: str = MONDAY, p: float = 0.5) -> Drift:
    panel = panel_of(rows, first)
    return drift_of(FACTS, panel, panel.observed, np.full(panel.shape, p), unknown_users=0)


def test_the_facts_are_means_by_weekday() -> None:
    assert FACTS.mean[0] == (7.5, 10, 10, 10, 10, 2, 2)  # three Mondays of 10, one of 0
    assert FACTS.zeros[0] == (0.25, 0, 0, 0, 0, 0, 0)


def test_a_mean_is_compared_with_the_same_weekdays() -> None:
    weekend = drift([[2, 2], [2, 2]], "2026-03-21").features[0]
    assert (weekend.mean, weekend.usual_mean, weekend.change) == (2, 2, 0)


def test_forty_percent_more_is_told_as_that() -> None:
    tuesday_to_friday = drift([[14, 14, 14, 14]], "2026-03-17").features[0]
    assert tuesday_to_friday.change == pytest.approx(0.4)


def test_zeros_are_shares_of_the_new_cells() -> None:
    feature = drift([[0, 10, 10, 0], [10, 10, 10, 10]]).features[0]
    assert feature.zeros == 2 / 8
    assert feature.usual_zeros == 0.25 / 4  # one Monday in four had none


def test_only_new_cells_count() -> None:
    panel = panel_of([[10, 10, 20, 20]], "2026-03-17")
    fresh = np.array([[False, False, True, True]])
    p_value = np.array([[[0.001], [0.001], [0.01], [np.nan]]])
    made = drift_of(FACTS, panel, fresh, p_value, unknown_users=1)
    assert made.features[0].change == 1.0
    assert (made.users, made.unknown_users, made.cells, made.surprising) == (1, 1, 1, 1.0)


def test_from_nothing_there_is_no_change_in_percent() -> None:
    facts = facts_of(panel_of([[0.0] * 14]))
    panel = panel_of([[5.0]])
    made = drift_of(facts, panel, panel.observed, np.full((1, 1, 1), np.nan), unknown_users=0)
    assert made.features[0].change is None
    assert made.surprising is None


def test_a_weekday_without_a_step_takes_the_mean_of_all() -> None:
    assert facts_of(panel_of([[4.0, 8.0]])).mean[0] == (4, 8, 6, 6, 6, 6, 6)
