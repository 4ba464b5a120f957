"""Every combination of what was chosen, each once, as far as it means anything to a model."""

import pytest

from dashboard.detection import MODELS, make_settings
from dashboard.detection.variations import told_apart, vary
from dashboard.errors import SettingsError

BASE = make_settings(model="counts", seed=3, epochs=4)


def test_models_keep_what_was_changed_and_have_their_own_defaults_for_the_rest() -> None:
    counts, stacked, pca = vary(BASE, ["counts", "stacked", "pca"])
    assert counts == BASE
    assert stacked == MODELS["stacked"].settings.model_copy(update={"seed": 3, "epochs": 4})
    assert pca == MODELS["pca"].settings.model_copy(update={"seed": 3})


def test_every_combination_is_there_once() -> None:
    several = vary(BASE, ["stacked"], units=[(4,), (8,)], seed=[1, 2, 1])
    assert [(one.units, one.seed) for one in several] == [
        ((4,), 1),
        ((4,), 2),
        ((8,), 1),
        ((8,), 2),
    ]


def test_a_baseline_is_not_repeated() -> None:
    several = vary(BASE, ["stacked", "pca"], units=[(4,), (8,)], seed=[1, 2])
    assert [one.model for one in several] == [*["stacked"] * 4, "pca"]
    assert several[-1].seed == BASE.seed


def test_a_value_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(SettingsError, match="window"):
        vary(BASE, ["stacked"], window=[1])


def test_each_is_called_by_what_tells_it_apart() -> None:
    several = vary(BASE, ["stacked", "pca"], units=[(4,), (8, 2)])
    assert told_apart(several) == ["stacked, units 4", "stacked, units 8 and 2", "pca"]
    assert told_apart(several[:1]) == ["stacked"]
