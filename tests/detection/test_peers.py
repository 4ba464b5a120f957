"""Users like one: alike in level and week; and the three rulers against which a stretch is held."""

import numpy as np
import pytest

from dashboard.detection.peers import central_band, median_of_known, nearest, scaled_to, usual_week
from dashboard.detection.rulers import Rulers, measure, share_of_usual

WEEKS = 4
PHASES = np.tile(np.arange(7), WEEKS)
WORKDAYS = np.array([10, 10, 10, 10, 10, 0, 0.0])
WEEKENDS = np.array([0, 0, 0, 0, 0, 25, 25.0])


def series(week: np.ndarray, factor: float = 1) -> np.ndarray:
    """(times,): the same week again and again."""
    return np.tile(week, WEEKS) * factor


def test_the_nearest_have_the_same_week_before_the_same_total() -> None:
    users = np.stack(
        [series(WEEKENDS), series(WORKDAYS, 1.2), series(WORKDAYS), series(WORKDAYS, 3)]
    )
    weeks = usual_week(users[:, :, None], PHASES, 7)
    own = usual_week(series(WORKDAYS)[None, :, None], PHASES, 7)[0]
    assert nearest(weeks, own, most=3).tolist() == [2, 1, 3]


def test_an_anomaly_does_not_change_whom_a_user_is_like() -> None:
    silent = series(WORKDAYS)
    silent[8:12] = 0
    week = usual_week(silent[None, :, None], PHASES, 7)
    np.testing.assert_array_equal(week[0, 0], WORKDAYS)


def test_users_without_a_known_step_are_like_nobody() -> None:
    weeks = np.full((2, 1, 7), np.nan)
    weeks[1, 0, :3] = 4
    assert nearest(weeks, np.full((1, 7), 4.0)).tolist() == [1]


def test_a_median_leaves_out_what_is_not_known() -> None:
    values = np.array([[1, np.nan, 5, 3], [2, 4, np.nan, np.nan], [np.nan] * 4])
    np.testing.assert_array_equal(median_of_known(values), [3, 3, np.nan])


def test_peers_are_drawn_at_this_users_level_as_median_and_central_80_percent() -> None:
    counts = np.arange(1.0, 12)[:, None, None] * np.ones((11, 3, 1))  # eleven peers: 1, 2 ... 11
    same = scaled_to(counts, counts[:, 0], np.array([20.0]))
    np.testing.assert_allclose(same, 20)
    low, middle, high = central_band(counts)
    assert (low[0, 0], middle[0, 0], high[0, 0]) == (2, 6, 10)


def test_a_stretch_is_measured_against_the_same_weekdays_outside_it() -> None:
    busy = series(WORKDAYS)
    busy[7:12] = 30  # the second working week
    assert share_of_usual(busy[None], PHASES, (7, 11))[0] == pytest.approx(150.5 / 50.5)
    assert share_of_usual(busy[None], PHASES, (12, 13))[0] == 1  # a weekend without counts, as ever


def test_three_rulers_tell_one_users_fall_from_everybodys() -> None:
    fallen, steady = series(WORKDAYS), series(WORKDAYS)
    fallen[7:12] = 0
    alone = measure(fallen, np.stack([steady, steady * 2]), steady * 50, PHASES, (7, 11))
    shared = measure(fallen, np.stack([fallen, fallen * 2]), fallen * 50, PHASES, (7, 11))
    assert alone.own == shared.own == pytest.approx(0.5 / 50.5)
    assert (alone.with_it(alone.peers), alone.with_it(alone.everybody)) == (0, 0)
    assert (shared.with_it(shared.peers), shared.with_it(shared.everybody)) == (1, 1)


def test_others_may_move_the_other_way_or_not_be_known() -> None:
    rulers = Rulers(own=0.5, peers=1.6, everybody=float("nan"))
    assert rulers.with_it(rulers.peers) == -1
    assert rulers.with_it(rulers.everybody) == 0
    assert rulers.odd_by_own
    assert not Rulers(own=1.1, peers=1, everybody=1).odd_by_own
