from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.format import (
    MISSING,
    format_bytes,
    format_count,
    format_duration,
    format_error,
    format_name,
    format_p_value,
    format_score,
    format_share,
    format_threshold,
    format_time,
    frequency_of,
    plotly_text,
)
from dashboard.data.panel import Frequency
from dashboard.detection.thresholds import Threshold

NOON = pd.Timestamp("2024-03-14 12:00")


@dataclass(frozen=True)
class Case:
    shown: str
    wanted: str


@pytest.mark.parametrize(
    "case",
    [
        Case(format_count(0), "0"),
        Case(format_count(1234567), "1,234,567"),
        Case(format_count(3.25), "3.25"),
        Case(format_count(3.999), "4"),
        Case(format_count(1234.6), "1,235"),
        Case(format_score(1204), "1,204.00"),
        Case(format_error(0.021349), "0.0213"),
        Case(format_error(0), "0"),
        Case(format_error(12.345), "12.3"),
        Case(format_error(3e-12), "3.00e-12"),
        Case(format_p_value(0.03149), "0.031"),
        Case(format_p_value(0.00001), "< 0.0001"),
        Case(format_p_value(1), "1.00"),
        Case(format_share(0.1234), "12.34%"),
        Case(format_share(0), "0%"),
        Case(format_share(-0.0), "0%"),
        Case(format_share(0.00001), "< 0.01%"),
        Case(format_duration(0.42), "0.4 s"),
        Case(format_duration(59.7), "1 min"),
        Case(format_duration(125), "2 min 5 s"),
        Case(format_duration(3_600), "1 h"),
        Case(format_duration(90_000), "1 d 1 h"),
        Case(format_bytes(812), "812 B"),
        Case(format_bytes(1_258_291), "1.2 MiB"),
        Case(format_time(NOON), "Thu 14 Mar 2024"),
        Case(format_time(NOON, Frequency.HOUR), "14 Mar 2024, 12:00"),
        Case(format_time(pd.Timestamp("2024-03-11"), Frequency.WEEK), "Week of 11 Mar 2024"),
        Case(format_time(-3), "Day -3"),
        Case(format_threshold(Threshold(kind="budget", amount=20)), "an alert budget of 20 users"),
        Case(
            format_threshold(Threshold(kind="fdr", amount=0.1)),
            "a false-discovery rate of 10% of the cells flagged",
        ),
    ],
    ids=lambda case: case.wanted,
)
def test_a_value_reads_as_wanted(case: Case) -> None:
    assert case.shown == case.wanted


@pytest.mark.parametrize(
    "write",
    [format_count, format_score, format_error, format_p_value, format_share, format_duration],
)
@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), pd.NA])
def test_what_is_missing_reads_as_missing(
    write: Callable[[float | None], str], value: float | None
) -> None:
    assert write(value) == MISSING


@given(st.text(max_size=200), st.integers(min_value=4, max_value=60))
def test_a_name_is_one_visible_line_that_fits(name: str, longest: int) -> None:
    shown = format_name(name, longest)
    assert shown.strip()
    assert len(shown) <= max(longest, len("(blank, 200)"))
    assert not set(shown) & set("\n\r\t\x00\u202e\u2066\u200b")


@given(st.text(max_size=60))
def test_escaped_text_holds_no_markup_and_comes_back_whole(text: str) -> None:
    safe = plotly_text(text)
    assert "<" not in safe
    assert ">" not in safe
    assert safe.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


def test_two_long_names_with_different_ends_stay_apart() -> None:
    assert format_name("department-of-" * 5 + "A") != format_name("department-of-" * 5 + "B")


@pytest.mark.parametrize("frequency", list(Frequency))
def test_the_frequency_is_seen_in_the_times(frequency: Frequency) -> None:
    times = pd.date_range("2024-01-01", periods=5, freq=frequency.pandas_offset)
    assert frequency_of(times) is frequency


def test_whole_numbers_count_as_days() -> None:
    assert frequency_of(pd.Index([1, 2, 3])) is Frequency.DAY
