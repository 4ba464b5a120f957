"""The figures of one view, kept for a while: opening a user need not draw them all again."""

from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts import error_per_day, score_distribution, score_heatmap, users_ranked
from dashboard.runs.views import Query
from dashboard.sharing.access import Sight
from dashboard.ui.kept import kept_of_run, view_of

BARS = 20
RANKED_BY = {"error": "error", "volume": "volume"}


@dataclass(frozen=True)
class ViewFigures:
    """What a view looks like. They are shared between sessions: draw them, do not change them."""

    days: go.Figure
    distribution: go.Figure
    heatmap: go.Figure
    ranked: go.Figure


@kept_of_run(max_entries=16)
def figures_of(sight: Sight, query: Query, dark: bool) -> ViewFigures:
    """Return the figures of the answer to one query on one run."""
    view = view_of.kept(sight, query)
    return ViewFigures(
        days=_undimmed(error_per_day(view.days, dark=dark)),
        distribution=_undimmed(
            score_distribution(view.histogram, view.level, view.counts.anomalous_cells, dark=dark)
        ),
        heatmap=_undimmed(score_heatmap(view, dark=dark)),
        ranked=_undimmed(
            users_ranked(
                view.users.head(BARS),
                by=RANKED_BY.get(query.sort, "score"),
                level=view.level,
                dark=dark,
            )
        ),
    )


def _undimmed(figure: go.Figure) -> go.Figure:
    """Let a click open what it means, without dimming the rest."""
    return figure.update_traces(
        unselected={"marker": {"opacity": 1}},
        selector=lambda trace: trace.type in {"scatter", "scattergl", "bar"},
    )
