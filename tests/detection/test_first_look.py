"""A first look: what stands out plainly comes first, and too much is not looked at."""

import numpy as np
import pytest
from panels import make_panel

from dashboard.detection import first_look
from dashboard.detection.first_look import look_first
from dashboard.errors import SettingsError


def test_a_spike_comes_first_with_what_was_usual_there() -> None:
    panel = make_panel(users=60, times=42, features=2)
    panel.values[7, 20, 1] = panel.values[7, :, 1].max() * 5 + 40
    found = look_first(panel)

    assert (found[0].user, found[0].time, found[0].feature) == (7, 20, 1)
    assert found[0].actual == panel.values[7, 20, 1]
    assert found[0].expected == pytest.approx(np.median(panel.values[7, 6::7, 1]), rel=0.2)
    assert len({each.user for each in found}) == len(found) == 10


def test_no_cell_with_as_many_as_expected_stands_out() -> None:
    panel = make_panel(users=60, times=42)
    panel.values[:20] = np.random.default_rng(0).random((20, 42, 1)) < 0.1  # seldom a count
    panel.values[:, 20:23] = 0  # and an outage, after which some are silent as ever
    found = look_first(panel)

    assert len(found) == 10
    assert all(abs(each.actual - each.expected) >= 0.05 for each in found)


def test_a_flat_line_is_told_where_it_lies_furthest_from_what_is_usual() -> None:
    panel = make_panel(users=60, times=42)
    panel.values[7, :, 0] = np.tile([40, 42, 45, 43, 41, 10, 12], 6)
    panel.values[7, 21:35, 0] = 41
    [flat] = [each for each in look_first(panel) if each.user == 7]

    assert flat.actual == 41
    assert flat.actual - flat.expected > 20


def test_a_panel_too_large_for_a_moment_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_look, "MOST_CELLS", 12 * 20 - 1)
    assert look_first(make_panel(users=12, times=20)) == ()


def test_without_history_it_says_so() -> None:
    with pytest.raises(SettingsError, match="No user has enough"):
        look_first(make_panel(times=6))
