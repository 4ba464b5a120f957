"""The charts and sentences of what is looked at closely."""

import dataclasses

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.charts import Mark, cluster_words, day_sentence, ruler_sentence
from dashboard.charts.grid import POINTED_CELLS
from dashboard.data.panel import Frequency
from dashboard.detection.rulers import Rulers
from dashboard.runs.bands import Bands
from dashboard.runs.groups import Cluster
from dashboard.runs.views import Query
from tests.charts.checked import (
    band_map,
    day_among_its_like,
    error_per_day,
    score_heatmap,
    user_series,
)
from tests.charts.made_up import make_bands, make_day, make_peers, make_user, make_view

VIEW = make_view()


def trace(figure: go.Figure, name: str) -> go.Scatter:
    return next(one for one in figure.data if one.name == name)


def test_below_what_was_expected_has_the_other_end_of_the_colours() -> None:
    layer = score_heatmap(VIEW, colour="deviation").data[0]
    below = VIEW.grid.actual < VIEW.grid.expected
    scored = np.isfinite(VIEW.grid.score)
    assert (np.sign(layer.z[scored & below]) <= 0).all()
    np.testing.assert_allclose(np.abs(layer.z), VIEW.grid.score.astype(np.float32))
    assert layer.zmin == -layer.zmax


def test_rows_names_and_squares_follow_the_order_of_drawing() -> None:
    order = np.arange(len(VIEW.users))[::-1]
    figure = score_heatmap(VIEW, order=order)
    np.testing.assert_array_equal(figure.data[0].z[0], VIEW.grid.score[-1].astype(np.float32))
    squares = trace(figure, "cells")
    first = next(own for row, own in zip(squares.y, squares.customdata, strict=True) if row == 0)
    assert first[0] == VIEW.grid.user_index[-1]
    beside = trace(figure, "Score of each user")
    assert list(beside.x) == VIEW.users["score"].tolist()[::-1]


def test_above_and_beside_the_heatmap_a_click_means_a_day_or_a_user() -> None:
    figure = score_heatmap(VIEW)
    above, beside = trace(figure, "Users with an anomaly"), trace(figure, "Score of each user")
    assert {user for user, _ in above.customdata} == {None}
    assert {time for _, time in beside.customdata} == {None}
    assert (above.yaxis, beside.xaxis) == ("y2", "x2")
    assert figure.layout.yaxis.domain[1] < figure.layout.yaxis2.domain[0]
    assert figure.layout.xaxis.domain[1] < figure.layout.xaxis2.domain[0]


def test_on_a_phone_the_cells_take_the_whole_width_unless_clusters_are_marked() -> None:
    figure = score_heatmap(VIEW, narrow=True)
    assert "Score of each user" not in {each.name for each in figure.data}
    assert figure.layout.xaxis.domain in {None, (0, 1)}
    assert figure.layout.yaxis.domain[1] < figure.layout.yaxis2.domain[0]
    marked = score_heatmap(VIEW, narrow=True, marks=[Mark(1, 0, 3, "4 users up together")])
    assert trace(marked, "Clusters").xaxis == trace(marked, "Score of each user").xaxis == "x2"


def test_a_clusters_mark_stands_beside_its_rows_and_names_its_place_in_the_address() -> None:
    marks = [Mark(1, 0, 3, "4 users up together"), Mark(2, 4, 6, "3 users down together")]
    dots = trace(score_heatmap(VIEW, marks=marks), "Clusters")
    assert list(dots.y) == [1.5, 5]
    assert [list(own) for own in dots.customdata] == [
        [None, None, "cluster", "1"], [None, None, "cluster", "2"],
    ]  # fmt: skip


def test_a_large_heatmap_can_be_pointed_at_in_some_columns_and_at_every_anomaly() -> None:
    figure = score_heatmap(make_view(50, 365))
    squares, dots = trace(figure, "cells"), trace(figure, "Anomaly")
    assert len(squares.y) <= POINTED_CELLS
    assert set(squares.y) == set(range(50))
    assert len(dots.customdata) == len(dots.y)
    assert dots.hovertemplate == squares.hovertemplate
    assert len(figure.to_json()) < 1_500_000


def test_a_band_is_chosen_by_its_ranks() -> None:
    bands = make_bands(VIEW)
    places = trace(band_map(bands), "bands")
    chosen = {row: own[2:] for row, own in zip(places.y, places.customdata, strict=True)}
    assert list(chosen[0]) == ["ranks", "1-5"]
    assert list(chosen[5]) == ["ranks", "26-30"]


def test_a_hundred_bands_of_a_year_are_sent_in_less_than_a_megabyte() -> None:
    random = np.random.default_rng(0)
    score = random.random((100, 365)).astype(np.float32)
    bands = Bands(
        ranks=np.arange(200).reshape(100, 2) * 500,
        users=np.full(100, 1_000),
        times=pd.date_range("2025-01-01", periods=365),
        score=score,
        deviation=score,
        anomalous=np.zeros(score.shape, dtype=int),
    )
    assert len(band_map(bands).to_json()) < 1_000_000


def test_what_is_chosen_is_shaded_among_all_days() -> None:
    figure = error_per_day(VIEW.days, chosen=("2024-02-05", "2024-02-09"))
    shade = figure.layout.shapes[0]
    assert (shade.x0, shade.x1) == ("2024-02-04T12:00:00", "2024-02-09T12:00:00")
    assert not error_per_day(VIEW.days, chosen=("2031-01-01", "2031-01-02")).layout.shapes


def test_users_like_one_are_a_band_behind_it_and_a_stretch_is_seen_closely() -> None:
    story, peers = make_user(VIEW), make_peers(VIEW)
    figure = user_series(story, peers=peers, stretch=(10, 12))
    np.testing.assert_allclose(trace(figure, "Median of users like this one").y, peers.middle[:, 0])
    assert figure.layout.xaxis.range == ("2024-02-03T12:00:00", "2024-02-20T12:00:00")
    seen = story.series.iloc[3:20]
    assert figure.layout.yaxis.range[1] >= seen[["actual", "high"]].max(axis=None)


def test_a_cluster_is_named_by_number_direction_and_days() -> None:
    times = pd.date_range("2026-03-01", periods=20)
    one = Cluster(users=tuple(range(14)), first=11, last=11, above=False)
    assert cluster_words(one, times, Frequency.DAY) == ("14 users down together on Thu 12 Mar 2026")
    longer = dataclasses.replace(one, last=14, above=True)
    assert cluster_words(longer, times, Frequency.DAY) == (
        "14 users up together from Thu 12 Mar 2026 to Sun 15 Mar 2026"
    )


def test_a_day_is_told_against_the_same_weekdays_before() -> None:
    earlier = pd.DataFrame(
        {
            "time": pd.date_range("2026-02-03", periods=5, freq="7D"),
            "actual": [90, 100, 110, 95, 105],
        }
    )
    day = dataclasses.replace(
        make_day(VIEW), time=pd.Timestamp("2026-03-10"), total=32.0, earlier=earlier, score=9.0,
        anomalous_up=1, anomalous_down=3,
    )  # fmt: skip
    assert day_sentence(day, Frequency.DAY, 2_000) == (
        "32 in total, 68% fewer than usual: the median of the 5 Tuesdays before is 100. "
        "Anomalous: 1 user above what was expected, 3 users below. "
        "Everyone moved on this day; that is taken out of the users' scores."
    )
    quiet = dataclasses.replace(day, score=1.0, total=101.0)
    assert "101 in total, as many as usual" in day_sentence(quiet, Frequency.DAY, 2_000)
    assert "It is no event day" in day_sentence(quiet, Frequency.DAY, 2_000)
    assert "event" not in day_sentence(quiet, Frequency.DAY, 12)  # too few users to say
    first = dataclasses.replace(day, earlier=earlier.head(0))
    assert "there is no Tuesday before it" in day_sentence(first, Frequency.DAY, 2_000)


def test_the_day_stands_last_beside_its_like() -> None:
    day = make_day(VIEW)
    figure = day_among_its_like(day, Frequency.DAY, "Clicks")
    bars, named = figure.data[0], figure.layout.xaxis
    assert list(bars.y) == [*day.earlier["actual"], day.total]
    assert bars.customdata[-1][1] == "2024-03-02"
    assert "2 Mar" in named.ticktext
    assert len(named.ticktext) <= 4


@pytest.mark.parametrize(
    ("rulers", "said"),
    [
        (
            Rulers(own=0.08, peers=1.03, everybody=0.99),
            "usual for 10 users like it; as many as usual for everybody else. Users like this one",
        ),
        (Rulers(own=0.08, peers=0.1, everybody=1), "Users like this one fell too, everybody else"),
        (Rulers(own=3.14, peers=2.5, everybody=2.2), "rose too, and so did everybody else"),
        (Rulers(own=3.14, peers=1, everybody=2.2), "3.1 times as many as usual for this user"),
        (Rulers(own=3.14, peers=1, everybody=2.2), "the rulers disagree"),
        (Rulers(own=2, peers=0.5, everybody=1), "moved the other way"),
        (Rulers(own=1.1, peers=1, everybody=1), "The amount is nothing unusual"),
        (Rulers(own=0.2, peers=float("nan"), everybody=1), "80% fewer than usual for this user"),
        (Rulers(own=float("nan"), peers=1, everybody=1), "nothing to compare with"),
    ],
)
def test_three_rulers_say_whether_others_carried_on(rulers: Rulers, said: str) -> None:
    assert said in ruler_sentence(rulers, 10, "On Thu 12 Mar 2026")


def test_a_chosen_day_is_framed_in_the_heatmap() -> None:
    chosen = dataclasses.replace(VIEW, query=Query(time="2024-02-05"))
    frame = score_heatmap(chosen).layout.shapes[0]
    assert frame.x0 < "2024-02-05" < frame.x1
