"""From what was expected to scores of cells, users and days, for every model alike.

A cell's surprise is its place in the distribution that the model expects, as a standard normal
deviate; that anyone may be away for a day is allowed for. The day's part is taken out of it; what is left is judged alone and in runs, beside two
patterns that no single surprise shows: flat lines, and rhythms that have moved. The strongest
evidence is the score, in standard deviations.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from dashboard.detection.at_once import at_once
from dashboard.detection.counts.distribution import Counts, log_probability, surprise, tails
from dashboard.detection.evidence.days import day_evidence, take_day_out
from dashboard.detection.evidence.exceptions import allow_exceptions
from dashboard.detection.evidence.moves import move_evidence
from dashboard.detection.evidence.repeats import repeat_evidence
from dashboard.detection.evidence.runs import run_evidence
from dashboard.detection.learned import ALONE, Learned


@dataclass(frozen=True)
class Scores:
    """Higher is stranger; NaN where nothing was scored.

    cell: (users, times, features); user: (users,), the highest of the user's cells;
    day: (times,), how far the time step moved all users from their own weeks.
    """

    cell: np.ndarray
    user: np.ndarray
    day: np.ndarray


def score(
    actual: np.ndarray,
    counts: Counts,
    scored: np.ndarray,
    period: int,
    learned: Learned = ALONE,
) -> Scores:
    """Score every cell.

    actual: (users, times, features), and so `counts`, what is expected of them. scored:
    (users, times) bool. period: time steps of the usual rhythm, 1 for none.
    """
    features = range(actual.shape[2])
    parts = at_once(
        partial(
            _score_feature,
            actual[:, :, one],
            counts[:, :, one],
            scored,
            period,
            learned.within(one),
        )
        for one in features
    )
    days = [
        learned.within(one).learn("moved", partial(day_evidence, actual[:, :, one], scored, period))
        for one in features
    ]
    cell = np.stack(parts, axis=2)
    return Scores(cell, user=np.fmax.reduce(cell, axis=(1, 2)), day=np.fmax.reduce(days))


def _score_feature(
    actual: np.ndarray, counts: Counts, scored: np.ndarray, period: int, learned: Learned
) -> np.ndarray:
    """Return the scores of one feature, (users, times) float32."""
    actual, counts = actual.astype(np.float64), counts.with_absences()
    upper, lower = tails(actual, counts)
    upper = allow_exceptions(upper, actual, scored, counts)
    raw = np.where(scored, surprise(upper, lower), np.nan)
    evidence = np.maximum.reduce(
        [
            run_evidence(take_day_out(raw, learned), learned),
            repeat_evidence(actual, scored, log_probability(actual, counts)),
            move_evidence(actual, scored, counts, period),
        ]
    )
    return np.where(scored, evidence, np.nan).astype(np.float32)


def mean_over(values: np.ndarray, axis: tuple[int, int]) -> np.ndarray:
    """Return the mean of what is not NaN, NaN where nothing is."""
    there = np.isfinite(values)
    number = there.sum(axis=axis)
    total = np.where(there, values, 0).sum(axis=axis, dtype=np.float64)
    return np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0)
