"""One finding in words and as a chart: sizes that can be checked by hand, names that do no harm."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from dashboard.charts import figure_text, finding_sentence
from dashboard.data.panel import Frequency
from tests.charts.checked import finding_chart
from tests.charts.made_up import HOSTILE, make_user, make_view

DAYS = pd.date_range("2026-03-02", periods=30)


def finding(**facts: object) -> SimpleNamespace:
    usual = {
        "kind": "spike", "direction": "up", "feature": "clicks", "features": ("clicks",),
        "first": 8, "last": 8, "steps": 1, "actual": 400.0, "expected": 12.0, "ratio": 400 / 12,
    }  # fmt: skip
    return SimpleNamespace(**{**usual, **facts})


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "400 clicks on Tue 10 Mar 2026, where 12 were expected: 33.3 times as many."),
        (
            {
                "kind": "silence",
                "last": 10,
                "steps": 3,
                "actual": 0.0,
                "expected": 61.5,
                "ratio": 0.0,
            },
            "No clicks from Tue 10 Mar 2026 to Thu 12 Mar 2026, 3 days, where 61.5 were expected.",
        ),
        (
            {"kind": "slump", "actual": 30.0, "expected": 40.0, "ratio": 0.75},
            "30 clicks on Tue 10 Mar 2026, where 40 were expected: 25% fewer.",
        ),
        (
            {"kind": "flat", "actual": 36.0, "expected": 40.0, "ratio": 0.9},
            "36 clicks on Tue 10 Mar 2026, where 40 were expected: the same count again and again.",
        ),
        (
            {"kind": "surge", "actual": 5.0, "expected": 0.0, "ratio": np.inf},
            "5 clicks on Tue 10 Mar 2026, where 0 were expected.",
        ),
        (
            {"features": ("clicks", "page views"), "actual": 15.0, "ratio": 1.25},
            "15 clicks on Tue 10 Mar 2026, where 12 were expected: 25% more. Odd as well: page views.",
        ),
    ],
)
def test_a_finding_is_told_in_a_sentence(facts: dict[str, object], said: str) -> None:
    assert finding_sentence(finding(**facts), DAYS, Frequency.DAY) == said


@pytest.mark.parametrize(
    ("times", "frequency", "when"),
    [
        (pd.date_range("2026-03-02", periods=30, freq="h"), Frequency.HOUR, "at 2 Mar 2026, 08:00"),
        (
            pd.date_range("2026-03-02", periods=30, freq="7D"),
            Frequency.WEEK,
            "in the week of 27 Apr 2026",
        ),
        (pd.Index(range(1, 31)), Frequency.DAY, "on day 9"),
    ],
)
def test_the_time_is_told_by_its_frequency(
    times: pd.Index, frequency: Frequency, when: str
) -> None:
    assert f"400 clicks {when}, where" in finding_sentence(finding(), times, frequency)


def test_the_chart_shows_the_stretch_on_a_shaded_ground() -> None:
    view = make_view()
    story = make_user(view, list(view.grid.users).index(HOSTILE[0]), ("clicks",))
    times = pd.Index(story.series["time"].drop_duplicates())
    figure = finding_chart(finding(first=3, last=4), story)
    half = (times[1] - times[0]) / 2
    shaded = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert {(pd.Timestamp(each.x0), pd.Timestamp(each.x1)) for each in shaded} == {
        (times[3] - half, times[4] + half)
    }
    assert figure_text(figure)
    assert HOSTILE[0] not in figure.layout.title.text
