import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.detection.calibration import Reference
from dashboard.detection.thresholds import Threshold, level_for, parse_threshold
from dashboard.errors import SettingsError

SCORES = np.random.default_rng(0).gamma(2, 1, 5_000).astype(np.float32)


@pytest.mark.parametrize(
    ("text", "kind", "amount"),
    [
        ("budget:20", "budget", 20),
        ("rate:0.001", "rate", 0.001),
        ("value:6", "value", 6),
        ("6", "value", 6),
    ],
)
def test_a_threshold_is_read(text: str, kind: str, amount: float) -> None:
    assert parse_threshold(text) == Threshold(kind=kind, amount=amount)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "some:3",
        "budget:0",
        "budget:2.5",
        "rate:2",
        "value:-1",
        "value:nan",
        "value:inf",
        "value:1e39",
    ],
)
def test_what_is_no_threshold_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_threshold(text)


@given(st.integers(1, 200))
def test_a_budget_flags_as_many_users(budget: int) -> None:
    users = SCORES[:200]
    level = level_for(Threshold(kind="budget", amount=budget), users, Reference.of(SCORES))
    assert (users >= level).sum() == budget


@given(st.floats(0.001, 0.5))
def test_a_rate_flags_exactly_the_cells_with_a_p_value_that_low(rate: float) -> None:
    reference = Reference.of(SCORES)
    level = level_for(Threshold(kind="rate", amount=rate), SCORES, reference)
    assert ((level <= SCORES) == (reference.p_values(SCORES) <= np.float32(rate))).mean() > 0.9995


def test_p_values_are_uniform_on_fresh_normal_data() -> None:
    fresh = np.random.default_rng(1).gamma(2, 1, 20_000).astype(np.float32)
    p_values = Reference.of(SCORES).p_values(fresh)
    for share in (0.01, 0.1, 0.5):
        assert np.mean(p_values <= share) == pytest.approx(share, rel=0.25)


def test_what_was_not_scored_has_no_p_value() -> None:
    assert np.isnan(Reference.of(SCORES).p_values(np.array([np.nan])))[0]
