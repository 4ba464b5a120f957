"""Cells as they are drawn: a grid of users and time steps, and the series of one user."""

from dataclasses import replace

import numpy as np
import pandas as pd

from dashboard.runs.views import Grid

FIGURES = ("actual", "expected", "low", "high", "error", "score", "p_value")
GRID_FIGURES = ("score", "actual", "expected")


def grid_of(
    users: pd.DataFrame, cube: dict[str, np.ndarray], times: pd.Index, level: float
) -> Grid:
    """Return the cells of the shown users, one for each user and time step.

    With several features, that of the feature with the highest score. cube: each of GRID_FIGURES as
    (users, times, features), NaN where there is no cell.
    """
    strangest = _strangest(cube["score"], cube["actual"])
    picked = {
        name: np.take_along_axis(figures, strangest[:, :, None], axis=2)[:, :, 0]
        for name, figures in cube.items()
    }
    observed = ~np.isnan(picked["actual"])
    return Grid(
        users=tuple(users["user"]),
        user_index=users["user_index"].to_numpy(),
        times=times,
        score=picked["score"],
        actual=picked["actual"],
        expected=picked["expected"],
        anomaly=picked["score"] >= np.float32(level),
        feature=np.where(observed, strangest, -1),
    )


def part_of_grid(grid: Grid, times: slice) -> Grid:
    """Return these time steps of a grid alone."""
    cells = ("score", "actual", "expected", "anomaly", "feature")  # (users, times) each
    cut = {name: getattr(grid, name)[:, times] for name in cells}
    return replace(grid, times=grid.times[times], **cut)


def series_of(
    cells: dict[str, np.ndarray], times: pd.Index, features: tuple[str, ...], level: float
) -> pd.DataFrame:
    """One row for each time step and feature of one user; see `UserView.series`.

    cells: as `UserCells.of` gives them.
    """
    where = cells["feature_index"], cells["time_index"]
    columns = {}
    for name in FIGURES:
        figures = np.full((len(features), len(times)), np.nan, dtype=np.float32)
        figures[where] = cells[name]
        columns[name] = figures.reshape(-1)
    return pd.DataFrame(
        {
            "time": times.take(np.tile(np.arange(len(times)), len(features))),
            "feature": np.repeat(np.array(features, dtype=object), len(times)),
            **columns,
            "anomaly": columns["score"] >= np.float32(level),
            "observed": ~np.isnan(columns["actual"]),
        }
    )


def _strangest(score: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """(users, times): the feature with the highest score, else the first that was observed."""
    worth = np.where(np.isnan(score), -np.inf, score)
    first_observed = np.argmax(~np.isnan(actual), axis=2)
    return np.where(np.isfinite(worth).any(axis=2), worth.argmax(axis=2), first_observed)
