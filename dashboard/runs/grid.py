"""Cells as they are drawn: a grid of users and time steps, and the series of one user."""

from dataclasses import replace

import numpy as np
import pandas as pd

from dashboard.runs.views import Grid

FIGURES = ("actual", "expected", "low", "high", "error", "score", "p_value")


def grid_of(
    users: pd.DataFrame, cells: pd.DataFrame, times: pd.Index, features: int, level: float
) -> Grid:
    """Return the cells of the shown users, one for each user and time step.

    With several features, that of the feature with the highest score.
    """
    place = pd.Series(np.arange(len(users)), index=users["user_index"].to_numpy())
    row = place.reindex(cells["user_index"].to_numpy()).to_numpy()
    cube = _cube(cells, row, len(users), len(times), features)
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
    cells: pd.DataFrame, times: pd.Index, features: tuple[str, ...], level: float
) -> pd.DataFrame:
    """One row for each time step and feature of one user; see `UserView.series`."""
    cube = _cube(cells, np.zeros(len(cells), dtype=int), 1, len(times), len(features))
    # (1, times, features) -> (features * times,)
    columns = {name: figures[0].T.reshape(-1) for name, figures in cube.items()}
    series = pd.DataFrame(
        {
            "time": times.tolist() * len(features),
            "feature": np.repeat(np.array(features, dtype=object), len(times)),
            **columns,
        }
    )
    series["anomaly"] = series["score"] >= np.float32(level)
    series["observed"] = series["actual"].notna()
    return series


def _cube(
    cells: pd.DataFrame, row: np.ndarray, users: int, times: int, features: int
) -> dict[str, np.ndarray]:
    """Each figure as (users, times, features) float32, NaN where there is no cell."""
    where = (row, cells["time_index"].to_numpy(), cells["feature_index"].to_numpy())
    cube = {}
    for name in FIGURES:
        figures = np.full((users, times, features), np.nan, dtype=np.float32)
        figures[where] = cells[name].to_numpy(dtype=np.float32, na_value=np.nan)
        cube[name] = figures
    return cube


def _strangest(score: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """(users, times): the feature with the highest score, else the first that was observed."""
    worth = np.where(np.isnan(score), -np.inf, score)
    first_observed = np.argmax(~np.isnan(actual), axis=2)
    return np.where(np.isfinite(worth).any(axis=2), worth.argmax(axis=2), first_observed)
