"""The drawings of the Learn page: windows, batches, layers, the time loop, and what was measured."""

from dashboard.charts.lesson.batches import batch_block, batches_of_an_epoch
from dashboard.charts.lesson.bottleneck import spike_followed
from dashboard.charts.lesson.covers import windows_over_a_step
from dashboard.charts.lesson.layer import layer_step
from dashboard.charts.lesson.loop import time_loop, unrolling_compared
from dashboard.charts.lesson.windows import windows_of_a_user

__all__ = [
    "batch_block",
    "batches_of_an_epoch",
    "layer_step",
    "spike_followed",
    "time_loop",
    "unrolling_compared",
    "windows_of_a_user",
    "windows_over_a_step",
]
