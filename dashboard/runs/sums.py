"""What pages tell of all users whatever the threshold is: sums of each time step, and a histogram.

They are made once, when a run is finished; for some of the users they are made when they are asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import duckdb
import numpy as np

from dashboard.runs.bands import mean_all_bands
from dashboard.runs.ranked import Ranked
from dashboard.runs.views import Histogram

SUMS = "sums.npz"
BINS = 60
NEAR_CELLS = 65_536
MOST_DISCOVERIES = 100_000  # cells among which a false-discovery rate is looked for

# What was counted in all, by those too who were not scored.
TOTALS = """
SELECT time_index, feature_index, sum(actual::DOUBLE) AS actual
FROM cells GROUP BY time_index, feature_index
"""


@dataclass(frozen=True)
class DaySums:
    """Of each feature and time step, (features, times) float64, over its scored cells.

    cells: how many. actual, expected, error: their sums.
    """

    cells: np.ndarray
    actual: np.ndarray
    expected: np.ndarray
    error: np.ndarray

    def of(self, feature: int) -> Self:
        """Return those of one feature alone."""
        part = slice(feature, feature + 1)
        return type(self)(*(getattr(self, one.name)[part] for one in fields(self)))


@dataclass(frozen=True)
class Sums:
    """days: over all scored users. totals: (times, features), what all users did, NaN where nobody was observed.

    histograms: of each feature, if there are several, and last of all together. bands: as
        `mean_all_bands` gives them. highest: the highest scores.
    """

    days: DaySums
    totals: np.ndarray
    histograms: tuple[Histogram, ...]
    bands: np.ndarray
    highest: np.ndarray


def sum_days(ranked: Ranked) -> DaySums:
    """Add up the cells of these users."""
    parts = []
    for _, block in ranked.blocks(0, ranked.cells.shape[2] - 1):
        scored = ~np.isnan(block["score"])
        sums = [
            block[name].sum(axis=2, dtype=np.float64, where=scored)
            for name in ("actual", "expected", "error")
        ]
        parts.append(np.stack([np.count_nonzero(scored, axis=2), *sums]))
    return DaySums(*np.concatenate(parts, axis=2))


def count_scores(ranked: Ranked, first: int, last: int, feature: int | None = None) -> Histogram:
    """Count the scored cells of these users and time steps, both ends included, by their score."""
    asked = (first, last, feature)
    ends = [(scores.min(), scores.max()) for scores in _scored(ranked, *asked)]
    lows, highs = zip(*ends, strict=True) if ends else ((0.0,), (0.0,))
    edges = np.histogram_bin_edges([float(min(lows)), float(max(highs))], BINS)
    counts = np.zeros(BINS, dtype=np.int64)
    for scores in _scored(ranked, *asked):
        bins = ((scores - edges[0]) / (edges[1] - edges[0])).astype(np.int64)
        counts += np.bincount(np.minimum(bins, BINS - 1), minlength=BINS)
    return Histogram(edges, counts)


def _scored(ranked: Ranked, first: int, last: int, feature: int | None) -> Iterator[np.ndarray]:
    """Go over the scores of scored cells, (cells,) each; so few at once that the processor keeps them near."""
    for _, block in ranked.blocks(first, last, feature, ("score",)):
        scores = block["score"].reshape(-1)
        for begin in range(0, len(scores), NEAR_CELLS):
            some = scores[begin : begin + NEAR_CELLS]
            if len(known := some[~np.isnan(some)]):
                yield known


def add_up(cells: np.ndarray, tables: duckdb.DuckDBPyConnection) -> Sums:
    """Return the sums of a whole run. cells: as in `Ranked`; tables: a cursor over its tables."""
    ranked = Ranked(cells)
    _, features, times, _ = cells.shape
    which = (*range(features), None) if features > 1 else (None,)
    return Sums(
        days=sum_days(ranked),
        totals=_totals(tables, times, features),
        histograms=tuple(count_scores(ranked, 0, times - 1, one) for one in which),
        bands=mean_all_bands(ranked),
        highest=_highest(ranked),
    )


def write_sums(sums: Sums, path: Path) -> None:
    """Write them as NumPy's arrays."""
    edges, counts = zip(*((one.edges, one.counts) for one in sums.histograms), strict=True)
    np.savez(
        path,
        totals=sums.totals,
        highest=sums.highest,
        edges=np.stack(edges),
        counts=np.stack(counts),
        bands=sums.bands,
        **{f"days_{name}": figures for name, figures in vars(sums.days).items()},
    )


def read_sums(path: Path) -> Sums:
    """Read what `write_sums` has written."""
    with np.load(path) as kept:
        return Sums(
            days=DaySums(*(kept[f"days_{one.name}"] for one in fields(DaySums))),
            totals=kept["totals"],
            histograms=tuple(map(Histogram, kept["edges"], kept["counts"])),
            bands=kept["bands"],
            highest=kept["highest"],
        )


def _totals(tables: duckdb.DuckDBPyConnection, times: int, features: int) -> np.ndarray:
    found = tables.execute(TOTALS).df()
    made = np.full((times, features), np.nan)
    made[found["time_index"], found["feature_index"]] = found["actual"]
    return made


def _highest(ranked: Ranked) -> np.ndarray:
    """Return the highest scores of all cells; those of some steps after the other, beyond what is known."""
    found = np.empty(0, dtype=np.float32)
    for _, block in ranked.blocks(0, ranked.cells.shape[2] - 1, figures=("score",)):
        scores = block["score"]
        least = found.min() if len(found) == MOST_DISCOVERIES else -np.inf
        found = np.concatenate([found, scores[scores >= least]])
        if len(found) > MOST_DISCOVERIES:
            found = np.partition(found, -MOST_DISCOVERIES)[-MOST_DISCOVERIES:]
    return found
