import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.detection.calibration import Reference
from dashboard.detection.thresholds import (
    CellScores,
    Threshold,
    count_discoveries,
    level_for,
    parse_threshold,
)
from dashboard.errors import SettingsError

SCORES = np.random.default_rng(0).gamma(2, 1, 5_000).astype(np.float32)
ALL = CellScores.of(SCORES)


@pytest.mark.parametrize(
    ("text", "kind", "amount"),
    [
        ("budget:20", "budget", 20),
        ("rate:0.001", "rate", 0.001),
        ("fdr:0.1", "fdr", 0.1),
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
        "fdr:0",
        "fdr:1",
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
    level = level_for(Threshold(kind="budget", amount=budget), users, ALL, Reference.of(SCORES))
    assert (users >= level).sum() == budget


@given(st.floats(0.001, 0.5))
def test_a_rate_flags_exactly_the_cells_with_a_p_value_that_low(rate: float) -> None:
    reference = Reference.of(SCORES)
    level = level_for(Threshold(kind="rate", amount=rate), SCORES, ALL, reference)
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


def test_discoveries_are_counted_as_worked_out_by_hand() -> None:
    # the lines of ten at 0.1 are 0.01, 0.02 ... 0.1: the 1st and 4th lie under theirs, the 2nd,
    # 3rd and all from the 5th on above; the 4th takes the 2nd and 3rd along
    p_values = np.array([0.004, 0.025, 0.031, 0.039, 0.052, 0.061, 0.2, 0.4, 0.6, 0.9])
    assert count_discoveries(p_values, 10, 0.1) == 4
    # at 0.05 the lines are 0.005, 0.01 ...: the first alone
    assert count_discoveries(p_values, 10, 0.05) == 1
    # of a hundred the lines are a tenth as high: none
    assert count_discoveries(p_values, 100, 0.1) == 0


def test_discoveries_are_those_of_the_published_example() -> None:
    # Benjamini and Hochberg (1995), section 4.1: 15 hypotheses, 4 rejected at 0.05
    p_values = np.array(
        [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
            0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
        ]
    )  # fmt: skip
    assert count_discoveries(p_values, 15, 0.05) == 4


@given(
    scores=st.lists(st.floats(0, 40, width=32), min_size=1, max_size=300),
    rates=st.tuples(st.floats(0.001, 0.9), st.floats(0.001, 0.9)),
)
def test_a_stricter_discovery_rate_never_flags_more(
    scores: list[float], rates: tuple[float, float]
) -> None:
    cells, reference = np.array(scores, dtype=np.float32), Reference.of(SCORES)

    def flagged(rate: float) -> int:
        threshold = Threshold(kind="fdr", amount=rate)
        level = level_for(threshold, cells, CellScores.of(cells), reference)
        return int((cells >= level).sum())

    assert flagged(min(rates)) <= flagged(max(rates))


def test_discoveries_are_mostly_real_where_some_are() -> None:
    random = np.random.default_rng(5)
    chance, real = random.gamma(2, 1, 20_000), np.full(300, 40.0)
    cells = CellScores.of(np.concatenate([chance, real]))
    level = level_for(Threshold(kind="fdr", amount=0.2), chance, cells, Reference.of(SCORES))
    false = int((chance >= level).sum())
    assert (real >= level).all()
    assert false / (false + 300) < 0.3


def test_pure_chance_holds_no_discovery() -> None:
    chance = CellScores.of(np.random.default_rng(6).gamma(2, 1, 5_000))
    level = level_for(
        Threshold(kind="fdr", amount=0.01), chance.highest, chance, Reference.of(SCORES)
    )
    assert (chance.highest >= level).sum() <= 1
