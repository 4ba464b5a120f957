"""How runs are told apart in one chart: each has a letter, a colour, a symbol and a dash."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.theme import palette

LETTERS = "ABCDEF"
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
_SIGNS = "●■◆▲✚★"
_DASHES = ("dash", "dot", "dashdot", "longdash", "longdashdot", "4px,2px")


@dataclass(frozen=True)
class RunMark:
    """The look of one run. `symbol` and `dash` are Plotly's names; `sign` stands in a legend."""

    letter: str
    colour: str
    symbol: str
    sign: str
    dash: str


def run_marks(number: int, *, dark: bool) -> Sequence[RunMark]:
    """Return the looks of the first `number` runs, at most six."""
    colours = palette(dark)
    looks = zip(LETTERS, (*colours.series, colours.anomaly), _SYMBOLS, _SIGNS, _DASHES, strict=True)
    return [RunMark(*look) for look in looks][:number]
