"""Plotly figures, and the formatting of numbers, times and names, for pages and reports alike.

Every figure has a title, axis titles with units and a text alternative (`figure_text`), and takes
`dark`. Points that can be chosen carry `customdata` [user_index, time label], None where one does
not apply; those of the distribution carry the score as a third, and those that stand for something
else a name and a value of the address as third and fourth: "cluster", "3".
"""

from dashboard.charts.agreement import ranks_compared
from dashboard.charts.band_map import band_map, rank_words
from dashboard.charts.caught_map import caught_map
from dashboard.charts.cells import score_heatmap
from dashboard.charts.counts import counts_heatmap, totals_per_day
from dashboard.charts.day import day_among_its_like
from dashboard.charts.days import error_per_day
from dashboard.charts.distribution import score_distribution
from dashboard.charts.drawing import drawing_text, format_shape, model_drawing
from dashboard.charts.finding import KIND_NAMES, finding_chart, finding_sentence, finding_when
from dashboard.charts.margins import Mark
from dashboard.charts.ranking import users_ranked
from dashboard.charts.story import event_sentence, user_sentence
from dashboard.charts.theme import PLOTLY_CONFIG, chart_config, figure_text
from dashboard.charts.training import loss_curves
from dashboard.charts.training_compared import losses_compared
from dashboard.charts.user import user_series
from dashboard.charts.user_compared import user_compared
from dashboard.charts.words import cluster_words, day_sentence, ruler_sentence

__all__ = [
    "KIND_NAMES",
    "PLOTLY_CONFIG",
    "Mark",
    "band_map",
    "caught_map",
    "chart_config",
    "cluster_words",
    "counts_heatmap",
    "day_among_its_like",
    "day_sentence",
    "drawing_text",
    "error_per_day",
    "event_sentence",
    "figure_text",
    "finding_chart",
    "finding_sentence",
    "finding_when",
    "format_shape",
    "loss_curves",
    "losses_compared",
    "model_drawing",
    "rank_words",
    "ranks_compared",
    "ruler_sentence",
    "score_distribution",
    "score_heatmap",
    "totals_per_day",
    "user_compared",
    "user_sentence",
    "user_series",
    "users_ranked",
]
