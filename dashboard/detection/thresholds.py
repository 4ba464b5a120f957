"""What turns scores into anomalies.

An alert budget, a false-alarm rate, a false-discovery rate or a plain value.
"""

from dataclasses import dataclass
from typing import Literal, Self, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from dashboard.detection.calibration import Reference
from dashboard.errors import SettingsError

Kind = Literal["budget", "rate", "fdr", "value"]
FORMS = (
    "budget:20 (flag 20 users), rate:0.001 (share of normal cells flagged), "
    "fdr:0.1 (share of flagged cells that may be chance) or value:6 (a score)"
)

HIGHEST_VALUE = 1e9  # far above any score, and well within 32 bits


class Threshold(BaseModel):
    """A cell is an anomaly where its score is at least the level that a threshold stands for.

    budget: how many users are flagged, ties aside.
    rate: the share of normal cells flagged by chance: cells with a p-value of at most this.
    fdr: of the cells flagged, the share expected to be chance, at most (false-discovery rate).
    value: the score itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind = "rate"
    amount: float = 0.001

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        fits = {
            "budget": self.amount >= 1 and self.amount % 1 == 0,
            "rate": 0 < self.amount < 1,
            "fdr": 0 < self.amount < 1,
            "value": 0 < self.amount <= HIGHEST_VALUE,
        }[self.kind]
        if not (fits and np.isfinite(self.amount)):
            raise SettingsError(
                f"The threshold {self} cannot be used. A budget is a whole number from 1, "
                f"a rate or fdr lies between 0 and 1, a value is above 0 and at most {HIGHEST_VALUE:g}."
            )
        return self

    def __str__(self) -> str:
        return f"{self.kind}:{self.amount:g}"


def parse_threshold(text: str) -> Threshold:
    """Read `kind:amount`, or a bare number as a value. Raises SettingsError."""
    kind, separator, amount = text.strip().replace("=", ":").partition(":")
    if not separator:
        kind, amount = "value", kind
    try:
        number = float(amount)
    except ValueError:
        number = np.nan
    if kind not in get_args(Kind) or np.isnan(number):
        raise SettingsError(f"The threshold {text!r} is not understood. Write {FORMS}.")
    return Threshold(kind=kind, amount=number)


@dataclass(frozen=True)
class CellScores:
    """highest: the highest scores, in any order; of how many scored cells they are: `number`."""

    highest: np.ndarray
    number: int

    @classmethod
    def of(cls, scores: np.ndarray) -> Self:
        """Take all cells, NaN where not scored."""
        scored = scores[np.isfinite(scores)]
        return cls(scored, len(scored))


def level_for(
    threshold: Threshold, user_scores: np.ndarray, scores: CellScores, cells: Reference
) -> float:
    """Return the score from which a cell is an anomaly; infinite where none is one.

    user_scores: (users,), each user's highest cell score, NaN where not scored.
    scores: those of cells. cells: the reference that p-values of cells come from.
    """
    if threshold.kind == "value":
        return float(threshold.amount)
    if threshold.kind == "rate":
        return cells.level_at(threshold.amount)
    if threshold.kind == "fdr":
        return _level_of_discoveries(threshold.amount, scores, cells)
    ranked = np.sort(user_scores[np.isfinite(user_scores)])[::-1]
    if not len(ranked):
        return float("inf")
    return float(ranked[min(int(threshold.amount), len(ranked)) - 1])


def count_discoveries(p_values: np.ndarray, number: int, rate: float) -> int:
    """Return how many of the lowest p-values are discoveries at a false-discovery rate.

    p_values: increasing, the lowest of `number`. Benjamini and Hochberg (1995): the most, k, of
    which the k-th is at most k / number * rate; those before it count too, whatever they are.
    """
    ranks = np.arange(1, len(p_values) + 1)
    passing = np.flatnonzero(p_values <= ranks * (rate / max(number, 1)))
    return int(passing[-1]) + 1 if len(passing) else 0


def _level_of_discoveries(rate: float, scores: CellScores, cells: Reference) -> float:
    ranked = np.sort(scores.highest)[::-1]
    p_values = cells.p_values(ranked).astype(np.float64)
    found = count_discoveries(p_values, scores.number, rate)
    return float(ranked[found - 1]) if found else float("inf")
