"""Users who deviate alike stand together, whatever the noise around them."""

import numpy as np

from dashboard.detection.alike import group_alike, order_alike


def deviations(users: int = 40, times: int = 30) -> np.ndarray:
    """What ordinary users look like: nothing notable."""
    return np.random.default_rng(2).uniform(-2, 2, (users, times))


def test_users_who_fall_together_are_one_group_with_the_days_on_which_they_do() -> None:
    signed = deviations()
    fallen = [3, 11, 12, 20, 33]
    signed[fallen, 8:11] = -7
    (group,) = group_alike(signed)
    assert group.rows.tolist() == fallen
    assert (group.first, group.last, group.above) == (8, 10, False)


def test_the_same_days_in_the_other_direction_are_another_group_and_the_largest_comes_first() -> (
    None
):
    signed = deviations()
    signed[[1, 2, 3, 4], 5] = -9
    signed[[10, 20, 30, 31, 32], 5] = 9
    up, down = group_alike(signed)
    assert (up.rows.tolist(), up.above) == ([10, 20, 30, 31, 32], True)
    assert (down.rows.tolist(), down.above) == ([1, 2, 3, 4], False)


def test_users_with_a_day_of_their_own_each_are_no_group() -> None:
    signed = deviations()
    signed[np.arange(30), np.arange(30)] = 9
    assert group_alike(signed) == ()


def test_so_many_as_chance_brings_to_any_day_are_no_group() -> None:
    signed = deviations(users=90)
    signed[np.arange(90), np.arange(90) % 30] = 9  # three users on each day
    assert group_alike(signed) == ()


def test_two_users_are_no_group_and_nobody_notable_is_none() -> None:
    signed = deviations()
    assert group_alike(signed) == ()
    signed[[1, 2], 5] = 9
    assert group_alike(signed) == ()
    assert group_alike(signed[:0]) == ()


def test_cells_that_were_not_scored_belong_to_no_pattern() -> None:
    signed = deviations()
    signed[[1, 2, 3, 4], 5] = 9
    signed[[1, 2, 3], 20:] = np.nan
    (group,) = group_alike(signed)
    assert group.rows.tolist() == [1, 2, 3, 4]


def test_the_order_puts_groups_first_and_keeps_every_row_once() -> None:
    signed = deviations()
    signed[[5, 17, 30, 31], 5] = 9
    order = order_alike(signed, group_alike(signed))
    assert order[:4].tolist() == [5, 17, 30, 31]
    assert sorted(order) == list(range(40))


def test_users_in_no_group_stand_beside_those_most_like_them() -> None:
    signed = deviations()
    signed[2, 20:25] = signed[30, 20:25] = -8  # two alike are no group
    signed[11, 3] = 8
    order = order_alike(signed, ()).tolist()
    assert abs(order.index(2) - order.index(30)) == 1
    assert set(order[:3]) == {2, 11, 30}


def test_what_is_notable_grows_with_the_threshold() -> None:
    signed = deviations() * 4  # scores of a run whose ordinary cells reach 8
    signed[[1, 2, 3, 4], 5] = -40
    (group,) = group_alike(signed, notable_from=10)
    assert group.rows.tolist() == [1, 2, 3, 4]
    assert group_alike(signed, notable_from=50) == ()
