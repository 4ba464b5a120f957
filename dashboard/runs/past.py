"""The counts that a run was about, read back from what it has written."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from dashboard.data.panel import Panel
from dashboard.errors import NotFoundError
from dashboard.runs.artefacts import CELLS
from dashboard.runs.manifest import RunManifest
from dashboard.runs.opening import open_tables

CELLS_FILE = "cells.csv"
COUNTS = """
SELECT users."user", days.label AS time, names.feature, actual::DOUBLE AS actual
FROM cells JOIN users USING (user_index) JOIN days USING (time_index)
    JOIN names USING (feature_index)
ORDER BY user_index
"""
READ = """
SELECT "user", time, feature, actual::DOUBLE AS actual
FROM read_csv($path, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"',
    allow_quoted_nulls = false)
"""


def panel_of_folder(folder: Path, manifest: RunManifest) -> Panel:
    """Return the counts of a folder that `analyse` has written, or of a run in a data home.

    Of the first they stand in `cells.csv`, without users who were not scored: these are there, with
    nothing observed. Raises NotFoundError where there are no counts.
    """
    cells = _read_counts(folder, manifest)
    users = pd.Index([*dict.fromkeys((*cells["user"], *manifest.unscored_users))], dtype=object)
    times = _times(manifest)
    values = np.zeros((len(users), len(times), len(manifest.features)), dtype=np.float32)
    where = (
        users.get_indexer(cells["user"]),
        times.get_indexer(_as_times(cells["time"], manifest)),
        pd.Index(manifest.features).get_indexer(cells["feature"]),
    )
    values[where] = cells["actual"]
    observed = np.zeros(values.shape[:2], dtype=bool)
    observed[where[:2]] = True
    return Panel(values, observed, tuple(users), times, manifest.features, manifest.frequency)


def _read_counts(folder: Path, manifest: RunManifest) -> pd.DataFrame:
    """user, time, feature and actual of every cell, as text and number."""
    if (folder / CELLS).is_file():
        database = open_tables(folder, manifest)
        try:
            return database.execute(COUNTS).df()
        finally:
            database.close()
    path = folder / CELLS_FILE
    if not path.is_file():
        raise NotFoundError(
            f"{folder} has no {CELLS_FILE}. Name a folder that `analyse` has written."
        )
    return duckdb.execute(READ, {"path": str(path)}).df()


def _times(manifest: RunManifest) -> pd.Index:
    if isinstance(manifest.first, int):
        return pd.Index(range(manifest.first, int(manifest.last) + 1))
    return pd.date_range(manifest.first, str(manifest.last), freq=manifest.frequency.pandas_offset)


def _as_times(labels: pd.Series, manifest: RunManifest) -> pd.Index:
    if isinstance(manifest.first, int):
        return pd.Index(labels.astype(int))
    return pd.DatetimeIndex(labels)
