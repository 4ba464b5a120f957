"""All users at once: bands of neighbouring ranks, so that a hundred thousand fit on a screen."""

from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from dashboard.runs.queries import ANOMALOUS, OF_FEATURE, OF_SPAN

MOST_BANDS = 100

# What each band did at each time step. A cell of several features counts as its strangest.
BANDS = f"""
WITH cell AS (
    SELECT user_index, time_index, max(score) AS score, arg_max(actual < expected, score) AS below
    FROM cells WHERE score IS NOT NULL AND {OF_FEATURE} AND {OF_SPAN}
    GROUP BY user_index, time_index
)
SELECT band, time_index, avg(score)::FLOAT AS score,
       avg(CASE WHEN below THEN -score ELSE score END)::FLOAT AS deviation,
       count(*) FILTER (WHERE {ANOMALOUS})::INTEGER AS anomalous
FROM cell JOIN bands USING (user_index) GROUP BY band, time_index
"""

# The same where each cell has one feature, which spares the strangest of each.
BANDS_OF_ONE_FEATURE = BANDS.replace(
    "max(score) AS score, arg_max(actual < expected, score) AS below",
    "score, actual < expected AS below",
).replace("GROUP BY user_index, time_index\n", "")


@dataclass(frozen=True)
class Bands:
    """Bands of users by rank, the strangest on top.

    ranks: (bands, 2) int, the first and the last rank of each, both included.
    users: (bands,) int, how many of them match. times: of the columns.
    score, deviation: (bands, times) float32, the mean over a band's scored cells, with and without
    regard to the sign; NaN where there is none. anomalous: (bands, times) int, anomalous users.
    """

    ranks: np.ndarray
    users: np.ndarray
    times: pd.Index
    score: np.ndarray
    deviation: np.ndarray
    anomalous: np.ndarray


def cut_bands(ranks: np.ndarray, most: int = MOST_BANDS) -> np.ndarray:
    """Return the band of each rank, (users,) int from 0: of equal size, the last may be smaller.

    ranks: increasing. A band holds a round number of users: 1, 2, 5, 10, 20, ...
    """
    needed = max(1, -(-len(ranks) // most))
    size = next(
        digit * 10**power for power in range(12) for digit in (1, 2, 5)
        if digit * 10**power >= needed
    )  # fmt: skip
    return np.arange(len(ranks)) // size


def bands_of(
    cursor: duckdb.DuckDBPyConnection,
    users: pd.DataFrame,
    times: pd.Index,
    *,
    one_feature: bool,
    **asked: float | None,
) -> Bands:
    """Return what bands of these users did, in the time steps from `first` to `last`.

    cursor: over the run's tables. users: rank and user_index, by rank. one_feature: whether each
    cell has one feature alone. asked: level, feature, first and last, as the queries take them.
    """
    band = cut_bands(users["rank"].to_numpy())
    cursor.register("bands", pd.DataFrame({"user_index": users["user_index"], "band": band}))
    cells = cursor.execute(BANDS_OF_ONE_FEATURE if one_feature else BANDS, asked).df()
    number, first = int(band.max(initial=-1)) + 1, int(asked["first"])
    shape = (number, int(asked["last"]) - first + 1)
    where = (cells["band"].to_numpy(), cells["time_index"].to_numpy() - first)
    return Bands(
        ranks=_ends(users["rank"].to_numpy(), band, number),
        users=np.bincount(band, minlength=number),
        times=times[first : first + shape[1]],
        score=_filled(shape, where, cells["score"], np.nan),
        deviation=_filled(shape, where, cells["deviation"], np.nan),
        anomalous=_filled(shape, where, cells["anomalous"], 0).astype(np.int64),
    )


def _ends(ranks: np.ndarray, band: np.ndarray, number: int) -> np.ndarray:
    """Return the first and the last rank of each band, (bands, 2)."""
    firsts = np.searchsorted(band, np.arange(number), side="left")
    lasts = np.searchsorted(band, np.arange(number), side="right") - 1
    return np.stack([ranks[firsts], ranks[lasts]], axis=1).astype(np.int64)


def _filled(
    shape: tuple[int, int], where: tuple[np.ndarray, np.ndarray], figures: pd.Series, empty: float
) -> np.ndarray:
    made = np.full(shape, empty, dtype=np.float32)
    made[where] = figures
    return made
