"""What the Learn page says of numbers and layers."""

import pytest

from dashboard.data.panel import Frequency
from dashboard.detection.outline import describe
from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings
from dashboard.ui.learn.words import (
    batches_sentence,
    counts_sentence,
    layer_lesson,
    shapes_sentence,
)


@pytest.mark.parametrize(
    ("shape", "frequency", "said"),
    [
        ((2_000, 40, 1), Frequency.DAY, "2,000 users of 40 days, 1 count a day"),
        ((1, 2_000, 2), Frequency.HOUR, "one series of 2,000 hours, 2 counts an hour"),
        ((2, 52, 1), Frequency.WEEK, "2 users of 52 weeks, 1 count a week"),
    ],
)
def test_data_is_told_in_one_line(
    shape: tuple[int, int, int], frequency: Frequency, said: str
) -> None:
    assert counts_sentence(shape, frequency) == said


@pytest.mark.parametrize(
    ("users", "size", "said"),
    [
        (2_000, 32, "63 batches of 32, the last of 16"),
        (64, 32, "2 batches of 32"),
        (12, 32, "1 batch of 12"),
        (2_000, 1, "2,000 batches of 1"),
    ],
)
def test_a_smaller_last_batch_is_told(users: int, size: int, said: str) -> None:
    settings = TrainingSettings(batch_size=size, validation_share=0)
    assert batches_sentence(describe((users, 40, 1), settings)) == said


def test_a_batch_is_no_larger_than_there_are_windows() -> None:
    outline = describe(
        (12, 40, 1), TrainingSettings(model="stacked", units=(7,), validation_share=0)
    )
    assert shapes_sentence(outline) == "(12, 40, 1) → (12, 40, 7) → (12, 40, 7) → (12, 40, 1)"


@pytest.mark.parametrize("model", ["encoder-decoder", "stacked"])
def test_the_formula_told_of_a_layer_gives_its_parameters(model: str) -> None:
    inputs = 3
    for layer in MODELS[model].plan(TrainingSettings(units=(7,)), 9, 3):
        told = layer_lesson(layer, inputs, 9, decodes=False)
        if layer.kind == "lstm":
            assert f"4 x 7 units x ({inputs} inputs + 7 units + 1 bias)" in told
            assert f"**{4 * 7 * (inputs + 7 + 1):,}**" in told
        if layer.kind == "output":
            assert "3 outputs x (7 inputs + 1 bias) = **24**" in told
        inputs = layer.output_shape[-1]


def test_each_layer_is_told_by_what_it_hands_on() -> None:
    encoder, repeat, decoder, output = (
        layer_lesson(layer, 7, 9, decodes=place == 2)
        for place, layer in enumerate(MODELS["encoder-decoder"].plan(TrainingSettings(), 9, 1))
    )
    assert "after the *last* step alone, the whole window in 100 numbers" in encoder
    assert "copies the vector of 7 once for each of the 9 steps" in repeat
    assert "given the same numbers at each, yet makes different ones" in decoder
    assert "used anew at each of the 9 steps: 7 numbers in, 1 count out" in output
