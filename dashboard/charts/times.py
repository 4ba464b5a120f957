"""The time axis: its title, its ticks and its ends, for dates and for whole numbers."""

from collections.abc import Hashable, Sequence

import pandas as pd

from dashboard.charts.format import frequency_of
from dashboard.data.panel import Frequency


def time_title(times: Sequence[Hashable] | pd.Index) -> str:
    """Return the title of a time axis: the name of one time step."""
    return {"hour": "Hour", "day": "Day", "week": "Week, from Monday"}[frequency_of(_index(times))]


def time_ticks(times: Sequence[Hashable] | pd.Index) -> dict[str, object]:
    """Return the settings of an x axis over these times: few ticks, dates on two short lines."""
    index = _index(times)
    if not isinstance(index, pd.DatetimeIndex):
        return {"tickformat": ",d"}
    return {
        "type": "date",
        "tickangle": 0,
        "tickformatstops": [
            {"dtickrange": [None, 86_399_999], "value": "%H:%M\n%-d %b %Y"},
            {"dtickrange": [86_400_000, "M1"], "value": "%-d %b\n%Y"},
            {"dtickrange": ["M1", "M11"], "value": "%b\n%Y"},
            {"dtickrange": ["M12", None], "value": "%Y"},
        ],
    }


def time_in_hover(times: pd.Index) -> str:
    """Return the part of a template of Plotly's that writes the x of a point as `format_time` does."""
    if not isinstance(times, pd.DatetimeIndex):
        return "Day %{x:,d}"
    return {
        Frequency.HOUR: "%{x|%-d %b %Y, %H:%M}",
        Frequency.DAY: "%{x|%a %-d %b %Y}",
        Frequency.WEEK: "Week of %{x|%-d %b %Y}",
    }[frequency_of(times)]


def time_range(times: Sequence[Hashable] | pd.Index) -> list[object]:
    """Return the ends of an axis on which each time step has its full width, and no more."""
    index = _index(times)
    if len(index) < 2:  # noqa: PLR2004
        half = pd.Timedelta(hours=12) if isinstance(index, pd.DatetimeIndex) else 0.5
    else:
        half = (index[1] - index[0]) / 2
    return [index[0] - half, index[-1] + half]


def _index(times: Sequence[Hashable] | pd.Index) -> pd.Index:
    return times if isinstance(times, pd.Index) else pd.Index(times)
