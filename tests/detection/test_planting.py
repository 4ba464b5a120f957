"""Planting: known anomalies, in users whom they concern, and nothing else changed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panels import make_panel

from dashboard.data.panel import Frequency, Panel
from dashboard.detection.anomaly_kinds import KINDS, Recipe
from dashboard.detection.planting import Planted, plant
from dashboard.errors import SettingsError
from tests.generated import examples


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    kind = draw(st.sampled_from(sorted(KINDS)))
    size = draw(st.sampled_from([1.5, 2, 3, 5])) if KINDS[kind].sized else None
    length = draw(st.integers(KINDS[kind].least_steps, 10))
    return Recipe(kind, length, draw(st.integers(0, 6)), size)


def stretches(planted: Planted) -> list[tuple[str, int, slice]]:
    """Kind, user and steps of each anomaly, by the table."""
    panel = planted.panel
    return [
        (
            row.kind,
            panel.users.index(row.user),
            slice(first := panel.times.get_loc(row.first), first + row.length),
        )
        for row in planted.anomalies.itertuples()
    ]


@given(
    st.lists(recipes(), min_size=1, max_size=4),
    st.integers(1, 15),
    st.integers(2, 30),
    st.integers(1, 3),
    st.integers(0, 9),
)
def test_only_what_the_table_says_is_changed(
    wanted: list[Recipe], users: int, times: int, features: int, seed: int
) -> None:
    panel = make_panel(users, times, features, seed, newcomers=min(2, users) if times > 5 else 0)
    before = panel.values.copy()
    planted = plant(panel, wanted, seed=seed)

    assert np.array_equal(panel.values, before)
    labels = np.zeros((users, times), dtype=bool)
    for _, user, steps in stretches(planted):
        assert not labels[user].any(), "two anomalies in one user"
        labels[user, steps] = True
        assert not np.array_equal(planted.panel.values[user, steps], before[user, steps])
    assert np.array_equal(planted.labels, labels)
    assert not (labels & ~panel.observed).any()
    assert np.array_equal(planted.panel.values[~labels], before[~labels])
    for kind in {recipe.kind for recipe in wanted}:
        most = sum(recipe.number for recipe in wanted if recipe.kind == kind)
        assert (planted.anomalies["kind"] == kind).sum() <= most


@given(recipes(), st.integers(0, 20))
def test_counts_stay_counts_and_move_the_right_way(recipe: Recipe, seed: int) -> None:
    panel = make_panel(users=20, times=28, features=2, seed=seed)
    planted = plant(panel, [replace(recipe, number=20)], seed=seed)

    values = planted.panel.values
    assert (values >= 0).all()
    assert np.array_equal(values, np.round(values))
    for kind, user, steps in stretches(planted):
        old, new = panel.values[user, steps], values[user, steps]
        if kind in {"spike", "surge"}:
            assert (new >= old).all()
        elif kind == "slump":
            assert (new <= old).all()
        elif kind == "silence":
            assert not new.any()
        elif kind == "flat line":
            assert (new == new[0]).all()
        else:
            assert all((panel.values[user] == row).all(axis=1).any() for row in new)


@examples(20)
@given(recipes(), st.integers(0, 9))
def test_the_same_seed_plants_the_same(recipe: Recipe, seed: int) -> None:
    panel = make_panel(users=10, times=28)
    one, two = (plant(panel, [recipe], seed=seed) for _ in range(2))

    assert np.array_equal(one.panel.values, two.panel.values)
    pd.testing.assert_frame_equal(one.anomalies, two.anomalies)


def steady(rate: float, users: int = 400) -> Panel:
    panel = make_panel(users=users, times=28)
    counts = np.random.default_rng(1).poisson(rate, panel.shape)
    return replace(panel, values=counts.astype(np.float32))


@pytest.mark.parametrize(
    ("kind", "size", "factor"), [("spike", 3, 3), ("surge", 2, 2), ("slump", 4, 1 / 4)]
)
def test_a_size_means_so_many_times_the_usual(kind: str, size: float, factor: float) -> None:
    planted = plant(steady(20), [Recipe(kind, 5, 400, size)], seed=2)

    assert len(planted.anomalies) == 400
    assert planted.panel.values[planted.labels].mean() == pytest.approx(20 * factor, rel=0.03)


def test_the_quiet_are_left_alone() -> None:
    panel = steady(20, users=6)
    values = panel.values.copy()
    values[:3] = 0
    values[:3, ::7] = 1  # one click a week
    planted = plant(replace(panel, values=values), [Recipe("silence", 2, 6)], seed=0)

    assert sorted(planted.anomalies["user"]) == ["user 3", "user 4", "user 5"]


def test_a_silence_is_planted_where_counts_are_usual() -> None:
    panel = make_panel(users=40, times=28)
    weekend = np.arange(28) % 7 >= 5
    values = np.where(weekend[None, :, None], 0, 10).astype(np.float32)
    planted = plant(
        replace(panel, values=np.broadcast_to(values, panel.shape)), [Recipe("silence", 2, 40)]
    )

    assert len(planted.anomalies) == 40
    for _, _, steps in stretches(planted):
        assert not weekend[steps].all()


def test_a_weekday_shift_needs_a_week() -> None:
    panel = make_panel(users=10, times=28)
    week = np.array([10, 10, 10, 10, 10, 0, 0] * 4, dtype=np.float32)
    lively = replace(panel, values=np.broadcast_to(week[None, :, None], panel.shape))
    wanted = [Recipe("weekday shift", 7, 10)]

    planted = plant(lively, wanted)
    assert len(planted.anomalies) == 10
    for _, user, steps in stretches(planted):
        moved = np.roll(week[:7], -3)[np.arange(28)[steps] % 7]
        assert np.array_equal(planted.panel.values[user, steps, 0], moved)
    assert plant(replace(lively, values=np.full_like(panel.values, 10)), wanted).anomalies.empty
    assert plant(replace(lively, frequency=Frequency.HOUR), wanted).anomalies.empty


def test_amounts_that_are_no_counts_are_multiplied() -> None:
    panel = make_panel(users=3, times=28)
    panel = replace(panel, values=np.full_like(panel.values, 0.25))
    planted = plant(panel, [Recipe("spike", 1, 3, 5)])

    assert planted.panel.values[planted.labels].tolist() == [[pytest.approx(5 * 0.25)]] * 3


def test_an_anomaly_is_no_longer_than_half_of_a_history() -> None:
    panel = make_panel(users=6, times=20, newcomers=3)  # the first three have fifteen steps

    planted = plant(panel, [Recipe("silence", 8, 6)])
    assert set(planted.anomalies["user"]) <= {"user 3", "user 4", "user 5"}
    assert not planted.anomalies.empty


@pytest.mark.parametrize(
    "wrong",
    [
        ("explosion", 1, 1, None),
        ("spike", 1, 1, None),
        ("spike", 1, 1, 1.0),
        ("slump", 3, 1, float("nan")),
        ("silence", 3, 1, 2.0),
        ("surge", 1, 1, 2.0),
        ("spike", 0, 1, 2.0),
        ("spike", 1, -1, 2.0),
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused(wrong: tuple) -> None:
    with pytest.raises(SettingsError, match=r"received|Choose"):
        Recipe(*wrong)
