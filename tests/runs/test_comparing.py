"""Top lists, correlations and moves, worked out by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import spearmanr

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.comparing import Standings, cleaned_pairs, differing, standings_of

NAN = np.nan


def standings(*scores: list[float]) -> Standings:
    """Users u0, u1, ... ranked by these scores, one list a run."""
    score = np.array(scores, dtype=np.float64)
    rank = pd.DataFrame(-score).rank(axis=1, method="first").to_numpy()
    names = [f"u{place}" for place in range(score.shape[1])]
    users = pd.DataFrame({"user_index": range(len(names)), "user": names})
    return Standings(users, rank, score)


FOUR = standings([9, 7, 5, 3, 1], [9, 5, 7, 1, 3], [1, 3, 5, 7, 9])


# The first three users of each: u0 u1 u2, u0 u2 u1, and u4 u3 u2.
@pytest.mark.parametrize(
    ("k", "shared"),
    [
        (1, [[1, 1, 0], [1, 1, 0], [0, 0, 1]]),
        (2, [[1, 1 / 2, 0], [1 / 2, 1, 0], [0, 0, 1]]),
        (3, [[1, 1, 1 / 3], [1, 1, 1 / 3], [1 / 3, 1 / 3, 1]]),
        (99, np.ones((3, 3))),
    ],
)
def test_the_share_in_common_is_that_of_the_first_users(k: int, shared: list[list[float]]) -> None:
    assert FOUR.shared_top(k) == pytest.approx(np.array(shared))


def test_a_run_that_scored_fewer_users_is_judged_by_its_shorter_list() -> None:
    # first three: {0, 1, 2} and {2, 3}; of the shorter two one is in common
    assert standings([4, 3, 2, 1], [NAN, NAN, 2, 1]).shared_top(3)[0, 1] == 1 / 2


def test_a_run_that_scored_nobody_shares_nothing_that_could_be_told() -> None:
    nobody = standings([2, 1], [NAN, NAN])
    assert np.isnan(nobody.shared_top(1)[0, 1])
    assert np.isnan(nobody.rank_correlation[0, 1])


def test_the_rank_correlation_is_spearmans() -> None:
    # squared differences of ranks, A and B: 0 + 1 + 1 + 1 + 1 = 4; 1 - 6 * 4 / (5 * 24) = 0.8
    expected = np.array([[1, 0.8, -1], [0.8, 1, -0.8], [-1, -0.8, 1]])
    assert FOUR.rank_correlation == pytest.approx(expected)


@given(some.lists(some.tuples(some.integers(0, 6), some.integers(0, 6)), min_size=3, max_size=30))
def test_ties_are_shared_as_scipy_does(scores: list[tuple[int, int]]) -> None:
    first, second = (list(map(float, one)) for one in zip(*scores, strict=True))
    found = standings(first, second).rank_correlation[0, 1]
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(spearmanr(first, second).statistic)


def test_users_that_only_one_run_scored_do_not_count_in_the_correlation() -> None:
    assert standings([3, 2, 1, 9], [3, 2, 1, NAN]).rank_correlation[0, 1] == pytest.approx(1)


def test_the_most_contested_users_come_first() -> None:
    # first two: {0, 1}, {0, 2}, {4, 3}; lowest ranks: u0 5th, u1 4th, u2 3rd, u3 5th, u4 5th
    found = FOUR.disagreements(2)
    assert found["user"].tolist() == ["u3", "u4", "u0", "u1", "u2"]
    assert found["in_top"].tolist() == [1, 1, 2, 1, 1]
    assert found["rank_2"].tolist() == [2, 1, 5, 4, 3]


def test_a_user_that_one_run_did_not_score_is_the_most_contested() -> None:
    found = standings([4, 3, 2, 1], [NAN, 2, 3, 1]).disagreements(2)
    assert found["user"].tolist()[0] == "u0"


def test_those_who_moved_farthest_come_first() -> None:
    # u1 2nd -> 3rd, u2 3rd -> 2nd; u3 and u4 change places below the first two
    found = FOUR.moves(before=0, after=1, k=2)
    assert found["user"].tolist() == ["u1", "u2"]
    assert found["places"].tolist() == [-1, 1]
    assert (found["before"].tolist(), found["after"].tolist()) == ([2, 3], [3, 2])


def test_the_tables_of_users_are_read_from_disk(tmp_path: Path) -> None:
    for name, score in (("one", [1.0, 3.0, None]), ("two", [None, 1.0, 2.0])):
        rank = {"one": [2, 1, None], "two": [None, 2, 1]}[name]
        (tmp_path / name).mkdir()
        users = {"user_index": [0, 1, 2], "user": ["007", "", "a,b"], "rank": rank, "score": score}
        pq.write_table(pa.table(users), tmp_path / name / "users.parquet")
    found = standings_of([tmp_path / "one", tmp_path / "two"])
    assert found.users["user"].tolist() == ["007", "", "a,b"]
    assert np.array_equal(found.rank, [[2, 1, NAN], [NAN, 2, 1]], equal_nan=True)
    assert np.array_equal(found.score, [[1, 3, NAN], [NAN, 1, 2]], equal_nan=True)


def test_settings_differ_only_where_they_mean_something() -> None:
    network = TrainingSettings(model="stacked", epochs=5)
    assert differing([network, TrainingSettings(model="stacked", epochs=9)]) == ["epochs"]
    assert differing([network, TrainingSettings(model="robust-z")]) == ["model"]
    assert differing([network, network]) == []


def test_a_cleaned_training_is_paired_with_the_one_that_differs_in_nothing_else() -> None:
    once = TrainingSettings(model="stacked")
    cleaned, more = (once.model_copy(update={"drop_worst": share}) for share in (0.05, 0.1))
    other_seed = cleaned.model_copy(update={"seed": 1})
    assert cleaned_pairs([cleaned, once, other_seed, more]) == [(1, 0), (1, 3)]
