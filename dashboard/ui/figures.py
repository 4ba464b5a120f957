"""The figures of one view, kept for a while: opening a user need not draw them all again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dashboard.charts import (
    Mark,
    band_map,
    cluster_words,
    error_per_day,
    score_distribution,
    score_heatmap,
    users_ranked,
)
from dashboard.charts.cells import Colour
from dashboard.charts.figure import Figure
from dashboard.charts.format import format_name, frequency_of
from dashboard.runs.groups import Cluster, rows_in_order
from dashboard.runs.views import Query, View
from dashboard.sharing.access import Sight
from dashboard.ui.kept import bands_of, clusters_in, kept_of_run, view_of

BARS = 20
RANKED_BY = {"error": "error", "volume": "volume"}


@dataclass(frozen=True)
class Drawn:
    """How a heatmap is drawn. rows: "ranked", "alike" or "volume". narrow: for a phone."""

    rows: str = "ranked"
    colour: Colour = "score"
    narrow: bool = False
    dark: bool = False


@dataclass(frozen=True)
class ViewFigures:
    """What a view looks like. They are shared between sessions: draw them, do not change them."""

    days: Figure
    distribution: Figure
    ranked: Figure


@kept_of_run(max_entries=32)
def figures_of(sight: Sight, query: Query, dark: bool) -> ViewFigures:
    """Return the figures of the answer to one query on one run."""
    view = view_of.kept(sight, query)
    chosen = (query.time, query.time) if query.time else query.span
    return ViewFigures(
        days=_undimmed(
            error_per_day(
                view.days,
                chosen=chosen,
                of=whose(view),
                alone=view.counts.scored_users == 1,
                dark=dark,
            )
        ),
        distribution=_undimmed(
            score_distribution(view.histogram, view.level, view.counts.anomalous_cells, dark=dark)
        ),
        ranked=_undimmed(
            users_ranked(
                view.users.head(BARS),
                by=RANKED_BY.get(query.sort, "score"),
                level=view.level,
                dark=dark,
            )
        ),
    )


@kept_of_run(max_entries=32)
def table_of(sight: Sight, query: Query) -> pa.Table:
    """Return the table of the users of the answer to one query."""
    return ranked_users(view_of.kept(sight, query))


def ranked_users(view: View) -> pa.Table:
    """Return the users of a view as the table of them shows them."""
    table = view.users[["rank", "user", "score", "p_value", "error", "anomalous_times", "volume"]]
    names = [format_name(name, 60) for name in table["user"]]
    return pa.Table.from_pandas(table.assign(user=names), preserve_index=False)


@kept_of_run(max_entries=32)
def heatmap_of(sight: Sight, query: Query, drawn: Drawn) -> Figure:
    """Return the heatmap of the answer to one query."""
    view = view_of.kept(sight, query)
    clusters = clusters_in.kept(sight, query) if drawn.rows == "alike" else ()
    order = rows_in_order(view, drawn.rows, clusters)
    return _undimmed(
        score_heatmap(
            view,
            colour=drawn.colour,
            order=order,
            marks=[] if query.users else _marks(view, clusters),
            narrow=drawn.narrow,
            dark=drawn.dark,
        )
    )


@kept_of_run(max_entries=8)
def band_map_of(sight: Sight, query: Query, colour: Colour, dark: bool) -> Figure:
    """Return the map of all users that a query matches, in bands."""
    return _undimmed(band_map(bands_of.kept(sight, query), colour=colour, dark=dark))


def whose(view: View) -> str:
    """Return over which users the figures of a view's days are."""
    if view.counts.scored_users == 1:
        return "Of one series alone"
    narrowed = view.query.users is not None or view.query.ranks is not None
    return f"Over these {view.counts.scored_users:,} users" if narrowed else "Over all users"


def _marks(view: View, clusters: Sequence[Cluster]) -> list[Mark]:
    """Return where each cluster stands when the rows are drawn cluster by cluster."""
    times = view.grid.times
    lasts = np.cumsum([len(cluster.users) for cluster in clusters], dtype=int) - 1
    return [
        Mark(
            number,
            int(last) - len(cluster.users) + 1,
            int(last),
            cluster_words(cluster, times, frequency_of(times)),
        )
        for number, (last, cluster) in enumerate(zip(lasts, clusters, strict=True), start=1)
    ]


def _undimmed(figure: Figure) -> Figure:
    """Let a click open what it means, without dimming the rest."""
    for trace in figure.data:
        if trace["type"] in {"scatter", "scattergl", "bar"}:
            trace["unselected"] = {"marker": {"opacity": 1}}
    return figure
