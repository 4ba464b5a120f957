"""What the network is shown of a cell: the steps before and after it, and what is known of its step.

Nothing shown may betray the cell itself, or the network would learn to read it off. Neighbours up to
`GAP` steps away are left out, and all that depends on the user's own counts (the weights behind the
residuals, the share of zeros, the sizes) is computed without them as well.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.detection.counts.anscombe import anscombe
from dashboard.detection.counts.basis import SHORT_PERIOD
from dashboard.detection.counts.distribution import zero_probability
from dashboard.detection.counts.expectation import GAP, Expectation
from dashboard.detection.learned import ALONE, Learned
from dashboard.detection.steps import without_near

CELLS_AN_EPOCH = 48_000  # an epoch of more teaches little; the next one takes others
LEAST_BATCH, UPDATES = 32, 40  # batches are smaller where an epoch would have fewer updates
CHANNELS = 3  # of each step read: its residual, whether it was seen, whether it was zero
CLIP = 4.0
ENOUGH_OTHERS = 10  # users without whom a day says nothing of a cell
TURNS = ((24, 1), (24, 2), (168, 1), (168, 2))  # of the hours of a week


def reach_of(window: int) -> int:
    """Return how many steps are read on either side in a window around a cell and its gap."""
    return max(1, (window - 1) // 2 - GAP)


def batch_size_for(cells: int, wanted: int) -> int:
    """Return how many cells share an update, of so many in an epoch: as wanted, or fewer."""
    return min(wanted, max(LEAST_BATCH, cells // UPDATES))


@dataclass(frozen=True)
class Cells:
    """Cells by their user and time: two arrays of one length."""

    user: np.ndarray
    time: np.ndarray

    def __len__(self) -> int:
        return len(self.user)

    def __getitem__(self, rows: slice | np.ndarray) -> "Cells":
        return Cells(self.user[rows], self.time[rows])


@dataclass(frozen=True)
class Shown:
    """before, after: (cells, reach, CHANNELS), the nearest step last. step: (cells, facts)."""

    before: np.ndarray
    after: np.ndarray
    step: np.ndarray


class Context:
    """The surroundings of every cell of one feature; gathered when a batch of them is needed.

    actual: (users, times) counts. seen: bool. period: time steps of a week. reach: steps that are
    read on either side.
    """

    def __init__(
        self,
        actual: np.ndarray,
        seen: np.ndarray,
        expectation: Expectation,
        learned: Learned = ALONE,
        *,
        period: int,
        reach: int,
    ) -> None:
        self._reach = reach
        margin = [(0, 0), (GAP + reach, GAP + reach)]
        self._expectation = expectation
        self._scale = np.pad(anscombe(actual), margin)
        self._seen = np.pad(seen.astype(np.float32), margin)
        self._zero = np.pad((seen & (actual == 0)).astype(np.float32), margin)
        self._plain = np.pad(expectation.plain.patterns, margin)
        self._active = (
            None if expectation.active is None else np.pad(expectation.active.patterns, margin)
        )
        self._facts = _facts(actual, seen, expectation, period, learned)

    @property
    def facts(self) -> int:
        """How many numbers are known of each step."""
        return self._facts.shape[2]

    def show(self, cells: Cells) -> Shown:
        """Gather what the network is shown of these cells."""
        near = np.arange(self._reach)
        before = cells.time[:, None] + near
        after = cells.time[:, None] + 2 * (GAP + self._reach) - near
        step = self._facts[cells.user, cells.time]
        return Shown(self._side(cells, before), self._side(cells, after), step)

    def _side(self, cells: Cells, times: np.ndarray) -> np.ndarray:
        """Read steps (cells, reach), as positions in the padded arrays."""
        user = cells.user[:, None]
        seen = self._seen[user, times]
        foretold = self._foretold(cells, times)
        counts = self._expectation.counts[cells.user, cells.time]
        level = self._expectation.level[cells.user, cells.time][:, None]
        spread = np.sqrt(1 + counts.mean / counts.size)[:, None]
        residual = np.clip((self._scale[user, times] - foretold * level) / spread, -CLIP, CLIP)
        return np.stack([residual / 2 * seen, seen, self._zero[user, times]], axis=2).astype(
            np.float32
        )

    def _foretold(self, cells: Cells, times: np.ndarray) -> np.ndarray:
        """What the weights of each cell say of the steps around it."""
        made = self._by(self._expectation.plain.weights, self._plain, cells, times)
        if self._active is None:
            return made
        apart = self._expectation.often_off[cells.user, cells.time]
        active = self._by(
            self._expectation.active.weights, self._active, cells[apart], times[apart]
        )
        made[apart] = active
        return made

    @staticmethod
    def _by(
        weights: np.ndarray, patterns: np.ndarray, cells: Cells, times: np.ndarray
    ) -> np.ndarray:
        own = weights[cells.user, cells.time]  # (cells, patterns)
        return np.einsum("ck,kcr->cr", own, patterns[:, times])


def _facts(
    actual: np.ndarray, seen: np.ndarray, expectation: Expectation, period: int, learned: Learned
) -> np.ndarray:
    """Return what is known of each step but its count, (users, times, facts) float32."""
    counts = expectation.counts
    known, zero = seen.astype(float), (seen & (actual == 0)).astype(float)
    left = without_near(known, GAP)
    zeros = (without_near(zero, GAP) + 0.5) / (left + 1)
    away = anscombe(actual) - anscombe(counts.mean)
    away = np.clip(away / np.sqrt(1 + counts.mean / counts.size), -3, 3) * known
    others = [
        _others(figure, known, learned.within(name))
        for name, figure in (("away", away), ("zero", zero), ("square", np.square(away)))
    ]
    facts = [
        np.log(counts.mean) / 3,
        np.log(counts.size) / 3,
        counts.off,
        np.log(counts.off / (1 - counts.off) + 0.01) / 4,
        zero_probability(counts.mean, counts.size),
        zeros,
        np.log(zeros + 0.01) / 3,
        np.log1p(left) / 4,
        others[0],
        others[1],
        np.sqrt(others[2]),
        expectation.often_off,
        *(np.broadcast_to(wave, actual.shape) for wave in _place(actual.shape[1], period)),
    ]
    return np.stack(facts, axis=2).astype(np.float32)


def _others(figures: np.ndarray, known: np.ndarray, learned: Learned) -> np.ndarray:
    """Return the mean over all other users at each time; 0 where they are few."""
    total, number = learned.learn("others", lambda: (figures.sum(axis=0), known.sum(axis=0)))
    among = not learned.is_complete  # whether these users are some of those
    mean = (total - among * figures) / np.maximum(number - among, 1)
    return np.where(number > ENOUGH_OTHERS, mean, 0)


def _place(times: int, period: int) -> np.ndarray:
    """Return where in the week each time lies, (figures, times)."""
    steps = np.arange(times)
    if period <= SHORT_PERIOD:
        return np.eye(period)[:, steps % period]
    turns = [2 * np.pi * times_a_turn * steps / turn for turn, times_a_turn in TURNS]
    return np.array([wave(turn) for turn in turns for wave in (np.sin, np.cos)])
