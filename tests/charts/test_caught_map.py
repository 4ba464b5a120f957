"""The map of what was caught: numbers in the cells, sorts in words."""

import pytest

from dashboard.charts import figure_text
from dashboard.charts.caught_map import ink_on, sort_name
from dashboard.data.panel import Frequency
from dashboard.detection.caught import Caught
from tests.charts.checked import caught_map
from tests.charts.made_up import CAUGHT

WHERE = "among the first 20 users"
TITLES = {"net": "Encoder-decoder", "pca": "PCA"}


@pytest.mark.parametrize(
    ("sort", "words"),
    [
        (("spike", 10.0, 1), "Spike 10x"),
        (("surge", 2.0, 5), "Surge 2x, 5 hours"),
        (("slump", 10 / 3, 10), "Slump to 0.3, 10 hours"),
        (("weekday shift", None, 7), "Weekday shift, 7 hours"),
    ],
)
def test_a_sort_is_said_in_words(sort: tuple, words: str) -> None:
    assert sort_name(Caught(*sort, planted=1, caught={}), Frequency.HOUR) == words


def test_each_cell_says_how_many_of_how_many() -> None:
    layer, numbers = caught_map(CAUGHT, TITLES, WHERE, Frequency.DAY).data
    assert dict(zip(zip(numbers.y, numbers.x, strict=True), numbers.text, strict=True)) == {
        (0, 0): "94 of 100",
        (0, 1): "60 of 100",
        (1, 0): "8 of 80",
        (1, 1): "12 of 80",
        (2, 0): "12 of 100",
        (2, 1): "0 of 100",
    }
    assert layer.z.tolist() == [[0.94, 0.6], [0.1, 0.15], [0.12, 0.0]]


def test_numbers_are_black_on_pale_cells_and_white_on_deep_ones() -> None:
    greys = ("#ffffff", "#777777", "#000000")
    # of the greys, contrast with black and with white is the same at about #757575
    assert [ink_on(share, greys) for share in (0, 0.5, 0.52, 1)] == [
        "#000000",
        "#000000",
        "#ffffff",
        "#ffffff",
    ]


def test_the_text_tells_totals_and_ends() -> None:
    text = figure_text(caught_map(CAUGHT, TITLES, WHERE, Frequency.DAY))
    assert text.startswith("Of 280 planted anomalies these are shown among the first 20 users:")
    assert "Encoder-decoder 114, PCA 72." in text
    assert "most of spike 3x (94 of 100) and least of slump to 0.3, 5 days (8 of 80)" in text


def test_the_text_says_where_a_model_shows_none() -> None:
    none = [Caught("spike", 3.0, 1, 100, {"net": 0, "pca": 60})]
    text = figure_text(caught_map(none, TITLES, WHERE, Frequency.DAY))
    assert text.endswith("Encoder-decoder shows none.")
