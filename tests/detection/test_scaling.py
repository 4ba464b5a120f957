import numpy as np
import pytest
from panels import make_panel

from dashboard.detection.scaling import SCALINGS, Scaling, fit_scaling


@pytest.mark.parametrize("name", SCALINGS)
def test_scaling_the_training_part_lies_within_the_reach_of_tanh(name: str) -> None:
    panel = make_panel(features=2, newcomers=3)
    scaled = fit_scaling(name, panel, panel.observed).on(panel).scale(panel)
    assert scaled.min() >= -1 - 1e-6
    assert scaled.max() <= 1 + 1e-6


@pytest.mark.parametrize("name", SCALINGS)
def test_scaling_and_back_gives_the_counts(name: str) -> None:
    panel = make_panel(features=2)
    scale = fit_scaling(name, panel, panel.observed).on(panel)
    np.testing.assert_allclose(scale.counts(scale.scale(panel)), panel.values, rtol=1e-4, atol=1e-3)


def test_the_range_is_that_of_the_training_part_alone() -> None:
    panel = make_panel(users=2)
    panel.values[1] *= 1_000
    training = np.zeros_like(panel.observed)
    training[0] = True
    assert fit_scaling("range", panel, training).high == (float(panel.values[0].max()),)


@pytest.mark.parametrize("name", SCALINGS)
def test_constant_counts_scale_to_finite_numbers(name: str) -> None:
    panel = make_panel(users=2)
    panel.values[:] = 5
    scale = fit_scaling(name, panel, panel.observed).on(panel)
    assert np.isfinite(scale.scale(panel)).all()
    np.testing.assert_allclose(scale.counts(scale.scale(panel)), 5, rtol=1e-5)


def test_a_scaling_survives_json() -> None:
    panel = make_panel()
    scaling = fit_scaling("log-range", panel, panel.observed)
    assert Scaling.model_validate_json(scaling.model_dump_json()) == scaling
