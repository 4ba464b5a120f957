"""Findings: every anomalous cell lies in exactly one, and its kind follows from the counts alone."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dashboard.detection.cells import Cells
from dashboard.detection.findings import KINDS, describe_findings, join_steps
from tests.generated import examples

WEEK = 7
LEVEL = 5.0
USUAL = np.array([10, 10, 10, 10, 10, 40, 40] * 4, dtype=np.float32)  # quiet weeks, busy weekends
COUNTS = arrays.arrays(np.int64, (3, 9, 2), elements=st.integers(0, 4))
SCORES = arrays.arrays(
    np.float32, (3, 9, 2), elements=st.sampled_from([0.0, 1.0, 5.0, 6.0, np.nan])
)
# a slow machine fails no test
FEW = examples(40)


def find(actual: np.ndarray, expected: np.ndarray, score: np.ndarray) -> pd.DataFrame:
    """The findings of (users, times, features); NaN scores are cells that were not scored."""
    user, time = np.nonzero((score >= LEVEL).any(axis=2))
    found = join_steps(user, time)
    where = np.nonzero(np.isfinite(score))
    cells = pd.DataFrame(
        dict(zip(("user_index", "time_index", "feature_index"), where, strict=True))
    )
    for name, figures in (("actual", actual), ("expected", expected), ("score", score)):
        cells[name] = figures[where]
    numbered = found.rename_axis("finding").reset_index()
    near = numbered.merge(cells, on="user_index")
    near = near[near["time_index"].between(near["first"] - WEEK, near["last"] + WEEK)]
    around = Cells(*(near[one.name].to_numpy() for one in fields(Cells)))
    return describe_findings(found, around, LEVEL, WEEK)


def one(actual: dict[int, float], odd: list[int]) -> pd.Series:
    """The one finding of one user whose counts are the usual ones but for some."""
    counts = USUAL.copy()
    counts[list(actual)] = list(actual.values())
    score = np.where(np.isin(np.arange(len(USUAL)), odd), 6.0, 1.0)
    found = find(*(figures[None, :, None] for figures in (counts, USUAL, score)))
    assert len(found) == 1
    return found.iloc[0]


@FEW
@given(SCORES)
def test_every_anomalous_step_lies_in_exactly_one_finding_and_none_overlap(
    score: np.ndarray,
) -> None:
    anomalous = (score >= LEVEL).any(axis=2)
    user, time = np.nonzero(anomalous)
    found = join_steps(user, time)
    times_covered = np.zeros(anomalous.shape, dtype=int)
    for each in found.itertuples():
        times_covered[each.user_index, each.first : each.last + 1] += 1
        assert anomalous[each.user_index, [each.first, each.last]].all()
    assert times_covered.max(initial=0) <= 1
    assert (times_covered[anomalous] == 1).all()


@FEW
@given(SCORES)
def test_only_two_normal_steps_part_findings(score: np.ndarray) -> None:
    anomalous = (score >= LEVEL).any(axis=2)
    user, time = np.nonzero(anomalous)
    found = join_steps(user, time)
    for before, after in zip(
        found.iloc[:-1].itertuples(), found.iloc[1:].itertuples(), strict=True
    ):
        assert after.user_index > before.user_index or after.first - before.last > 2
    for each in found.itertuples():
        inside = np.flatnonzero(anomalous[each.user_index, each.first : each.last + 1])
        assert np.diff(inside).max(initial=1) <= 2


@FEW
@given(COUNTS, SCORES)
def test_sizes_are_those_of_the_scored_cells(counts: np.ndarray, score: np.ndarray) -> None:
    expected = np.full(counts.shape, 2.0)
    found = find(counts, expected, score)
    assert found["anomalous_cells"].sum() == (score >= LEVEL).sum()
    assert set(found["kind"]) <= set(KINDS)
    for each in found.itertuples():
        part = slice(each.first, each.last + 1), each.feature_index
        scored = np.isfinite(score[each.user_index][part])
        assert each.actual == counts[each.user_index][part][scored].sum()
        assert each.expected == 2.0 * scored.sum()
        assert each.peak == np.nanmax(score[each.user_index, each.first : each.last + 1])
        assert each.steps == each.last - each.first + 1


@pytest.mark.parametrize(
    ("kind", "direction", "actual", "odd"),
    [
        ("spike", "up", {3: 90}, [3]),
        ("surge", "up", {3: 90, 4: 80}, [3, 4]),
        ("surge", "up", {3: 90, 5: 95}, [3, 5]),
        ("silence", "down", {5: 0}, [5]),
        ("silence", "down", {5: 0, 7: 0}, [5, 7]),  # the usual day between does not end it
        ("slump", "down", {5: 4, 6: 0}, [5, 6]),
        ("flat", "up", {8: 14, 9: 14, 10: 14, 11: 14}, [8, 9, 10, 11]),
        ("flat", "down", {11: 13, 12: 13, 13: 13}, [11, 12, 13]),
        ("surge", "up", {8: 90, 9: 14, 10: 14, 11: 60}, [8, 9, 10, 11]),  # twice is chance
        ("shift", "up", {7: 40, 8: 41, 12: 9, 13: 11}, [7, 8, 9, 11, 12, 13]),
    ],
)
def test_a_kind_follows_from_the_counts(
    kind: str, direction: str, actual: dict[int, float], odd: list[int]
) -> None:
    found = one(actual, odd)
    assert (found["kind"], found["direction"]) == (kind, direction)


def test_a_small_number_again_and_again_is_no_flat_line() -> None:
    assert one({1: 2, 2: 2, 3: 2}, [1, 2, 3])["kind"] == "slump"


def test_a_moved_week_with_twice_the_counts_is_a_surge() -> None:
    found = one({7: 80, 8: 82, 9: 20, 10: 22, 11: 21, 12: 19, 13: 20}, [7, 8, 9, 10, 11, 12, 13])
    assert found["kind"] == "surge"


def test_the_strangest_feature_speaks_for_a_finding() -> None:
    score = np.ones((1, 9, 2), dtype=np.float32)
    score[0, 4] = (5.5, 7.0)
    score[0, 5] = (6.0, 1.0)
    actual = np.tile(np.float32([10, 100]), (1, 9, 1))
    actual[0, 4] = (30, 7)
    found = find(actual, np.tile(np.float32([10, 100]), (1, 9, 1)), score).iloc[0]
    assert (found["feature_index"], found["feature_indices"]) == (1, (1, 0))
    assert (found["peak"], found["anomalous_cells"]) == (7.0, 3)
    assert (found["actual"], found["expected"]) == (107, 200)
    assert (found["kind"], found["direction"]) == ("slump", "down")
    assert found["ratio"] == pytest.approx(0.535)


def test_where_nothing_was_expected_the_ratio_is_infinite() -> None:
    score = np.float32([[[1], [6], [1]]])
    found = find(np.float32([[[0], [5], [0]]]), np.zeros((1, 3, 1), np.float32), score)
    assert found["ratio"].tolist() == [np.inf]


def test_nothing_is_found_in_nothing() -> None:
    score = np.ones((2, 9, 1), dtype=np.float32)
    assert find(score, score, score).empty
