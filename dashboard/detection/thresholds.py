"""What turns scores into anomalies: an alert budget, a false-alarm rate or a plain value."""

from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from dashboard.detection.calibration import Reference
from dashboard.errors import SettingsError

FORMS = "budget:20 (flag 20 users), rate:0.001 (share of normal cells flagged) or value:6 (a score)"

HIGHEST_VALUE = 1e9  # far above any score, and well within 32 bits


class Threshold(BaseModel):
    """A cell is an anomaly where its score is at least the level that a threshold stands for.

    budget: how many users are flagged, ties aside.
    rate: the share of normal cells flagged by chance: cells with a p-value of at most this.
    value: the score itself.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["budget", "rate", "value"] = "rate"
    amount: float = 0.001

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        fits = {
            "budget": self.amount >= 1 and self.amount % 1 == 0,
            "rate": 0 < self.amount < 1,
            "value": 0 < self.amount <= HIGHEST_VALUE,
        }[self.kind]
        if not (fits and np.isfinite(self.amount)):
            raise SettingsError(
                f"The threshold {self} cannot be used. A budget is a whole number from 1, "
                f"a rate lies between 0 and 1, a value is above 0 and at most {HIGHEST_VALUE:g}."
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
    if kind not in {"budget", "rate", "value"} or np.isnan(number):
        raise SettingsError(f"The threshold {text!r} is not understood. Write {FORMS}.")
    return Threshold(kind=kind, amount=number)


def level_for(threshold: Threshold, user_scores: np.ndarray, cells: Reference) -> float:
    """Return the score from which a cell is an anomaly.

    user_scores: (users,), each user's highest cell score, NaN where not scored.
    cells: the reference that p-values of cells come from.
    """
    if threshold.kind == "value":
        return float(threshold.amount)
    if threshold.kind == "rate":
        return cells.level_at(threshold.amount)
    ranked = np.sort(user_scores[np.isfinite(user_scores)])[::-1]
    if not len(ranked):
        return float("inf")
    return float(ranked[min(int(threshold.amount), len(ranked)) - 1])
