import dataclasses

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.charts import figure_text
from dashboard.charts.format import format_count, format_error
from dashboard.charts.grid import MOST_CELLS, SVG_CELLS
from dashboard.data.panel import Frequency
from dashboard.runs.tables import time_label
from tests.charts.checked import (
    error_per_day,
    score_distribution,
    score_heatmap,
    user_series,
    users_ranked,
)
from tests.charts.made_up import make_user, make_view

VIEW = make_view()


def trace(figure: go.Figure, name: str) -> go.Scatter:
    return next(one for one in figure.data if one.name == name)


def test_the_days_shown_are_the_days_given() -> None:
    figure = error_per_day(VIEW.days)
    errors, users = trace(figure, "Mean error"), trace(figure, "Anomalous users")
    np.testing.assert_array_equal(errors.y, VIEW.days["error"])
    np.testing.assert_array_equal(users.y, VIEW.days["anomalous_users"])
    assert [key for _, key in errors.customdata] == [
        time_label(day, Frequency.DAY) for day in VIEW.days["time"]
    ]
    assert format_error(VIEW.days["error"].max()) in figure_text(figure)


def test_what_the_heatmap_counts_is_told_from_cells() -> None:
    number = VIEW.grid.anomaly.sum()
    assert f"{number} anomalous user-days" in figure_text(score_heatmap(VIEW))


def test_of_a_single_series_the_days_speak_of_anomalies_and_of_no_users() -> None:
    said = error_per_day(VIEW.days, of="Of one series alone", alone=True).to_json()
    assert "days with an anomaly" in said
    assert "nomalous users" not in said
    assert "Users" not in said


def test_days_without_any_score_are_said_to_be_so() -> None:
    days = VIEW.days.assign(error=np.nan)
    assert figure_text(error_per_day(days)) == "No time step has been scored."


def test_each_user_has_one_bar_in_the_given_order() -> None:
    figure = users_ranked(VIEW.users, level=VIEW.level)
    bars = [one for one in figure.data if one.type == "bar"]
    shown = {
        row: (length, chosen[0])
        for one in bars
        for row, length, chosen in zip(one.y, one.x, one.customdata, strict=True)
    }
    wanted = zip(VIEW.users["score"], VIEW.users["user_index"], strict=True)
    assert [shown[row] for row in range(len(VIEW.users))] == list(wanted)
    top, bottom = figure.layout.yaxis.range[1], figure.layout.yaxis.range[0]
    assert top < bottom  # the first row stands on top


def test_bars_beyond_the_threshold_are_those_with_anomalies() -> None:
    figure = users_ranked(VIEW.users, level=VIEW.level)
    assert min(trace(figure, "With anomalies").x) >= VIEW.level > max(trace(figure, "Without").x)


def test_the_heatmap_colours_and_the_squares_agree_with_the_grid() -> None:
    figure = score_heatmap(VIEW)
    heatmap, squares = figure.data[0], trace(figure, "cells")
    np.testing.assert_array_equal(heatmap.z, VIEW.grid.score.astype(np.float32))
    scored = np.isfinite(VIEW.grid.score)
    assert len(squares.customdata) == scored.sum()
    rows = {int(index): row for row, index in enumerate(VIEW.grid.user_index)}
    for row, (user_index, _) in zip(squares.y, squares.customdata, strict=True):
        assert rows[user_index] == row


def test_the_squares_can_be_clicked_and_the_heatmap_cannot() -> None:
    figure = score_heatmap(VIEW)
    squares = trace(figure, "cells")
    assert figure.data[0].hoverinfo == "skip"
    assert squares.hovertemplate
    assert squares.marker.color == "rgba(0,0,0,0)"
    assert squares.opacity is None


def test_each_anomalous_cell_has_a_dot() -> None:
    dots = trace(score_heatmap(VIEW), "Anomaly")
    shown = set(zip(dots.y, pd.DatetimeIndex(dots.x), strict=True))
    rows, columns = np.nonzero(VIEW.grid.anomaly)
    assert shown == set(zip(rows, VIEW.grid.times[columns], strict=True))


def test_many_cells_are_drawn_by_webgl_and_far_too_many_only_shown() -> None:
    small, large, huge = 20, SVG_CELLS // 40 + 1, MOST_CELLS // 40 + 1
    assert trace(score_heatmap(make_view(small)), "cells").type == "scatter"
    assert trace(score_heatmap(make_view(large)), "cells").type == "scattergl"
    assert "cells" not in {one.name for one in score_heatmap(make_view(huge)).data}


@pytest.mark.parametrize("users", [50, 250])
def test_a_page_of_users_is_sent_in_less_than_a_megabyte(users: int) -> None:
    assert len(score_heatmap(make_view(users)).to_json()) < 1_000_000


def test_row_labels_thin_out_and_height_stops_growing() -> None:
    few, many = score_heatmap(make_view(40)), score_heatmap(make_view(400))
    assert len(few.layout.yaxis.ticktext) == 40
    assert len(many.layout.yaxis.ticktext) <= 60
    assert few.layout.height < many.layout.height == score_heatmap(make_view(900)).layout.height


def test_the_distribution_holds_every_cell_once() -> None:
    figure = score_distribution(VIEW.histogram, VIEW.level, VIEW.counts.anomalous_cells)
    bars = [trace(figure, "Below the threshold"), trace(figure, "Anomalous")]
    assert sum(sum(one.y) for one in bars) == VIEW.histogram.counts.sum()
    assert figure.layout.shapes[0].x0 == VIEW.level
    assert f"{VIEW.counts.anomalous_cells:,} of them" in figure_text(figure)


def test_every_place_of_the_distribution_names_the_score_at_which_it_begins() -> None:
    places = trace(score_distribution(VIEW.histogram, VIEW.level), "places")
    begins = [score for _, _, score in places.customdata]
    np.testing.assert_allclose(begins, VIEW.histogram.edges[:-1], atol=0.005)
    assert min(places.y) > VIEW.histogram.counts.max()  # as high as the chart, where none lies too


def test_a_user_is_shown_with_what_was_expected_and_each_anomaly() -> None:
    story = make_user(VIEW)
    figure = user_series(story)
    np.testing.assert_array_equal(trace(figure, "Actual").y, story.series["actual"])
    np.testing.assert_array_equal(trace(figure, "Expected").y, story.series["expected"])
    assert len(trace(figure, "Anomaly").y) == story.anomalous_times
    assert {index for index, _ in trace(figure, "Actual").customdata} == {story.user_index}
    worst = story.series.loc[story.series["score"].idxmax()]
    assert format_count(worst["actual"]) in figure_text(figure)


def test_each_feature_has_its_row_and_the_score_is_the_highest_of_them() -> None:
    story = make_user(VIEW, features=("clicks", "page views"))
    figure = user_series(story)
    assert figure.layout.yaxis.title.text == "Clicks"
    assert figure.layout.yaxis2.title.text == "Page views"
    highest = story.series.groupby("time")["score"].max()
    np.testing.assert_array_equal(trace(figure, "Score").y, highest)
    parts = [trace(figure, name).y for name in ("clicks", "page views")]
    np.testing.assert_allclose(sum(parts), story.series.groupby("time")["error"].mean())
    assert [axis.title.text for axis in user_series(story, feature="clicks").select_yaxes()] == [
        "Clicks per day", "Error", "Score",
    ]  # fmt: skip


def test_of_many_features_the_strangest_three_are_drawn_and_stay_readable() -> None:
    # in `make_user` the score of a feature is that of the first, divided by its number
    names = ("first", "second", "third", "fourth", "fifth")
    figure = user_series(make_user(VIEW, features=names))
    titles = [axis.title.text for axis in figure.select_yaxes()]
    assert titles == ["First", "Second", "Third", "Error", "Score"]
    assert "3 strangest of 5 features" in figure.layout.title.subtitle.text
    margins = 140
    for axis in figure.select_yaxes():
        low, high = axis.domain
        assert (high - low) * (figure.layout.height - margins) >= 70


def test_a_user_without_scores_is_said_to_be_so() -> None:
    story = make_user(VIEW)
    blank = story.series.assign(score=np.nan, expected=np.nan, anomaly=False)
    figure = user_series(dataclasses.replace(story, series=blank, rank=None))
    assert figure_text(figure).endswith("has not been scored.")


@pytest.mark.parametrize(
    "times",
    [pd.Index(range(-3, 37)), pd.date_range("2024-01-01", periods=40, freq="h")],
    ids=["whole numbers", "hours"],
)
def test_times_of_any_kind_can_be_drawn_and_chosen(times: pd.Index) -> None:
    grid = dataclasses.replace(VIEW.grid, times=times)
    view = dataclasses.replace(VIEW, grid=grid, days=VIEW.days.assign(time=times))
    chosen = {key for _, key in trace(score_heatmap(view), "cells").customdata}
    wanted = {str(t) if isinstance(t, int) else t.isoformat() for t in times.tolist()}
    assert chosen == wanted
    assert error_per_day(view.days).to_json()
    assert user_series(make_user(view)).to_json()


def test_an_empty_answer_still_draws() -> None:
    grid = VIEW.grid
    nobody = dataclasses.replace(
        VIEW,
        users=VIEW.users.head(0),
        grid=dataclasses.replace(
            grid,
            users=(),
            **{
                name: getattr(grid, name)[:0]
                for name in ("user_index", "score", "actual", "expected", "anomaly", "feature")
            },
        ),
    )
    assert figure_text(users_ranked(nobody.users, level=4.0)) == "No user matches."
    assert "No cell" in figure_text(score_heatmap(nobody))
