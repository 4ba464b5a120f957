from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from panels import make_panel

from dashboard.data.panel import Panel
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


@st.composite
def panels(draw: st.DrawFn) -> Panel:
    """Counts from 0 to a hundred million, whole or not, some of them not observed."""
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(1, 3)))
    counts = st.floats(0, 1e8, width=32) | st.integers(0, 1_000).map(float)
    values = draw(arrays(np.float32, shape, elements=counts))
    observed = draw(arrays(np.bool_, shape[:2]))
    return replace(
        make_panel(*shape), values=np.where(observed[:, :, None], values, 0), observed=observed
    )


@given(panels(), st.sampled_from(sorted(SCALINGS)))
def test_any_counts_are_scaled_into_reach_and_back(panel: Panel, name: str) -> None:
    scale = fit_scaling(name, panel, panel.observed).on(panel)
    scaled = scale.scale(panel)
    assert (np.abs(scaled) <= 1 + 1e-5).all()
    back = scale.counts(scaled)[panel.observed]
    # float32 carries 7 digits of the whole range
    reach = float(panel.values.max()) if panel.observed.any() else 0.0
    np.testing.assert_allclose(
        back, panel.values[panel.observed], rtol=2e-5, atol=1e-6 * reach + 1e-30
    )


@pytest.mark.parametrize("name", SCALINGS)
def test_amounts_too_small_to_tell_apart_scale_to_finite_numbers(name: str) -> None:
    panel = make_panel(users=2)
    panel.values[:] = 0
    panel.values[:, 3] = 1e-45
    assert np.isfinite(fit_scaling(name, panel, panel.observed).on(panel).scale(panel)).all()


@given(panels(), st.sampled_from(["range", "log-range"]), st.data())
def test_what_is_held_out_does_not_move_the_scaling(
    panel: Panel, name: str, data: st.DataObject
) -> None:
    training = data.draw(arrays(np.bool_, panel.observed.shape))
    other = np.where(training[:, :, None], panel.values, 7 * panel.values + 3)
    assert fit_scaling(name, panel, training) == fit_scaling(
        name, replace(panel, values=other), training
    )


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
