"""Users in parts: whole histories, chosen by their names alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dashboard.detection.partitions import (
    LEAST_USERS,
    MOST_CELLS,
    count_first,
    count_parts,
    partition,
)


def names(users: int) -> list[str]:
    return [f"user {number}" for number in range(users)]


def test_few_cells_are_one_part_in_the_order_of_the_panel() -> None:
    users = np.arange(3, 50)
    (part,) = partition(users, names(50), 40)
    assert np.array_equal(part, users)


@given(st.integers(1, 9_000), st.integers(1, 2_000))
def test_everybody_is_in_one_part_and_no_part_is_too_large(users: int, cells_a_user: int) -> None:
    everybody = np.arange(users)
    parts = partition(everybody, names(users), cells_a_user)

    assert np.array_equal(np.sort(np.concatenate(parts)), everybody)
    assert len(parts) == count_parts(users, cells_a_user)
    assert len(parts[0]) == count_first(users, cells_a_user) == max(map(len, parts))
    assert len(parts[0]) * cells_a_user <= max(MOST_CELLS, 2 * LEAST_USERS * cells_a_user)
    assert all((np.diff(part) > 0).all() for part in parts)


def test_another_order_of_the_file_puts_nobody_into_another_part() -> None:
    users, cells_a_user = 4_000, MOST_CELLS // 1_000
    there, turned = names(users), names(users)[::-1]
    before, after = (
        [
            {given[user] for user in part}
            for part in partition(np.arange(users), given, cells_a_user)
        ]
        for given in (there, turned)
    )
    assert len(before) == 4
    assert before == after
