"""The charts as Plotly reads them. Whatever its schema does not know, or JSON cannot hold, is an error."""

import base64
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard import charts
from dashboard.charts import lesson
from dashboard.charts.figure import Figure


def checked(draw: Callable[..., Figure]) -> Callable[..., go.Figure]:
    @wraps(draw)
    def drawn(*given: object, **named: object) -> go.Figure:
        sent = json.dumps(draw(*given, **named).to_plotly_json(), allow_nan=False)
        return go.Figure(unpacked(json.loads(sent)))

    return drawn


def unpacked(part: Any) -> Any:
    """The same with arrays of numbers in the place of the bytes in which they are sent."""
    if isinstance(part, list):
        return [unpacked(one) for one in part]
    if not isinstance(part, dict):
        return part
    if "bdata" not in part:
        return {name: unpacked(one) for name, one in part.items()}
    array = np.frombuffer(base64.b64decode(part["bdata"]), part["dtype"])
    return array.reshape([int(size) for size in part.get("shape", f"{array.size}").split(",")])


band_map = checked(charts.band_map)
caught_map = checked(charts.caught_map)
counts_heatmap = checked(charts.counts_heatmap)
day_among_its_like = checked(charts.day_among_its_like)
error_per_day = checked(charts.error_per_day)
finding_chart = checked(charts.finding_chart)
loss_curves = checked(charts.loss_curves)
losses_compared = checked(charts.losses_compared)
ranks_compared = checked(charts.ranks_compared)
score_distribution = checked(charts.score_distribution)
score_heatmap = checked(charts.score_heatmap)
totals_per_day = checked(charts.totals_per_day)
user_compared = checked(charts.user_compared)
user_series = checked(charts.user_series)
users_ranked = checked(charts.users_ranked)
batch_block = checked(lesson.batch_block)
batches_of_an_epoch = checked(lesson.batches_of_an_epoch)
layer_step = checked(lesson.layer_step)
spike_followed = checked(lesson.spike_followed)
time_loop = checked(lesson.time_loop)
unrolling_compared = checked(lesson.unrolling_compared)
windows_of_a_user = checked(lesson.windows_of_a_user)
windows_over_a_step = checked(lesson.windows_over_a_step)
