"""Bringing counts into [-1, 1], which is all that a tanh output can say, and back.

range: one lowest and one highest count for all users; keeps who is busy and who is not.
user-range: each user's own lowest and highest; every rhythm counts the same, levels are lost.
log-range: as range, on log(1 + count); quiet users are not drowned by the busiest.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from dashboard.data.panel import Panel

ScalingName = Literal["range", "user-range", "log-range"]
SCALINGS: dict[ScalingName, str] = {
    "range": "One range for all users: the classic choice; squared error follows the busiest users.",
    "user-range": "Each user's own range: rhythms compare, levels do not.",
    "log-range": "One range on log(1 + count): quiet users are seen beside busy ones.",
}
LEAST_SPREAD = 1e-30  # counts closer than this are equal: half of much less is 0 in float32
UNOBSERVED = -1.0  # what a model is given where nothing was observed; masked in its loss


class Scaling(BaseModel):
    """A scaling fitted on the training part: bounds per feature, after the log where there is one."""

    model_config = ConfigDict(frozen=True)

    name: ScalingName
    low: tuple[float, ...]
    high: tuple[float, ...]

    def on(self, panel: Panel) -> "Scale":
        """Return the scale for one panel; `user-range` takes each user's own history."""
        if self.name == "user-range":
            low, high = _bounds(panel.values, panel.observed, axis=(1,))
            return Scale(low, high, logarithmic=False)
        low, high = (np.asarray(bound, dtype=np.float32) for bound in (self.low, self.high))
        return Scale(low, high, logarithmic=self.name == "log-range")


@dataclass(frozen=True)
class Scale:
    """Bounds that broadcast over (users, times, features)."""

    low: np.ndarray
    high: np.ndarray
    logarithmic: bool

    def scale(self, panel: Panel) -> np.ndarray:
        """Return the panel's values, (users, times, features) float32; -1 where not observed.

        Within the training part all are in [-1, 1]; others may lie outside.
        """
        values = np.log1p(panel.values) if self.logarithmic else panel.values
        scaled = (values - self.low) / self._half() - 1
        scaled[~panel.observed] = UNOBSERVED
        return scaled.astype(np.float32, copy=False)

    def counts(self, scaled: np.ndarray) -> np.ndarray:
        """Return scaled values as counts, never below 0."""
        values = (scaled + 1) * self._half() + self.low
        return np.maximum(np.expm1(values) if self.logarithmic else values, 0).astype(np.float32)

    def _half(self) -> np.ndarray:
        spread = self.high - self.low
        return np.where(spread > LEAST_SPREAD, spread, 1).astype(np.float32) / 2


def fit_scaling(name: ScalingName, panel: Panel, training: np.ndarray) -> Scaling:
    """Fit on the cells of `training`, (users, times) bool; only observed ones count."""
    values = np.log1p(panel.values) if name == "log-range" else panel.values
    low, high = _bounds(values, panel.observed & training, axis=(0, 1))
    return Scaling(name=name, low=tuple(low.ravel().tolist()), high=tuple(high.ravel().tolist()))


def _bounds(
    values: np.ndarray, counted: np.ndarray, axis: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    where = np.broadcast_to(counted[:, :, None], values.shape)
    low = values.min(axis=axis, where=where, initial=np.inf, keepdims=True)
    high = values.max(axis=axis, where=where, initial=-np.inf, keepdims=True)
    some = np.isfinite(low)
    return np.where(some, low, 0), np.where(some, high, 0)
