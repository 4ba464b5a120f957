"""The drawings of the Learn page hold true shapes and true numbers."""

from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.charts import figure_text, format_shape, model_drawing
from dashboard.charts.measured import (
    Course,
    Followed,
    Spike,
    Unrolled,
    Unrolling,
    read_spike,
    read_unrolling,
)
from dashboard.data.panel import Frequency
from dashboard.detection.lesson import batch_sizes, windows_over
from dashboard.detection.models.untrained import draw_weights, pass_through
from dashboard.detection.outline import describe
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.windows import window_starts
from tests.charts.checked import (
    batch_block,
    batches_of_an_epoch,
    layer_step,
    spike_followed,
    time_loop,
    unrolling_compared,
    windows_of_a_user,
    windows_over_a_step,
)
from tests.charts.made_up import LAYERS

ROOT = Path(__file__).parents[2]
TITLES = {"encoder-decoder": "Encoder-decoder", "stacked": "Stacked"}


def words(figure: go.Figure) -> str:
    return " ".join(note.text for note in figure.layout.annotations)


def heatmaps(figure: go.Figure) -> list[tuple[int, ...]]:
    return [np.shape(trace.z) for trace in figure.data if trace.type == "heatmap"]


@pytest.mark.parametrize("model", TITLES)
@pytest.mark.parametrize(("window", "features", "units"), [(40, 1, 100), (7, 3, 4)])
def test_each_layer_is_drawn_with_the_shapes_of_the_outline(
    model: str, window: int, features: int, units: int
) -> None:
    settings = TrainingSettings(model=model, window=window, units=(units,))
    outline = describe((50, 60, features), settings)
    given = np.zeros((window, features))
    made = pass_through(outline.layers, draw_weights(outline.layers, features), given)
    assert [tensor.shape for tensor in made] == [layer.output_shape[1:] for layer in outline.layers]
    for before, after in zip([given, *made], made, strict=False):
        figure = layer_step(before, after, "layer", 32, steps=window)
        # time runs to the right: a matrix (steps, numbers) lies turned, a vector is one column
        assert heatmaps(figure) == [
            tensor.T.shape if tensor.ndim > 1 else (len(tensor), 1) for tensor in (before, after)
        ]
        assert format_shape((32, *after.shape)) in words(figure)


def test_a_vector_stands_at_the_last_step() -> None:
    figure = layer_step(np.zeros((40, 1)), np.ones(100), "LSTM", 32, steps=40)
    vector = figure.data[1]
    assert (vector.x0, vector.dx) == (pytest.approx(40.5 - vector.dx / 2), pytest.approx(40 / 36))
    assert "(32, 40, 1) and makes one of (32, 100)" in figure_text(figure)


@pytest.mark.parametrize("steps", [2, 7, 40])
def test_the_windows_behind_lie_within_the_chart_however_short_they_are(steps: int) -> None:
    figure = layer_step(None, np.ones((steps, 1)), "Input", 32, steps=steps)
    assert max(sheet.x1 for sheet in figure.layout.shapes) <= figure.layout.xaxis.range[1]


def test_a_batch_is_drawn_window_by_window_up_to_64() -> None:
    block = np.arange(100 * 5 * 2).reshape(100, 5, 2)
    figure = batch_block(block, 100, left=20)
    assert heatmaps(figure) == [(64, 5)]
    np.testing.assert_allclose(figure.data[0].z, np.log1p(block[:64, :, 0]), rtol=1e-6)
    assert figure.layout.title.text == "One batch: (100, 5, 2)"
    assert "first 64 of 100" in figure.layout.title.subtitle.text


@pytest.mark.parametrize("batches", [1, 2, 63, 80, 81, 5_000])
def test_every_batch_is_a_bar_or_the_middle_is_left_out_and_said(batches: int) -> None:
    sizes = batch_sizes(batches * 32 - 16, 32)
    figure = batches_of_an_epoch(sizes)
    bars = figure.data[0]
    assert bars.y[-1] == 16
    assert len(bars.y) == (batches if batches <= 80 else 26)
    assert len(set(bars.x)) == len(bars.x)
    assert ("…" in words(figure)) == (batches > 80)
    assert f"{batches:,} batch" in figure.layout.title.text


def test_the_first_windows_of_a_user_begin_a_stride_apart() -> None:
    starts = window_starts(60, 10, 4)
    figure = windows_of_a_user(np.ones((60, 2)), ("a", "b"), starts, 10, Frequency.DAY)
    bars = next(trace for trace in figure.data if trace.type == "bar")
    assert list(bars.base) == [0.5 + 4 * place for place in range(12)]
    assert set(bars.x) == {10}
    lines = [trace for trace in figure.data if trace.type == "scatter"]
    assert {len(line.x) for line in lines} == {11 * 4 + 10}  # up to the end of the twelfth
    assert "cut into 14 windows of 10 time steps x 2 features" in figure_text(figure)


def test_the_time_step_that_is_named_lies_above_all_lines() -> None:
    counts = np.array([[3, 5], [4, 6], [8, 9], [1, 2]])
    figure = windows_of_a_user(counts, ("a", "b"), np.array([0]), 4, Frequency.DAY)
    (note,) = [note for note in figure.layout.annotations if "one time step" in note.text]
    assert (note.x, note.y, note.text) == (3, 9, "one time step: day 3")


def test_over_the_middle_of_a_series_lie_as_many_windows_as_are_counted() -> None:
    over = windows_over(2_000, 40, 1)
    figure = windows_over_a_step(1_000, window_starts(2_000, 40, 1), 40, [(1, over)], Frequency.DAY)
    assert len(figure.data[0].base) == over[1_000] == 40
    assert "Day 1,001 of 2,000 is covered by 40 windows of 40" in figure_text(figure)
    line = figure.data[1]  # only where it turns: the ramps and both ends of the level between
    assert len(line.x) == 40 + 40
    assert np.interp([1, 20, 1_000, 2_000], line.x, line.y).tolist() == [1, 20, 40, 1]


@pytest.mark.parametrize(
    ("steps", "unrolled", "returns_sequences", "cells", "outputs"),
    [
        (40, False, True, 1, 1),
        (40, True, True, 4, 4),
        (40, True, False, 4, 1),
        (3, True, True, 3, 3),
    ],
)
def test_a_loop_has_one_cell_and_unrolled_one_for_each_step(
    *, steps: int, unrolled: bool, returns_sequences: bool, cells: int, outputs: int
) -> None:
    figure = time_loop(steps, 1, 100, returns_sequences=returns_sequences, unrolled=unrolled)
    assert words(figure).count("<b>LSTM</b>") == cells
    assert words(figure).count("100 numbers") == outputs
    assert ("…" in words(figure)) == (unrolled and steps > 4)


def test_ratios_are_those_of_the_seconds_that_are_drawn() -> None:
    loop = Course(first_epoch=4, epoch=2, clock=1, losses=(0.5, 0.25))
    unrolled = Course(first_epoch=12, epoch=1, clock=1, losses=(0.5, 0.2))
    one = Unrolled(model="stacked", loop=loop, unrolled=unrolled)
    assert (one.ratio, one.first_ratio, one.apart) == (0.5, 3.0, pytest.approx(0.25))
    kept = read_unrolling()
    found = Unrolling(**{**kept.model_dump(), "models": [one.model_dump()]})
    figure = unrolling_compared(found, TITLES)
    assert [list(trace.x) for trace in figure.data] == [[4, 2], [12, 1]]
    assert "2.0 processor seconds an epoch as a loop and 1.0 unrolled" in figure_text(figure)


def test_what_is_kept_was_measured_as_it_says() -> None:
    unrolling, spike = read_unrolling(), read_spike()
    for found in (unrolling, spike):
        python, as_module, program, *_ = found.command.split()
        assert (python, as_module) == ("python", "-m")
        assert (ROOT / f"{program.replace('.', '/')}.py").is_file()
        assert set(found.versions) == {"tensorflow", "keras"}
        assert "cores" in found.machine
        assert [one.model for one in found.models] == list(TITLES)
    assert (unrolling.windows, unrolling.steps, unrolling.units) == (2_000, 40, 100)
    for one in unrolling.models:
        assert one.apart < 1e-3  # unrolling changes no result but by rounding
    narrow, wide = spike.models
    assert narrow.usual < 0.1  # the vector stands in the way of copying
    assert wide.usual > 0.5
    assert len(spike.times) == len(spike.counts)
    change = spike.counts[spike.day] - spike.without
    for one in spike.models:
        led = one.after[spike.day] - one.before[spike.day]
        assert one.copied == pytest.approx(led / change, abs=1e-3)


def test_how_far_a_model_is_off_leaves_out_the_spike() -> None:
    kept = read_spike()
    one = Followed(
        model="stacked", before=(), after=(1, 5, 6), copied=0, usual=0, carriers=1, epochs=1
    )
    found = Spike(**{**kept.model_dump(), "counts": (3, 90, 7), "day": 1, "models": []})
    assert found.off_elsewhere(one) == (2 + 1) / 2


def test_a_spike_is_ringed_in_both_models() -> None:
    spike = read_spike()
    figure = spike_followed(spike, TITLES)
    rings = [trace for trace in figure.data if trace.mode == "markers"]
    assert [list(ring.y) for ring in rings] == [[spike.counts[spike.day]]] * 2
    assert all(title in words(figure) for title in TITLES.values())


def test_the_layer_at_which_one_stands_is_marked() -> None:
    assert model_drawing(LAYERS).count("aria-current") == 0
    marked = model_drawing(LAYERS, at=1)
    assert marked.count('aria-current="step"') == 1
    assert 'aria-current="step"><b>Repeat 40 times' in marked
