"""What is kept of users that were judged: of each cell six figures, and what is added up of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from dashboard.data.room import let_go, room_for
from dashboard.detection.calibration import Reference
from dashboard.detection.counts.quantiles import band
from dashboard.detection.judging import Judged
from dashboard.detection.scoring import mean_over

CELL_FIGURES = ("expected", "low", "high", "error", "score", "p_value")
DAY_FIGURES = ("day_error", "day_cells")


@dataclass(frozen=True)
class Figures:
    """What is kept of users that were judged; NaN where nothing was scored.

    expected (in counts), low, high, error, score, p_value: (users, times, features) float32.
    user_score: (users,). user_error: (users,), the mean error of its cells. day_error: (times,), the
    sum over cells, and day_cells how many they are.
    """

    expected: np.ndarray
    low: np.ndarray
    high: np.ndarray
    error: np.ndarray
    score: np.ndarray
    p_value: np.ndarray
    user_score: np.ndarray
    user_error: np.ndarray
    day_error: np.ndarray
    day_cells: np.ndarray

    @classmethod
    def of(cls, judged: Judged, cells: Reference) -> "Figures":
        """Return what is kept. cells: what p-values come from."""
        low, high = _band(judged)
        error = judged.made.error
        return cls(
            expected=judged.made.expected,
            low=low,
            high=high,
            error=error,
            score=judged.scores.cell,
            p_value=cells.p_values(judged.scores.cell),
            user_score=judged.scores.user,
            user_error=mean_over(error, (1, 2)),
            day_error=np.nansum(error, axis=(0, 2), dtype=np.float64),
            day_cells=np.isfinite(error).sum(axis=(0, 2)),
        )

    @classmethod
    def joined(cls, parts: Sequence["Figures"]) -> "Figures":
        """Return the figures of all users of the parts, one after the other, in memory."""

        def of_all(name: str) -> np.ndarray:
            found = [getattr(part, name) for part in parts]
            return sum(found[1:], found[0]) if name in DAY_FIGURES else np.concatenate(found)

        return cls(**{field.name: of_all(field.name) for field in fields(cls)})

    @classmethod
    def gather(
        cls, parts: Iterable[tuple[np.ndarray, "Figures"]], shape: tuple[int, int, int]
    ) -> "Figures":
        """Put parts of the users, (their indices, their figures), together: (users, times, features).

        Who is in none of them has no figures.
        """
        whole = cls(
            **{name: room_for(shape) for name in CELL_FIGURES},
            user_score=np.full(shape[0], np.nan, dtype=np.float32),
            user_error=np.full(shape[0], np.nan),
            day_error=np.zeros(shape[1]),
            day_cells=np.zeros(shape[1], dtype=np.int64),
        )
        missing = np.ones(shape[0], dtype=bool)
        for users, part in parts:
            missing[users] = False
            for name in (*CELL_FIGURES, "user_score", "user_error"):
                getattr(whole, name)[users] = getattr(part, name)
            whole.day_error[:] += part.day_error
            whole.day_cells[:] += part.day_cells
            whole.let_go()
        for name in CELL_FIGURES:
            getattr(whole, name)[missing] = np.nan
        return whole

    def mean_of_days(self) -> np.ndarray:
        """Return the mean error of each time step, (times,), NaN where nothing was scored."""
        nothing = np.full(len(self.day_error), np.nan)
        return np.divide(self.day_error, self.day_cells, out=nothing, where=self.day_cells > 0)

    def let_go(self) -> None:
        """Take no memory for what lies in files."""
        let_go(*(getattr(self, name) for name in CELL_FIGURES))


def _band(judged: Judged) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of what is expected of each cell, in counts, NaN where not scored."""
    panel, scored = judged.subject.panel, judged.subject.scored
    low, high = (np.full(panel.shape, np.nan, dtype=np.float32) for _ in range(2))
    ends = band(judged.made.counts[scored])  # (scored cells, features)
    low[scored], high[scored] = (each / judged.subject.units for each in ends)
    return low, high
