"""The self-test: what planted anomalies show of a model that is perfect, and of one that copies."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from panels import make_panel

from dashboard.data.panel import Frequency, Panel
from dashboard.detection import MODELS, TrainingSettings, analyse, selftest_plan
from dashboard.detection.caught import COLUMNS, caught_by_sort, caught_share, compare, copied_share
from dashboard.detection.counts.noise import counts_around
from dashboard.detection.learned import ALONE, Learned
from dashboard.detection.models.kind import Reconstruction
from dashboard.detection.pipeline import subject_of
from dashboard.detection.selftest import self_test, with_self_test
from dashboard.detection.selftest_plan import SHARE, SORTS, WANTED, plan_rounds, sorts_for
from dashboard.detection.subject import Subject
from dashboard.detection.trained import TrainedModel

SETTINGS = TrainingSettings(model="robust-z", window=28, stride=28)
BASELINES = {name for name, kind in MODELS.items() if not kind.is_trained}


@dataclass(frozen=True)
class MadeUpModel:
    """Expects `share` of the actual counts, and of `known` counts the rest."""

    known: np.ndarray
    share: float

    def reconstruct(self, subject: Subject, learned: Learned = ALONE) -> Reconstruction:
        panel, scored = subject.panel, subject.scored
        expected = self.share * panel.values + (1 - self.share) * self.known
        counts = counts_around(panel.values, expected, scored, learned)
        return Reconstruction(expected, np.square(panel.values - expected), counts)


def made_up(known: np.ndarray, share: float) -> TrainedModel:
    return TrainedModel(MadeUpModel(known, share), fitted=None)  # which no self-test asks for


def busy_panel() -> Panel:
    """Users that click 400 times on each of 28 days, give or take nothing."""
    panel = make_panel(users=40, times=28)
    return replace(panel, values=np.full(panel.shape, 400, dtype=np.float32))


def of_model(found: pd.DataFrame, model: str) -> pd.DataFrame:
    return found[found["model"] == model].reset_index(drop=True)


def test_a_model_that_knows_the_counts_shows_every_planted_anomaly_first() -> None:
    panel = busy_panel()
    settings = SETTINGS.model_copy(update={"model": "stacked"})
    found = self_test(subject_of(panel, settings), settings, made_up(panel.values, 0.0)).found
    mine = of_model(found, "stacked")

    assert set(mine["kind"]) >= {"spike", "surge", "slump", "silence"}
    # a slump of ten in 28 days widens what is usual for its user: it need not come first
    # and anyone may be away for two or three days: 28 equal counts, of which all have, are stranger
    short = (mine["kind"] == "silence") & (mine["length"] < 5)
    assert (mine.loc[(mine["length"] < 10) & ~short, "rank"] == 1).all()
    assert (mine.loc[short, "score"] > 3).all()
    assert mine["copied"].to_numpy() == pytest.approx(0, abs=1e-6)
    assert set(found["model"]) == {"stacked"} | BASELINES


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_a_model_that_copies_is_led_by_the_share_it_copies(share: float) -> None:
    panel = busy_panel()
    found = self_test(subject_of(panel, SETTINGS), SETTINGS, made_up(panel.values, share)).found

    assert of_model(found, "robust-z")["copied"].to_numpy() == pytest.approx(share, abs=1e-5)
    assert copied_share(found, "robust-z") == pytest.approx(share, abs=1e-5)


def test_a_model_that_copies_all_shows_nothing() -> None:
    panel = busy_panel()
    found = self_test(subject_of(panel, SETTINGS), SETTINGS, made_up(panel.values, 1.0)).found

    # each score is 0, as high as that of all 40 users: the place after them
    assert (of_model(found, "robust-z")["rank"] == 41).all()
    assert caught_share(found, "robust-z", 20) == 0


def test_a_rank_is_the_place_among_the_users_own_scores() -> None:
    panel = make_panel(users=40, times=28)
    analysis = with_self_test(analyse(panel, SETTINGS))
    assert analysis.self_test is not None
    mine = of_model(analysis.self_test.found, "robust-z")

    as_high = [(analysis.user_score >= score).sum() for score in mine["score"]]
    assert mine["rank"].tolist() == [1 + number for number in as_high]
    assert mine["rank"].nunique() > 3


def test_the_planted_stand_where_the_table_says_in_users_that_are_scored() -> None:
    panel = make_panel(users=30, times=28, newcomers=3)
    panel.observed[29] = False
    panel.observed[29, -3:] = True  # too short a history to be scored
    found = self_test(subject_of(panel, SETTINGS), SETTINGS, made_up(panel.values, 0.0)).found

    assert 29 not in set(found["user_index"])
    for one in found.itertuples():
        assert panel.observed[one.user_index, one.time_index : one.time_index + one.length].all()
        assert one.time_index + one.length <= 28


def test_the_same_seed_gives_the_same_and_every_model_meets_the_same_anomalies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(selftest_plan, "MOST_ROUNDS", 5)
    panel = make_panel(users=30, times=28)
    one, two = (
        self_test(subject_of(panel, SETTINGS), SETTINGS, made_up(panel.values, 0.3)).found
        for _ in "12"
    )
    seeded = SETTINGS.model_copy(update={"seed": 1})
    other = self_test(subject_of(panel, seeded), seeded, made_up(panel.values, 0.3)).found
    planted = ["kind", "size", "length", "user_index", "time_index"]

    pd.testing.assert_frame_equal(one, two)
    assert not one[planted].equals(other[planted])
    for model in BASELINES:
        pd.testing.assert_frame_equal(
            of_model(one, model)[planted], of_model(one, "robust-z")[planted]
        )


def test_of_very_many_users_a_sample_takes_part_and_ranks_are_scaled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    panel = busy_panel()
    monkeypatch.setattr(selftest_plan, "MOST_USERS", 10)
    test = self_test(subject_of(panel, SETTINGS), SETTINGS, made_up(panel.values[:10], 1.0))

    assert test.users == 10
    assert test.found["user_index"].nunique() <= 10
    assert test.found["user_index"].max() > 10
    # behind all ten of the sample, and so behind all forty
    assert (of_model(test.found, "robust-z")["rank"] == 41).all()


def test_one_series_and_a_handful_of_users_are_tested_too() -> None:
    for users in (1, 3):
        panel = make_panel(users=users, times=60)
        analysis = with_self_test(analyse(panel, SETTINGS))
        assert len(analysis.self_test.found)
        assert "self_test_caught_at_20" not in analysis.metrics
        assert analysis.timings["self_test"] > 0


def test_where_nothing_can_be_planted_the_test_is_empty() -> None:
    panel = make_panel(users=10, times=28)
    panel = replace(panel, values=np.zeros_like(panel.values))
    analysis = with_self_test(analyse(panel, SETTINGS))

    assert analysis.self_test.found.empty
    assert list(analysis.self_test.found.columns) == COLUMNS
    assert "copied" not in analysis.metrics


def test_the_panel_is_left_as_it_was() -> None:
    panel = make_panel(users=20, times=28)
    before = panel.values.copy()
    self_test(subject_of(panel, SETTINGS), SETTINGS, made_up(panel.values, 0.0))
    assert np.array_equal(panel.values, before)


def test_only_sorts_that_fit_are_planned() -> None:
    assert sorts_for(40, Frequency.DAY) == SORTS
    assert {sort.length for sort in sorts_for(9, Frequency.DAY)} == {1, 2, 3}
    assert "weekday shift" not in {sort.kind for sort in sorts_for(40, Frequency.HOUR)}


@pytest.mark.parametrize("users", [1, 4, 12, 600, 2_000, 20_000])
@pytest.mark.parametrize("steps", [100, 80_000, 10_000_000])
def test_rounds_are_small_bounded_and_fair(users: int, steps: int) -> None:
    rounds = plan_rounds(SORTS, users, steps)
    at_once = [sum(recipe.number for recipe in recipes) for recipes in rounds]
    of_sort = [
        sum(one.number for recipes in rounds for one in recipes if replace(one, number=0) == sort)
        for sort in SORTS
    ]

    assert 1 <= len(rounds) <= 30
    assert max(at_once) <= max(1, SHARE * users)
    assert max(of_sort) <= WANTED
    assert max(of_sort) - min(of_sort) <= 1


def test_two_thousand_users_have_a_hundred_of_each_sort_in_four_rounds() -> None:
    # 13 sorts x 100 in 400 users at once: three full rounds, and 100 in the fourth
    rounds = plan_rounds(SORTS, 2_000, 80_000)
    assert [sum(one.number for one in recipes) for recipes in rounds] == [400, 400, 400, 100]


def table(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    """Rows of (model, kind, user, rank)."""
    return pd.DataFrame(
        [(model, kind, 2.0, 1, user, 0, 5.0, rank, 0.1) for model, kind, user, rank in rows],
        columns=COLUMNS,
    )


FOUND = table(
    *(("net", "spike", user, 1 if user < 60 else 50) for user in range(100)),
    *(("net", "surge", user, 30) for user in range(100, 110)),
    *(("pca", "spike", user, 20 if user < 30 else 21) for user in range(100)),
    *(("pca", "surge", user, 99) for user in range(100, 110)),
    *(("rz", "spike", user, 999) for user in range(100)),
    *(("rz", "surge", user, 999) for user in range(100, 110)),
)


def test_what_a_budget_shows_is_counted_by_sort_and_model() -> None:
    spikes, surges = caught_by_sort(FOUND, 20)
    assert (spikes.kind, spikes.planted) == ("spike", 100)
    assert spikes.caught == {"net": 60, "pca": 30, "rz": 0}
    assert (surges.kind, surges.planted, surges.caught["net"]) == ("surge", 10, 0)
    assert caught_by_sort(FOUND, 30)[1].caught == {"net": 10, "pca": 0, "rz": 0}


def test_the_best_of_the_others_is_the_rival_and_the_difference_has_an_interval() -> None:
    comparison = compare(FOUND, "net", 20)
    assert (comparison.rival, comparison.planted) == ("pca", 110)
    assert comparison.caught == {"net": 60, "pca": 30, "rz": 0}
    difference = comparison.difference
    assert difference.value == pytest.approx(30 / 110)
    # 30 more of 110, each gain 0 or 1: one standard error is sqrt(.273 * .727 / 110) = 0.042
    assert difference.low == pytest.approx(30 / 110 - 1.96 * 0.0425, abs=0.03)
    assert difference.high == pytest.approx(30 / 110 + 1.96 * 0.0425, abs=0.03)


def test_with_one_user_the_anomalies_are_drawn_again() -> None:
    alone = FOUND[FOUND["kind"] == "spike"].assign(user_index=0)
    difference = compare(alone, "net", 20).difference
    # 30 more of 100: one standard error is sqrt(.3 * .7 / 100) = 0.046
    assert difference.low == pytest.approx(0.3 - 1.96 * 0.046, abs=0.03)
    assert difference.high == pytest.approx(0.3 + 1.96 * 0.046, abs=0.03)


def test_a_model_beside_its_equal_has_no_difference() -> None:
    twice = pd.concat([FOUND[FOUND["model"] == "net"].assign(model=name) for name in ("a", "b")])
    difference = compare(twice, "a", 20).difference
    assert (difference.low, difference.value, difference.high) == (0, 0, 0)


def test_a_run_tells_when_its_self_test_begins() -> None:
    panel = make_panel(users=10, times=28)
    told = []
    with_self_test(analyse(panel, SETTINGS), told.append)
    assert [progress.stage for progress in told] == ["self_test"]
