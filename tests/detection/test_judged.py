"""What verdicts tell: a precision with its interval, and a threshold that holds what it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from dashboard.detection.judged import precision, precisions, suggest_level, wilson
from tests.generated import examples

JUDGED = st.lists(st.tuples(st.sampled_from([4.0, 5.0, 6.0, 7.0]), st.booleans()), max_size=40)
# a slow machine fails no test
FEW = examples(40)


def test_nine_of_ten_are_ninety_percent_and_not_surely_so() -> None:
    found = precision(np.array([True] * 9 + [False]), 7.2)
    assert (found.anomalies, found.judged, found.share) == (9, 10, 0.9)
    assert (found.low, found.high) == pytest.approx((0.5958, 0.9821), abs=5e-5)


@FEW
@given(st.integers(0, 60), st.integers(1, 60))
def test_the_interval_is_that_of_a_reference(successes: int, more: int) -> None:
    trials = successes + more
    reference = binomtest(successes, trials).proportion_ci(method="wilson")
    assert wilson(successes, trials) == pytest.approx((reference.low, reference.high))


def test_without_a_verdict_nothing_is_known() -> None:
    found = precision(np.array([], dtype=bool), 5.0)
    assert np.isnan(found.share)
    assert (found.low, found.high) == (0, 1)


def test_a_threshold_is_suggested_where_nine_of_ten_were_right() -> None:
    scores = np.array([9.0] * 5 + [8.0] * 5 + [7.0] * 5)
    right = np.array([True] * 9 + [False] + [False] * 5)
    found = suggest_level(scores, right)
    assert (found.level, found.anomalies, found.judged) == (8.0, 9, 10)


@pytest.mark.parametrize("right", [[True] * 9, [True, False] * 10])
def test_no_threshold_is_suggested_from_few_or_mixed_verdicts(right: list[bool]) -> None:
    scores = np.linspace(5, 9, len(right))
    assert suggest_level(scores, np.array(right)) is None


@FEW
@given(JUDGED)
def test_what_is_suggested_holds_and_nothing_lower_does(judged: list[tuple[float, bool]]) -> None:
    scores = np.array([score for score, _ in judged])
    right = np.array([is_right for _, is_right in judged], dtype=bool)
    found = suggest_level(scores, right)
    for level in np.unique(scores):
        shown = right[scores >= level]
        holds = len(shown) >= 10 and shown.mean() >= 0.9
        assert not holds or (found is not None and found.level <= level)
        assert not (found and found.level == level) or holds
    assert [each.judged for each in precisions(scores, right)] == sorted(
        each.judged for each in precisions(scores, right)
    )
