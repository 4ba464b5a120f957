"""A panel and its analysis as tables of numbers: cells, users, days, history and self-test.

Names stand once, in the tables of users and days; cells point to them by index.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

from dashboard.data.panel import Frequency, Panel
from dashboard.data.room import let_go
from dashboard.detection.analysis import Analysis
from dashboard.detection.caught import SelfTest

CELLS_AT_ONCE = 500_000
CELL_SCHEMA = pa.schema(
    [
        ("user_index", pa.int32()),
        ("time_index", pa.int32()),
        ("feature_index", pa.int16()),
        ("actual", pa.float32()),
        ("expected", pa.float32()),
        ("error", pa.float32()),
        ("score", pa.float32()),
        ("p_value", pa.float32()),
        ("low", pa.float32()),
        ("high", pa.float32()),
    ]
)


SELF_TEST_SCHEMA = pa.schema(
    [
        ("model", pa.string()),
        ("kind", pa.string()),
        ("size", pa.float64()),
        ("length", pa.int32()),
        ("user_index", pa.int32()),
        ("time_index", pa.int32()),
        ("score", pa.float64()),
        ("rank", pa.int32()),
        ("copied", pa.float64()),
    ]
)


def time_label(time: object, frequency: Frequency) -> str:
    """Return a time step in addresses and CSV files: an ISO date, or datetime where hourly, or a number."""
    if not isinstance(time, pd.Timestamp):
        return str(time)
    return time.isoformat() if frequency is Frequency.HOUR else time.date().isoformat()


def time_labels(panel: Panel) -> list[str]:
    """Return the labels of all time steps, in order."""
    return [time_label(time, panel.frequency) for time in panel.times]


def cell_tables(panel: Panel, analysis: Analysis) -> Iterator[pa.Table]:
    """Every observed cell once, by user, then time, then feature; figures null where not scored."""
    users, times, features = panel.shape
    figures = (
        analysis.expected,
        analysis.error,
        analysis.score,
        analysis.p_value,
        analysis.low,
        analysis.high,
    )
    step = max(1, CELLS_AT_ONCE // max(1, times * features))
    for first in range(0, users, step):
        part = slice(first, first + step)
        user, time = np.nonzero(panel.observed[part])
        columns = [
            np.repeat((user + first).astype(np.int32), features),
            np.repeat(time.astype(np.int32), features),
            np.tile(np.arange(features, dtype=np.int16), len(user)),
            _flat(panel.values[part], user, time),
        ]
        scored = np.repeat(analysis.scored[part][user, time], features)
        arrays = [pa.array(column) for column in columns]
        arrays += [pa.array(_flat(each[part], user, time), mask=~scored) for each in figures]
        yield pa.table(arrays, schema=CELL_SCHEMA)
        let_go(panel.values, panel.observed, *figures)


def users_by_rank(analysis: Analysis) -> np.ndarray:
    """Return the indices of the scored users, the first in rank first."""
    scored = int(np.isfinite(analysis.user_score).sum())
    return np.lexsort((-analysis.user_error, -analysis.user_score))[:scored]


def users_table(panel: Panel, analysis: Analysis) -> pa.Table:
    """One row a user, in the panel's order; figures and rank null where not scored.

    rank: 1 for the highest score; ties by error, then by the panel's order.
    """
    scored = np.isfinite(analysis.user_score)
    order = users_by_rank(analysis)
    rank = np.zeros(len(panel.users), dtype=np.int32)
    rank[order] = np.arange(1, len(order) + 1)
    volume = panel.values.sum(axis=(1, 2), dtype=np.float64)  # 0 where not observed
    return pa.table(
        {
            "user_index": np.arange(len(panel.users), dtype=np.int32),
            "user": pa.array(panel.users, pa.string()),
            "rank": pa.array(rank, mask=~scored),
            "error": _figures(analysis.user_error, scored),
            "score": _figures(analysis.user_score, scored),
            "p_value": _figures(analysis.user_p_value, scored),
            "volume": volume,
        }
    )


def days_table(panel: Panel, analysis: Analysis) -> pa.Table:
    """One row a time step, in order; figures null where no cell was scored."""
    scored = np.isfinite(analysis.day_score)
    return pa.table(
        {
            "time_index": np.arange(len(panel.times), dtype=np.int32),
            "time": pa.array(panel.times),
            "label": pa.array(time_labels(panel), pa.string()),
            "error": _figures(analysis.day_error, scored),
            "score": _figures(analysis.day_score, scored),
            "p_value": _figures(analysis.day_p_value, scored),
        }
    )


def history_table(analysis: Analysis) -> pa.Table:
    """One row an epoch."""
    names = ("epoch", "loss", "metric", "val_loss", "val_metric", "seconds")
    kinds = (pa.int32(), *[pa.float64()] * 5)
    return pa.table(
        {
            name: pa.array([getattr(epoch, name) for epoch in analysis.history], kind)
            for name, kind in zip(names, kinds, strict=True)
        }
    )


def self_test_table(test: SelfTest) -> pa.Table:
    """One row for each planted anomaly and model, as in `SelfTest.found`; size null where it has none."""
    return pa.Table.from_pandas(test.found, SELF_TEST_SCHEMA, preserve_index=False)


def _flat(figures: np.ndarray, user: np.ndarray, time: np.ndarray) -> np.ndarray:
    # (users, times, features) -> (observed cells * features,)
    return np.ascontiguousarray(figures[user, time], dtype=np.float32).reshape(-1)


def _figures(values: np.ndarray, scored: np.ndarray) -> pa.Array:
    return pa.array(np.asarray(values, dtype=np.float32), mask=~scored)
