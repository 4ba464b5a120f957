"""Two runs' rankings against each other: one point a user."""

import numpy as np
import pandas as pd

from dashboard.charts.figure import Figure, Trace, scatter
from dashboard.charts.format import format_count, format_number_of, format_score, name_in_chart
from dashboard.charts.marks import legend
from dashboard.charts.theme import Palette, finish, palette

MOST_OTHERS = 2_000  # of the users whom neither run puts first, so many are drawn
_MANY = 100


def ranks_compared(
    users: pd.DataFrame, k: int, letters: tuple[str, str], *, dark: bool = False
) -> Figure:
    """Draw each user's rank in one run against that in another, on log scales.

    users: user_index, user, rank_0, score_0, rank_1, score_1; those that both runs scored.
    k: how many of the first are marked. letters: how the two runs are called.
    customdata: [user_index, None].
    """
    colours = palette(dark)
    first, second = (users[f"rank_{run}"].to_numpy() <= k for run in (0, 1))
    groups = (
        ("·", "Neither", "circle", colours.expected, _thinned(~first & ~second)),
        ("▶", f"{letters[0]} only", "triangle-right", colours.series[0], first & ~second),
        ("▲", f"{letters[1]} only", "triangle-up", colours.series[1], second & ~first),
        ("◆", "Both", "diamond", colours.anomaly, first & second),
    )
    figure = Figure()
    for _, name, symbol, colour, chosen in groups:
        if chosen.any():
            small = name == "Neither"
            figure.add_trace(
                _points(
                    users[chosen],
                    letters,
                    name,
                    marker={"symbol": symbol, "color": colour, "size": 5 if small else 10},
                )
            )
    last = max(int(users[["rank_0", "rank_1"]].max(axis=None)), 2) if len(users) else 2
    _mark_top(figure, k, last, colours)
    finish(
        figure,
        title=f"Rank in {letters[0]} and in {letters[1]}",
        subtitle=f"In the first {k:,}: "
        + legend(*((sign, colour, name) for sign, name, _, colour, _ in reversed(groups))),
        text=_text(users, k, letters, int((first & second).sum())),
        dark=dark,
        height=460,
    )
    for letter, update in zip(letters, (figure.update_xaxes, figure.update_yaxes), strict=True):
        update(
            title=f"Rank in {letter}, log scale; 1 is the strangest",
            type="log",
            range=[np.log10(0.8), np.log10(last * 1.25)],
            tickvals=_ticks(last),
            tickformat=",d",
            showgrid=True,
        )
    return figure


def _thinned(chosen: np.ndarray) -> np.ndarray:
    """Return at most MOST_OTHERS of the chosen, evenly taken."""
    where = np.flatnonzero(chosen)
    if len(where) <= MOST_OTHERS:
        return chosen
    kept = np.zeros_like(chosen)
    kept[where[np.linspace(0, len(where) - 1, MOST_OTHERS).astype(int)]] = True
    return kept


def _points(
    users: pd.DataFrame, letters: tuple[str, str], name: str, marker: dict[str, object]
) -> Trace:
    return scatter(
        x=users["rank_0"],
        y=users["rank_1"],
        name=name,
        mode="markers",
        marker=marker,
        customdata=[[int(index), None] for index in users["user_index"]],
        hovertext=[_hover(row, letters) for row in users.itertuples()],
        hoverinfo="text",
        cliponaxis=False,
    )


def _hover(row: object, letters: tuple[str, str]) -> str:
    return (
        f"<b>{name_in_chart(row.user, 60)}</b>"
        f"<br>{letters[0]}: rank {format_count(row.rank_0)}, score {format_score(row.score_0)}"
        f"<br>{letters[1]}: rank {format_count(row.rank_1)}, score {format_score(row.score_1)}"
    )


def _mark_top(figure: Figure, k: int, last: int, colours: Palette) -> None:
    """Draw where the first `k` end on either axis."""
    if k >= last:
        return
    edge = k + 0.5
    for x, y in (([edge, edge], [0.8, last * 1.25]), ([0.8, last * 1.25], [edge, edge])):
        figure.add_trace(
            scatter(
                x=x,
                y=y,
                mode="lines",
                name=f"First {k:,}",
                line={"color": colours.quiet, "width": 1.25, "dash": "dot"},
                hoverinfo="skip",
            )
        )


def _ticks(last: int) -> list[int]:
    steps = (1,) if last > _MANY else (1, 2, 5)
    powers = range(len(str(last)))
    return [step * 10**power for power in powers for step in steps if step * 10**power <= last]


def _text(users: pd.DataFrame, k: int, letters: tuple[str, str], both: int) -> str:
    return (
        f"{format_number_of(len(users), 'user')} by rank in {letters[0]} and in {letters[1]}. "
        f"{both:,} of the first {min(k, len(users)):,} are the same."
    )
