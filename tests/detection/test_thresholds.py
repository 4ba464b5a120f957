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


def test_anomalies_in_the_reference_do_not_hide_what_is_rare() -> None:
    random = np.random.default_rng(2)
    clean = random.exponential(1, 20_000)
    mixed = clean.copy()
    mixed[:200] = 30  # one in a hundred is an anomaly
    # an exponential tail of scale 1 is reached by one in a thousand at ln(1000)
    assert Reference.of(clean).level_at(0.001) == pytest.approx(np.log(1_000), rel=0.05)
    assert Reference.of(mixed).level_at(0.001) == pytest.approx(np.log(1_000), rel=0.25)
    assert Reference.of(mixed).p_values(np.array([30.0]))[0] < 1e-6


def test_few_scores_still_tell_a_rare_one() -> None:
    scores = np.append(np.random.default_rng(3).exponential(1, 279), 30)
    reference = Reference.of(scores)
    assert reference.level_at(0.001) < 15
    assert reference.p_values(scores)[-1] < 0.001


@given(st.lists(st.floats(0, 50), min_size=100, max_size=300))
def test_a_higher_score_never_has_a_higher_p_value(scores: list[float]) -> None:
    p_values = Reference.of(np.array(scores)).p_values(np.linspace(0, 80, 400))
    assert (np.diff(p_values) <= 1e-7).all()
