"""Very many users: the first part says what is usual, and the others are judged by it, part by part."""

import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from panels import make_panel

from dashboard.detection import MODELS, analyse, crowd, describe, make_settings, partitions, rescore
from dashboard.detection.settings import TrainingSettings

USERS, DAYS = 160, 21
TRAINED = {"epochs": 1, "units": (2,), "window": 15, "validation_share": 0.25}
CELLS = ("expected", "low", "high", "error", "score", "p_value")
USERS_AND_DAYS = ("user_score", "user_p_value", "user_error", "day_score", "day_p_value")


def settings_for(model: str) -> TrainingSettings:
    return make_settings(model=model, **(TRAINED if MODELS[model].is_trained else {}))


@pytest.fixture
def in_four_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "MOST_CELLS", USERS * DAYS // 4)
    monkeypatch.setattr(partitions, "LEAST_USERS", 1)


def sent(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own


def elsewhere(function: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
    """Call a function as another process would."""
    function = sent(function)
    return (sent(function(sent(part))) for part in parts)


def cut(users: np.ndarray, parts: int) -> list[np.ndarray]:
    """The first part is always every fourth user."""
    others = users[users % 4 > 0][::-1]
    return [users[::4], *(np.sort(part) for part in np.array_split(others, parts))]


@pytest.mark.parametrize("model", ["counts", "stacked", "rhythms", "pca", "weekday-median"])
def test_others_are_judged_the_same_in_one_part_and_in_many_elsewhere(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = make_panel(users=USERS, times=DAYS, features=2, newcomers=30)
    trained = analyse(panel, settings_for(model)).trained
    monkeypatch.setattr(crowd, "partition", lambda users, *_: cut(users, 1))
    one = rescore(trained, panel)
    monkeypatch.setattr(crowd, "partition", lambda users, *_: cut(users, 7))
    monkeypatch.setattr(crowd, "CELLS_TOGETHER", 300)  # so that a part is judged in blocks
    many = rescore(trained, panel, over=elsewhere)

    # a network may add in another order where it is given other batches
    close = {"rtol": 1e-5, "atol": 1e-6} if MODELS[model].is_trained else {"rtol": 0}
    for name in (*CELLS, *USERS_AND_DAYS):
        np.testing.assert_allclose(getattr(one, name), getattr(many, name), **close, err_msg=name)
    np.testing.assert_allclose(one.day_error, many.day_error, rtol=1e-5)
    assert np.array_equal(np.isfinite(one.score[:, :, 1]), panel.observed)


@pytest.mark.usefixtures("in_four_parts")
def test_a_spike_is_the_strangest_cell_whichever_part_its_user_is_in() -> None:
    panel = make_panel(users=USERS, times=DAYS)
    parts = partitions.partition(np.arange(USERS), panel.users, DAYS)
    assert len(parts) == 4
    for part in parts:
        values = panel.values.copy()
        values[part[0], 12] += 400
        analysis = analyse(replace(panel, values=values), make_settings(model="rhythms"))
        assert np.unravel_index(np.argmax(analysis.score), panel.shape) == (part[0], 12, 0)
        assert analysis.p_value[part[0], 12, 0] < 0.001


@pytest.mark.usefixtures("in_four_parts")
def test_users_with_too_little_history_are_in_no_part() -> None:
    panel = make_panel(users=USERS, times=DAYS)
    panel.observed[5, :-3] = False
    analysis = analyse(panel, make_settings(model="rhythms"))
    assert analysis.unscored_users == ("user 5",)
    assert np.flatnonzero(np.isnan(analysis.score).any(axis=(1, 2))).tolist() == [5]


@pytest.mark.usefixtures("in_four_parts")
def test_only_new_cells_are_judged_of_users_in_parts() -> None:
    panel = make_panel(users=USERS, times=DAYS)
    fresh = np.zeros((USERS, DAYS), dtype=bool)
    fresh[:7, -3:] = True
    trained = analyse(panel, make_settings(model="rhythms")).trained
    whole, new = rescore(trained, panel), rescore(trained, panel, fresh=fresh)
    assert np.array_equal(np.isfinite(new.score[:, :, 0]), fresh)
    assert np.array_equal(new.score[fresh], whole.score[fresh])
    assert np.isfinite(new.user_score).sum() == 7
    assert np.array_equal(np.isfinite(new.day_score), fresh.any(axis=0))


@pytest.mark.usefixtures("in_four_parts")
def test_what_is_foretold_of_a_training_is_that_of_the_first_part() -> None:
    outline = describe((USERS, DAYS, 1), settings_for("stacked"))
    assert outline.learned_users == USERS // 4
    assert outline.training_windows + outline.held_out_windows == 7 * USERS // 4
    assert outline.windows == 7 * USERS
