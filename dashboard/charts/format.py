"""Numbers, times and names as a person reads them: the same on pages, in charts and in reports.

Every function returns plain text. What is missing (None, NaN, infinite) reads `MISSING`.
"""

import math
import unicodedata
from collections.abc import Hashable

import pandas as pd

from dashboard.data.panel import Frequency
from dashboard.detection.thresholds import Threshold

MISSING = "—"
MINUTE, HOUR, DAY = 60, 3_600, 86_400
_KIBI = 1_024
_SMALLEST_P_VALUE = 0.0001
_WHOLE_ABOVE = 100
_WEEK = pd.Timedelta(days=7)
_ONE_DAY = pd.Timedelta(days=1)
# Marks that turn or hide the text around them, so that a name could pose as another.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def format_count(value: float | None) -> str:
    """Return a count or an amount: `1,234`; below 100 with up to two decimals: `3.25`."""
    if not _is_number(value):
        return MISSING
    if abs(value) >= _WHOLE_ABOVE or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.2f}".rstrip("0").rstrip(".")


def format_number_of(number: int, thing: str) -> str:
    """Return a number of things: `1 user`, `2,000 users`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def format_score(value: float | None) -> str:
    """Return a score with two decimals: `3.46`, `1,204.00`."""
    return f"{value:,.2f}" if _is_number(value) else MISSING


def format_error(value: float | None) -> str:
    """Return an error with three figures that count: `0.0213`, `0.00000412`, `12.3`."""
    if not _is_number(value):
        return MISSING
    if value == 0:
        return "0"
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{decimals}f}" if decimals <= 8 else f"{value:.2e}"  # noqa: PLR2004


def format_p_value(value: float | None) -> str:
    """Return a p-value: `0.031`, and `< 0.0001` where it is smaller."""
    if not _is_number(value):
        return MISSING
    if value < _SMALLEST_P_VALUE:
        return f"< {_SMALLEST_P_VALUE}"
    return f"{value:.2g}" if value < 0.1 else f"{value:.2f}"  # noqa: PLR2004


def format_share(value: float | None) -> str:
    """Return a share between 0 and 1 as a percentage: `12.3%`, `0.05%`."""
    if not _is_number(value):
        return MISSING
    percent = 100 * value + 0.0  # -0.0 reads as 0
    if percent and abs(percent) < 0.01:  # noqa: PLR2004
        return "< 0.01%"
    return f"{percent:.2f}".rstrip("0").rstrip(".") + "%"


def format_duration(seconds: float | None) -> str:
    """Return a length of time in its two largest units: `0.4 s`, `2 min 5 s`, `1 h 3 min`."""
    if not _is_number(seconds):
        return MISSING
    if seconds < 9.95:  # noqa: PLR2004
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return _two(whole // MINUTE, "min", whole % MINUTE, "s")
    if whole < DAY:
        return _two(whole // HOUR, "h", whole % HOUR // MINUTE, "min")
    return _two(whole // DAY, "d", whole % DAY // HOUR, "h")


def format_bytes(size: float | None) -> str:
    """Return a size in binary units: `812 B`, `1.2 MiB`."""
    if not _is_number(size):
        return MISSING
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(size) < _KIBI:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= _KIBI
    return f"{size:,.1f} TiB"


def format_time(time: Hashable, frequency: Frequency = Frequency.DAY) -> str:
    """Return one time step: `Thu 14 Mar 2024`, `14 Mar 2024, 13:00`, `Week of 11 Mar 2024`, `Day 7`.

    Whole numbers are days that have a number instead of a date.
    """
    if not isinstance(time, pd.Timestamp) and not hasattr(time, "isoformat"):
        number = _as_whole_number(time)
        if number is not None:
            return f"Day {number:,}"
    stamp = pd.Timestamp(time)
    date = f"{stamp.day} {stamp:%b %Y}"
    if frequency is Frequency.HOUR:
        return f"{date}, {stamp:%H:%M}"
    if frequency is Frequency.WEEK:
        return f"Week of {date}"
    return f"{stamp:%a} {date}"


def time_in_sentence(time: Hashable, frequency: Frequency = Frequency.DAY) -> str:
    """Return one time step as it stands within a sentence: `the week of 11 Mar 2024`, `day 7`."""
    told = format_time(time, frequency)
    return told.replace("Week of", "the week of", 1).replace("Day ", "day ", 1)


def format_threshold(threshold: Threshold) -> str:
    """Return a threshold in words: `an alert budget of 20 users`."""
    return {
        "budget": f"an alert budget of {format_count(threshold.amount)} users",
        "rate": f"a false-alarm rate of {format_share(threshold.amount)} of cells",
        "fdr": f"a false-discovery rate of {format_share(threshold.amount)} of the cells flagged",
        "value": f"a plain score of {format_score(threshold.amount)}",
    }[threshold.kind]


def frequency_of(times: pd.Index) -> Frequency:
    """Return the frequency of a regular row of times, as a panel has it. One time alone is a day."""
    if not isinstance(times, pd.DatetimeIndex):
        return Frequency.DAY
    if len(times) < 2:  # noqa: PLR2004
        clock = len(times) and times[0] != times[0].normalize()
        return Frequency.HOUR if clock else Frequency.DAY
    step = (times[1:] - times[:-1]).min()
    if step >= _WEEK:
        return Frequency.WEEK
    return Frequency.DAY if step >= _ONE_DAY else Frequency.HOUR


def format_name(name: str, longest: int = 28) -> str:
    """Return a name from a file as one visible line of at most `longest` characters.

    A tab or a line end reads as a space; other control marks and marks of writing direction, which
    could hide or turn the text around them, as a replacement mark; the middle of a long name becomes an ellipsis.
    """
    name = str(name)
    plain = name.isascii() and name.isprintable()  # as nearly all are
    seen = name if plain else "".join(_visible(mark) for mark in name)
    if not seen.strip():
        return f"(blank, {len(seen)})" if seen else "(empty)"
    if len(seen) <= longest:
        return seen
    head = (longest - 1) * 2 // 3
    return f"{seen[:head].rstrip()}…{seen[len(seen) - (longest - 1 - head) :].strip()}"


def sentence(text: str) -> str:
    """Return a text with a capital first letter, and the rest as it is."""
    return text[:1].upper() + text[1:]


def plotly_text(text: str) -> str:
    """Return a text so that Plotly, which reads `<b>` or `<a href>` as markup, shows it as it is."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def name_in_chart(name: str, longest: int = 28) -> str:
    """Return a name from a file, shortened and safe to stand in a chart's labels."""
    return plotly_text(format_name(name, longest))


def _is_number(value: float | None) -> bool:
    return value is not None and value is not pd.NA and math.isfinite(value)


def _visible(mark: str) -> str:
    if mark in "\t\n\r":
        return " "
    joins_emoji = mark == "\N{ZERO WIDTH JOINER}"
    hidden = unicodedata.category(mark) in _UNSEEN and not joins_emoji
    return "\N{REPLACEMENT CHARACTER}" if hidden else mark


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"


def _as_whole_number(time: Hashable) -> int | None:
    try:
        number = int(str(time))
    except ValueError:
        return None
    return number
