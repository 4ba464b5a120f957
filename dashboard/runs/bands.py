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


def cut_bands(number: int, most: int = MOST_BANDS) -> np.ndarray:
    """Return where each band of so many users begins, (bands,) int: all of equal size, the last may be smaller.

    A band holds a round number of users: 1, 2, 5, 10, 20, ...
    """
    needed = max(1, -(-number // most))
    size = next(
        digit * 10**power for power in range(12) for digit in (1, 2, 5)
        if digit * 10**power >= needed
    )  # fmt: skip
    return np.arange(0, number, size)


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
    starts = cut_bands(len(users))
    ends = np.append(starts[1:], len(users))[: len(starts)]
    if means is None:
        means = mean_bands(ranked.of(users.places), starts, feature=feature, span=span)
    return Bands(
        ranks=users.rank[np.stack([starts, ends - 1], axis=1)].astype(np.int64),
        users=ends - starts,
        times=times[span[0] : span[1] + 1],
        score=means[0],
        deviation=means[1],
        anomalous=_count_anomalous(ranked, users, starts, level=level, feature=feature, span=span),
    )


def _count_anomalous(
    ranked: Ranked,
    users: Standing,
    starts: np.ndarray,
    *,
    level: float,
    feature: int | None,
    span: tuple[int, int],
) -> np.ndarray:
    """Return how many users of each band are anomalous, (bands, times); nobody is looked at who never is."""
    anomalous = np.zeros((len(starts), span[1] - span[0] + 1), dtype=np.int64)
    reach = int(
        np.count_nonzero(users.score >= np.float32(level))
    )  # the first, for they are by rank
    some = starts[starts < reach]
    for begin, block in ranked.of(users.places[:reach]).blocks(*span, feature, ("score",)):
        score = block["score"] >= np.float32(level)
        hit = score[0] if len(score) == 1 else score.any(axis=0)
        if len(some):
            anomalous[: len(some), _columns(begin, hit, span)] = _summed(hit, some)
    return anomalous


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
    starts = cut_bands(ranked.users)
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
