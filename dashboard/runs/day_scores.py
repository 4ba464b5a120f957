"""How far each time step moved everyone in one feature, on the scale of a run's own day scores."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dashboard.detection.counts.noise import counting_units
from dashboard.detection.evidence.days import day_evidence
from dashboard.detection.rhythm import week_steps
from dashboard.runs.manifest import RunManifest

MOST_CELLS = 2_000_000  # beyond this many, an even sample of the users speaks for all

CELLS = """
SELECT user_index // $every AS row, time_index, actual, score IS NOT NULL AS scored FROM cells
WHERE feature_index = $feature AND user_index % $every = 0
"""

Ask = Callable[..., pd.DataFrame]


def day_scores(ask: Ask, times: pd.Index, manifest: RunManifest, feature: int) -> np.ndarray:
    """Return the score of each time step by one feature alone, (times,), NaN where not scored.

    A run keeps the highest of its features. ask: puts a query to the run's tables.
    """
    every = -(-manifest.users * len(times) // MOST_CELLS)
    cells = ask(CELLS, feature=feature, every=every)
    shape = (-(-manifest.users // every), len(times))
    actual, scored = np.zeros(shape), np.zeros(shape, dtype=bool)
    where = (cells["row"], cells["time_index"])
    actual[where], scored[where] = cells["actual"], cells["scored"]
    counts = actual * counting_units(actual[:, :, None])
    return day_evidence(counts, scored, week_steps(manifest.frequency))
