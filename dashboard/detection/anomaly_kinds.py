"""The kinds of anomalies that can be planted: what they do to counts, and whom they would concern.

Counts stay counts: more of them are drawn from a negative binomial with the user's own dispersion,
fewer are a binomial thinning of those that are there.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dashboard.data.panel import Frequency
from dashboard.data.sample import draw_counts
from dashboard.detection.usual import PERIODS, Usual
from dashboard.errors import SettingsError

LEAST_RHYTHM = 0.25  # of its usual counts that a weekday shift must be expected to move
LEAST_FLAT = 3.0  # usual counts a step, below which one number again and again is no news
FLAT_STEPS = 4  # the shortest flat line
SHIFT = 3  # days by which a week is moved


@dataclass(frozen=True)
class Stretch:
    """The steps to be changed: actual and usual are (length, features), dispersion (features,).

    moved: (length, features), the actual counts of SHIFT days later in the user's week.
    """

    actual: np.ndarray
    usual: np.ndarray
    moved: np.ndarray
    dispersion: np.ndarray
    whole: np.ndarray
    size: float


Plant = Callable[[np.random.Generator, Stretch], np.ndarray]


def _more(random: np.random.Generator, stretch: Stretch) -> np.ndarray:
    mean = stretch.usual * (stretch.size - 1)
    added = draw_counts(random, mean, stretch.dispersion)
    return stretch.actual + np.where(stretch.whole, added, mean)


def _fewer(random: np.random.Generator, stretch: Stretch) -> np.ndarray:
    kept = random.binomial(np.round(stretch.actual).astype(np.int64), 1 / stretch.size)
    return np.where(stretch.whole, kept, stretch.actual / stretch.size)


def _nothing(random: np.random.Generator, stretch: Stretch) -> np.ndarray:
    del random
    return np.zeros_like(stretch.actual)


def _same(random: np.random.Generator, stretch: Stretch) -> np.ndarray:
    del random
    level = stretch.usual.mean(axis=0)
    return np.broadcast_to(np.where(stretch.whole, np.round(level), level), stretch.actual.shape)


def _other_days(random: np.random.Generator, stretch: Stretch) -> np.ndarray:
    del random
    return stretch.moved


@dataclass(frozen=True)
class Kind:
    """A kind of anomaly.

    change: by how many counts each step is expected to change, (users, times), for a recipe.
    rhythmic: it needs days and their week.
    """

    plant: Plant
    change: Callable[[Usual, "Recipe"], np.ndarray]
    sized: bool = False
    least_steps: int = 1
    rhythmic: bool = False


def _growth(usual: Usual, recipe: "Recipe") -> np.ndarray:
    return usual.level * (recipe.size - 1)


def _loss(usual: Usual, recipe: "Recipe") -> np.ndarray:
    return usual.level * (1 - 1 / (recipe.size or np.inf))


def _flattening(usual: Usual, recipe: "Recipe") -> np.ndarray:
    del recipe
    busy = usual.level.mean(axis=1, keepdims=True) >= LEAST_FLAT
    return np.where(busy, usual.level, 0)


def _moving(usual: Usual, recipe: "Recipe") -> np.ndarray:
    del recipe
    level = usual.level
    moved = np.abs(level[:, moved_steps(level.shape[1])] - level)
    lively = moved.sum(axis=1) >= LEAST_RHYTHM * level.sum(axis=1)
    return np.where(lively[:, None], moved, 0)


KINDS: dict[str, Kind] = {
    "spike": Kind(_more, _growth, sized=True),
    "surge": Kind(_more, _growth, sized=True, least_steps=2),
    "slump": Kind(_fewer, _loss, sized=True, least_steps=2),
    "silence": Kind(_nothing, _loss),
    "flat line": Kind(_same, _flattening, least_steps=FLAT_STEPS),
    "weekday shift": Kind(_other_days, _moving, least_steps=FLAT_STEPS, rhythmic=True),
}


@dataclass(frozen=True)
class Recipe:
    """One sort of anomaly, to be planted in `number` users.

    length: time steps. size: how many times as many counts as usual, or for a slump, as few; the
    other kinds have none. Raises SettingsError where that makes no sense.
    """

    kind: str
    length: int
    number: int
    size: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise SettingsError(
                f"There is no anomaly {self.kind!r} to plant. Choose one of: {', '.join(KINDS)}."
            )
        sized = KINDS[self.kind].sized
        if sized and not (self.size is not None and 1 < self.size < np.inf):
            raise SettingsError(f"A {self.kind} needs a size above 1; received {self.size}.")
        if not sized and self.size is not None:
            raise SettingsError(f"A {self.kind} has no size; received {self.size}.")
        if self.length < KINDS[self.kind].least_steps or self.number < 0:
            raise SettingsError(
                f"A {self.kind} takes at least {KINDS[self.kind].least_steps} time steps and is "
                f"planted in 0 or more users; received {self.length} and {self.number}."
            )


def moved_steps(times: int) -> np.ndarray:
    """Return which day's counts a weekday shift puts at each day: SHIFT days on, in this week or the last."""
    steps = np.arange(times) + SHIFT
    return np.where(steps < times, steps, np.maximum(steps - PERIODS[Frequency.DAY], 0))
