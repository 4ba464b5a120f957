import numpy as np
import pytest

from tests.charts.checked import counts_heatmap, totals_per_day
from tests.charts.made_up import make_panel

PANEL = make_panel(features=2)


def test_the_busiest_users_stand_on_top() -> None:
    figure = counts_heatmap(PANEL, users=5)
    totals = PANEL.values[:, :, 0].sum(axis=1)
    squares = figure.data[1]
    rows = dict(zip(squares.y.tolist(), [index for index, _ in squares.customdata], strict=True))
    assert [totals[rows[row]] for row in range(5)] == sorted(totals, reverse=True)[:5]


def test_the_colours_stand_for_the_counts_and_what_was_not_observed_is_blank() -> None:
    figure = counts_heatmap(PANEL, users=len(PANEL.users), feature="page views")
    order = np.argsort(-PANEL.values[:, :, 1].sum(axis=1), kind="stable")
    shown = np.expm1(figure.data[0].z.astype(float))
    np.testing.assert_allclose(
        np.nan_to_num(shown), PANEL.values[order, :, 1], rtol=1e-5, atol=1e-5
    )
    np.testing.assert_array_equal(np.isnan(shown), ~PANEL.observed[order])
    assert figure.data[0].zmax >= np.nanmax(figure.data[0].z)


def test_totals_are_the_sums_over_all_users() -> None:
    for column, feature in enumerate(PANEL.features):
        (line,) = totals_per_day(PANEL, feature).data
        np.testing.assert_allclose(line.y, PANEL.values[:, :, column].sum(axis=0))


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (5, ["0", "1"]),
        (300, ["0", "1", "10", "100"]),
        (36_019, ["0", "100", "10,000"]),
        (2_000_000, ["0", "100", "10,000", "1,000,000"]),
    ],
)
def test_the_ticks_of_the_colours_are_powers_of_ten_that_stand_apart(
    highest: float, ticks: list[str]
) -> None:
    panel = make_panel(users=3)
    panel.values[:] = 0
    panel.values[0, 0, 0] = highest
    bar = counts_heatmap(panel).data[0].colorbar
    assert list(bar.ticktext) == ticks
    np.testing.assert_allclose(np.expm1(bar.tickvals), [float(t.replace(",", "")) for t in ticks])


def test_a_panel_of_zeros_can_be_drawn() -> None:
    panel = make_panel(users=3)
    panel.values[:] = 0
    assert counts_heatmap(panel).to_json()
    assert totals_per_day(panel).to_json()
