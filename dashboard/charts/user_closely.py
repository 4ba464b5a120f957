"""What a user's chart shows beside the counts: users like it, each feature's error, a closer look."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dashboard.charts.figure import Figure, Trace, bar, scatter
from dashboard.charts.format import name_in_chart
from dashboard.charts.theme import Palette, faded
from dashboard.runs.peer_view import Peers

PEER_OPACITY = 0.2
LEAST_AROUND = 7  # time steps on either side of a stretch that is looked at
_HEADROOM = 1.12
MOST_PARTS = 3


def peer_traces(peers: Peers, feature: int, times: pd.Index, colours: Palette) -> list[Trace]:
    """Return the band of the central 80% of users like this one, and their median."""
    low, middle, high = (each[:, feature] for each in (peers.low, peers.middle, peers.high))
    known = np.isfinite(middle)
    steps = times[known]
    colour = colours.series[2]
    return [
        scatter(
            x=[*steps, *steps[::-1]],
            y=[*high[known], *low[known][::-1]],
            name="80% of users like this one",
            mode="lines",
            line={"width": 0},
            fill="toself",
            fillcolor=faded(colour, PEER_OPACITY),
            hoverinfo="skip",
        ),
        scatter(
            x=steps,
            y=middle[known],
            name="Median of users like this one",
            mode="lines",
            line={"width": 1.25, "color": colour},
            hoverinfo="skip",
        ),
    ]


def error_parts(series: pd.DataFrame, times: pd.Index, colours: Palette) -> list[Trace]:
    """Return each feature's part of a time step's mean error, to be stacked; none of a lone feature.

    Of many features the three with the largest errors, and the others together.
    """
    error = series["error"].to_numpy().reshape(-1, len(times))  # (features, times)
    known = np.isfinite(error)
    if len(error) < 2 or not known.any():  # noqa: PLR2004
        return []
    parts = error / np.maximum(known.sum(axis=0), 1)
    largest = np.argsort(-np.nansum(parts, axis=1), kind="stable")[:MOST_PARTS]
    names = series["feature"].iloc[:: len(times)].tolist()
    drawn = {name_in_chart(names[row], 20): parts[row] for row in sorted(largest)}
    if len(error) > MOST_PARTS:
        drawn["the others"] = np.nansum(np.delete(parts, largest, axis=0), axis=0)
    hues = (colours.series[0], colours.series[1], colours.series[3], colours.quiet)
    return [
        bar(x=times, y=values, name=name, marker={"color": hue})
        for (name, values), hue in zip(drawn.items(), hues, strict=False)
    ]


def look_closely(
    figure: Figure,
    series: pd.DataFrame,
    features: Sequence[str],
    stretch: tuple[int, int],
    colours: Palette,
) -> None:
    """Show a stretch of time steps with some on either side, on axes that fit what is seen."""
    times = pd.Index(series["time"].drop_duplicates())
    first, last = stretch
    around = max(LEAST_AROUND, 2 * (last - first + 1))
    ends = max(0, first - around), min(len(times) - 1, last + around)
    half = (times[1] - times[0]) / 2 if len(times) > 1 else pd.Timedelta(hours=12)
    figure.update_xaxes(range=[times[ends[0]] - half, times[ends[1]] + half])
    figure.add_vrect(
        x0=times[first] - half, x1=times[last] + half, layer="below",
        fillcolor=colours.anomaly, opacity=0.1, line={"width": 0},
    )  # fmt: skip
    seen = series[series["time"].isin(times[ends[0] : ends[1] + 1])]
    for row, name in enumerate(features, start=1):
        highest = seen.loc[seen["feature"] == name, ["actual", "high", "expected"]].max(axis=None)
        if np.isfinite(highest) and highest > 0:
            figure.update_yaxes(range=[0, highest * _HEADROOM], row=row)
