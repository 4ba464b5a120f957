import dataclasses
import re
from collections.abc import Callable, Iterator

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.charts import Mark, figure_text
from dashboard.charts.measured import read_spike, read_unrolling
from dashboard.charts.theme import DARK, LIGHT
from dashboard.data.panel import Frequency
from dashboard.runs.views import Query
from tests.charts.checked import (
    band_map,
    batch_block,
    batches_of_an_epoch,
    caught_map,
    counts_heatmap,
    day_among_its_like,
    error_per_day,
    layer_step,
    loss_curves,
    losses_compared,
    ranks_compared,
    score_distribution,
    score_heatmap,
    spike_followed,
    time_loop,
    totals_per_day,
    unrolling_compared,
    user_compared,
    user_series,
    users_ranked,
    windows_of_a_user,
    windows_over_a_step,
)
from tests.charts.made_up import (
    CAUGHT,
    HISTORY,
    HOSTILE,
    make_bands,
    make_day,
    make_panel,
    make_peers,
    make_standings,
    make_user,
    make_view,
)

VIEW = make_view()
PANEL = make_panel(features=3)
HOSTILE_ROW = list(VIEW.grid.users).index(HOSTILE[0])
Draw = Callable[[bool], go.Figure]
FIGURES: dict[str, Draw] = {
    "caught": lambda dark: caught_map(
        CAUGHT,
        {"net": "<i>Net</i>", "pca": "PCA"},
        "among the first 20 users",
        Frequency.DAY,
        dark=dark,
    ),
    "counts": lambda dark: counts_heatmap(PANEL, dark=dark),
    "counts-of-a-feature": lambda dark: counts_heatmap(PANEL, 5, "<i>searches</i>", dark=dark),
    "totals": lambda dark: totals_per_day(PANEL, "<i>searches</i>", dark=dark),
    "days": lambda dark: error_per_day(VIEW.days, dark=dark),
    "users": lambda dark: users_ranked(VIEW.users, level=VIEW.level, dark=dark),
    "users-by-error": lambda dark: users_ranked(VIEW.users, by="error", dark=dark),
    "heatmap": lambda dark: score_heatmap(VIEW, dark=dark),
    "heatmap-of-clusters": lambda dark: score_heatmap(
        VIEW,
        colour="deviation",
        order=np.arange(len(VIEW.users))[::-1],
        marks=[Mark(1, 0, 3, "4 users up together"), Mark(2, 4, 6, "3 users down together")],
        dark=dark,
    ),
    "heatmap-of-many": lambda dark: score_heatmap(make_view(130), dark=dark),
    "heatmap-of-a-day": lambda dark: score_heatmap(
        dataclasses.replace(VIEW, query=Query(time="2024-02-05")), dark=dark
    ),
    "bands": lambda dark: band_map(make_bands(VIEW), dark=dark),
    "bands-by-deviation": lambda dark: band_map(make_bands(VIEW), colour="deviation", dark=dark),
    "days-of-a-series": lambda dark: error_per_day(VIEW.days, alone=True, dark=dark),
    "days-with-a-range": lambda dark: error_per_day(
        VIEW.days, chosen=("2024-02-05", "2024-02-09"), of="Over these 3 users", dark=dark
    ),
    "day": lambda dark: day_among_its_like(
        make_day(VIEW), Frequency.DAY, "&lt;i&gt;Searches&lt;/i&gt;", dark=dark
    ),
    "user-among-its-like": lambda dark: user_series(
        make_user(VIEW, HOSTILE_ROW, ("clicks", "<a href='x'>")),
        peers=make_peers(VIEW, HOSTILE_ROW),
        stretch=(10, 12),
        dark=dark,
    ),
    "distribution": lambda dark: score_distribution(VIEW.histogram, VIEW.level, dark=dark),
    "user": lambda dark: user_series(
        make_user(VIEW, HOSTILE_ROW, ("clicks", "<a href='x'>")), dark=dark
    ),
    "user-in-three-runs": lambda dark: user_compared(
        [make_user(VIEW, HOSTILE_ROW, ("clicks", "<a href='x'>"))] * 3, dark=dark
    ),
    "ranks-in-two-runs": lambda dark: ranks_compared(
        make_standings(VIEW), 10, ("A", "C"), dark=dark
    ),
    "losses-of-six-runs": lambda dark: losses_compared([HISTORY, [], *[HISTORY] * 4], dark=dark),
    "losses-of-baselines": lambda dark: losses_compared([[], []], dark=dark),
    "loss": lambda dark: loss_curves(HISTORY, dark=dark),
    "loss-on-a-log-scale": lambda dark: loss_curves(HISTORY, log=True, dark=dark),
    "loss-before-the-first-epoch": lambda dark: loss_curves([], epochs=30, dark=dark),
    "windows-of-a-user": lambda dark: windows_of_a_user(
        PANEL.values[0], PANEL.features, np.array([0, 4, 8]), 12, Frequency.DAY, dark=dark
    ),
    "a-batch": lambda dark: batch_block(PANEL.values, 30, left=0, dark=dark),
    "an-epoch": lambda dark: batches_of_an_epoch(np.array([32] * 90 + [7]), dark=dark),
    "what-goes-into-a-model": lambda dark: layer_step(
        None, PANEL.values[0], "Input", 30, steps=40, dark=dark
    ),
    "a-layer": lambda dark: layer_step(
        PANEL.values[0], np.linspace(-1, 1, 8), "LSTM", 30, steps=40, dark=dark
    ),
    "windows-over-a-step": lambda dark: windows_over_a_step(
        20, np.arange(31), 10, [(1, np.ones(40)), (10, np.ones(40))], Frequency.HOUR, dark=dark
    ),
    "the-loop": lambda dark: time_loop(
        40, 1, 100, returns_sequences=True, unrolled=False, dark=dark
    ),
    "the-loop-unrolled": lambda dark: time_loop(
        40, 3, 100, returns_sequences=False, unrolled=True, dark=dark
    ),
    "unrolling-measured": lambda dark: unrolling_compared(
        read_unrolling(), {"encoder-decoder": "A", "stacked": "B"}, dark=dark
    ),
    "a-spike-followed": lambda dark: spike_followed(
        read_spike(), {"encoder-decoder": "A", "stacked": "B"}, dark=dark
    ),
}
TEMPLATES = {
    "%{hovertext}, %{x|%a %-d %b %Y}, score %{text}<extra></extra>",
    "<b>%{hovertext}</b><br>%{x|%a %-d %b %Y}<br>Score: %{text}<extra></extra>",
}
every_figure = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES.keys())


def texts(part: object) -> Iterator[str]:
    """Every text anywhere in a figure."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from texts(value)
    elif isinstance(part, (list, tuple, np.ndarray)):
        for value in part:
            yield from texts(value)


@every_figure
def test_a_figure_has_a_title_axis_titles_and_a_text_alternative(draw: Draw) -> None:
    figure = draw(False)
    assert figure.layout.title.text
    axes = [*figure.select_xaxes(), *figure.select_yaxes()]
    titled = [axis for axis in axes if axis.title.text]
    unlabelled = [axis for axis in axes if not axis.title.text and axis.showticklabels is not False]
    assert titled
    assert not unlabelled
    assert re.fullmatch(r"\S.*\.", figure_text(figure))


@every_figure
def test_a_figure_is_drawn_for_its_background(draw: Draw) -> None:
    for dark, colours in ((False, LIGHT), (True, DARK)):
        figure = draw(dark)
        assert figure.layout.font.color == colours.ink
        assert figure.layout.paper_bgcolor == colours.surface  # a saved picture has one
    assert draw(False).to_json() != draw(True).to_json()


@every_figure
def test_a_name_cannot_bring_markup_of_its_own(draw: Draw) -> None:
    figure = draw(False)
    for text in texts(figure.to_plotly_json()):
        if "<" in text and text not in {figure_text(figure), *TEMPLATES}:
            tags = set(re.findall(r"<[^>]*>", text))
            ours = re.compile(r'<br>|</?b>|<span style="color:#[0-9a-f]{6}">|</span>')
            assert all(ours.fullmatch(tag) for tag in tags), text
            assert "<b>bold" not in text


@every_figure
def test_a_figure_can_be_written_and_asks_for_no_template_of_data(draw: Draw) -> None:
    figure = draw(False)
    templates = {trace.hovertemplate for trace in figure.select_traces()} - {None}
    assert templates <= TEMPLATES  # in another one, a name could name a field
    assert go.Figure(figure.to_plotly_json()).layout.title.text == figure.layout.title.text
