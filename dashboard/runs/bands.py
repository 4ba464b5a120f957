"""All users at once: bands of neighbouring ranks, so that a hundred thousand fit on a screen."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.runs.ranked import Block, Ranked
from dashboard.runs.standing import Standing

MOST_BANDS = 100


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
    ranked: Ranked,
    users: Standing,
    times: pd.Index,
    *,
    level: float,
    feature: int | None,
    span: tuple[int, int],
    means: np.ndarray | None = None,
) -> Bands:
    """Return what bands of these users did in the time steps of `span`, both ends included.

    users: by rank. times: of the run. means: as `mean_bands` gives them, where they are known.
    """
    band = cut_bands(users.rank)
    starts = np.flatnonzero(np.diff(band, prepend=-1))
    meant = ranked.of(users.places)
    if means is None:
        means = mean_bands(meant, starts, feature=feature, span=span)
    anomalous = np.zeros(means.shape[1:], dtype=np.int64)
    for begin, block in meant.blocks(*span, feature, ("score",)):
        score = block["score"] >= np.float32(level)
        hit = score[0] if len(score) == 1 else score.any(axis=0)
        if len(starts):
            anomalous[:, _columns(begin, hit, span)] = _summed(hit, starts)
    return Bands(
        ranks=_ends(users.rank, band, len(starts)),
        users=np.bincount(band, minlength=len(starts)),
        times=times[span[0] : span[1] + 1],
        score=means[0],
        deviation=means[1],
        anomalous=anomalous,
    )


def mean_bands(
    ranked: Ranked, starts: np.ndarray, *, feature: int | None, span: tuple[int, int]
) -> np.ndarray:
    """Return the mean score and the mean deviation of each band, (2, bands, times) float32.

    starts: (bands,) where each begins among these users. NaN where nobody was scored.
    """
    made = np.full((2, len(starts), span[1] - span[0] + 1), np.nan, dtype=np.float32)
    if not len(starts):
        return made
    for begin, block in ranked.blocks(*span, feature, ("score", "actual", "expected")):
        score, below = _strangest(block)
        known = ~np.isnan(score)
        plain = np.where(known, score, 0)
        number = _summed(known, starts)
        columns = _columns(begin, score, span)
        with np.errstate(invalid="ignore"):
            made[0][:, columns] = _summed(plain, starts) / number
            made[1][:, columns] = _summed(np.where(below, -plain, plain), starts) / number
    return made


def mean_all_bands(ranked: Ranked) -> np.ndarray:
    """Return the same of all users by all features in all time steps."""
    band = cut_bands(np.arange(ranked.users))
    starts = np.flatnonzero(np.diff(band, prepend=-1))
    return mean_bands(ranked, starts, feature=None, span=(0, ranked.cells.shape[2] - 1))


def _columns(begin: int, block: np.ndarray, span: tuple[int, int]) -> slice:
    return slice(begin - span[0], begin - span[0] + len(block))


def _strangest(block: Block) -> tuple[np.ndarray, np.ndarray]:
    """Return the highest score of each cell's features, and whether it is below what was expected there.

    Both (times, users).
    """
    if len(block["score"]) == 1:
        return block["score"][0], block["actual"][0] < block["expected"][0]
    at = np.where(np.isnan(block["score"]), -np.inf, block["score"]).argmax(axis=0)[None]
    score, actual, expected = (
        np.take_along_axis(block[name], at, axis=0)[0] for name in ("score", "actual", "expected")
    )
    return score, actual < expected


def _summed(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Add up each band: (times, users) -> (bands, times)."""
    return np.add.reduceat(values, starts, axis=1, dtype=np.float64).T


def _ends(ranks: np.ndarray, band: np.ndarray, number: int) -> np.ndarray:
    """Return the first and the last rank of each band, (bands, 2)."""
    firsts = np.searchsorted(band, np.arange(number), side="left")
    lasts = np.searchsorted(band, np.arange(number), side="right") - 1
    return np.stack([ranks[firsts], ranks[lasts]], axis=1).astype(np.int64)
