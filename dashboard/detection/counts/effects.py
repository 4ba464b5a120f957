"""Users as weighted sums of patterns: a random-effects model, and each cell foretold without itself.

A user's values are weights times patterns, and noise. The weights of all users are normally
distributed; their mean and covariance are found by expectation and maximisation (Laird and Ware,
Biometrics 38, 1982). What little a user's history says is so drawn towards what users do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from dashboard.detection.at_once import at_once
from dashboard.detection.counts.basis import rhythm, shared
from dashboard.detection.learned import ALONE, Learned

EM_STEPS = 8
ENOUGH_USERS = 500  # from whom the distribution of weights is learned
CLIP = 3.0  # deviations beyond which a value teaches no more than at it
ROUNDS = 2  # of clipping
LEAST_SPREAD = 0.01
MAD_TO_DEVIATION = 1.4826  # for a normal distribution
POOLED = 3.0  # cells' worth of everybody's variance in each user's own
JITTER = 1e-5
USERS_AT_ONCE = 100


@dataclass(frozen=True)
class Effects:
    """expected: (users, times), each cell without the steps around it. patterns: (patterns, times).

    weights: (users, times, patterns) float32, those that foretell each cell.
    """

    expected: np.ndarray
    patterns: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class _Known:
    """What there is to learn from. values, seen (weights of cells): (users, times); spread: (users, 1)."""

    values: np.ndarray
    seen: np.ndarray
    patterns: np.ndarray
    spread: np.ndarray

    def of(self, users: slice) -> "_Known":
        """Return what is known of some users."""
        return replace(
            self, values=self.values[users], seen=self.seen[users], spread=self.spread[users]
        )

    def moments(self) -> tuple[np.ndarray, np.ndarray]:
        """What the steps say of weights: (users, patterns, patterns), (users, patterns)."""
        products = np.einsum("kt,lt->tkl", self.patterns, self.patterns)
        gram = np.tensordot(self.seen, products, axes=1) / self.spread[:, :, None] ** 2
        return gram, (self.seen * self.values) @ self.patterns.T / self.spread**2


@dataclass(frozen=True)
class _Population:
    """How weights are distributed over users: mean (patterns,), precision (patterns, patterns)."""

    mean: np.ndarray
    precision: np.ndarray

    def weights(self, gram: np.ndarray, cross: np.ndarray) -> np.ndarray:
        """Return what is then known of each user's weights, (users, patterns)."""
        pulled = cross + self.precision @ self.mean
        return np.linalg.solve(gram + self.precision, pulled[:, :, None])[:, :, 0]


def foretell(
    values: np.ndarray,
    seen: np.ndarray,
    period: int,
    gap: int,
    learned: Learned = ALONE,
    *,
    rounds: int = ROUNDS,
    least_spread: float = LEAST_SPREAD,
) -> Effects:
    """Foretell each cell from its user's steps more than `gap` away, and from all users.

    values: (users, times). seen: (users, times), the weight of each cell, 0 where unknown.
    rounds: how often values that stand out are clipped. least_spread: of any user.
    """
    known = _learn(values, seen, period, learned, rounds=rounds, least_spread=least_spread)
    weights = _left_out(known, _population(known, learned), gap)
    return Effects(np.einsum("utk,kt->ut", weights, known.patterns), known.patterns, weights)


def smooth(
    values: np.ndarray, seen: np.ndarray, period: int, learned: Learned = ALONE
) -> np.ndarray:
    """Return what fits each cell, its own value included, (users, times): quick, and no foretelling."""
    known = _learn(values, seen, period, learned, rounds=1, least_spread=LEAST_SPREAD)
    return _population(known, learned).weights(*known.moments()) @ known.patterns


def _learn(
    values: np.ndarray,
    seen: np.ndarray,
    period: int,
    learned: Learned = ALONE,
    *,
    rounds: int,
    least_spread: float,
) -> _Known:
    """Find the shared patterns and each user's spread, clipping what stands out."""
    own = rhythm(values.shape[1], period)
    mean = (values * seen).sum(1, keepdims=True) / np.maximum(seen.sum(1, keepdims=True), 1e-6)
    known = _Known(values, seen, own, _spread(values - mean, seen, least_spread, learned))
    fitted, known = _smooth(known, least_spread, learned.within("own"))
    for each in range(rounds):
        within = learned.within(each)
        known = replace(known, values=_clip(values, fitted, known.spread))
        fitted, _ = _smooth(replace(known, patterns=own), least_spread, within.within("own"))
        found = within.learn("patterns", partial(shared, known.values - fitted, seen, known.spread))
        known = replace(known, patterns=np.concatenate([own, found]))
        fitted, known = _smooth(known, least_spread, within)
    return replace(known, values=_clip(values, fitted, known.spread))


def _clip(values: np.ndarray, fitted: np.ndarray, spread: np.ndarray) -> np.ndarray:
    return fitted + np.clip(values - fitted, -CLIP * spread, CLIP * spread)


def _smooth(known: _Known, least_spread: float, learned: Learned) -> tuple[np.ndarray, _Known]:
    """Fit every user; return (users, times), and the spread around it."""
    fitted = _population(known, learned).weights(*known.moments()) @ known.patterns
    spread = _spread(known.values - fitted, known.seen, least_spread, learned)
    return fitted, replace(known, spread=spread)


def _population(known: _Known, learned: Learned = ALONE) -> _Population:
    """Say how weights are distributed."""
    return learned.learn("population", partial(_find_population, known))


def _find_population(known: _Known) -> _Population:
    """Find how weights are distributed, from evenly chosen users where there are very many."""
    part = slice(None, None, max(1, len(known.values) // ENOUGH_USERS))
    known = known.of(part)
    gram, cross = known.moments()
    number = len(known.patterns)
    mean, covariance = np.eye(number)[0], np.eye(number)
    for _ in range(EM_STEPS):
        precision = np.linalg.inv(covariance)
        doubt = np.linalg.inv(gram + precision)  # (users, patterns, patterns)
        weights = np.einsum("ukl,ul->uk", doubt, cross + precision @ mean)
        mean = weights.mean(axis=0)
        away = weights - mean
        covariance = away.T @ away / len(weights) + doubt.mean(axis=0) + JITTER * np.eye(number)
    return _Population(mean, np.linalg.inv(covariance))


def _left_out(known: _Known, population: _Population, gap: int) -> np.ndarray:
    """Return the weights of each cell, from its user's steps more than `gap` away."""
    users, times = known.values.shape
    weights = np.empty((users, times, len(known.patterns)), dtype=np.float32)
    blocks = [slice(first, first + USERS_AT_ONCE) for first in range(0, users, USERS_AT_ONCE)]

    def fill(block: slice) -> None:
        weights[block] = _without_near(known.of(block), population, gap)

    at_once([partial(fill, block) for block in blocks])
    return weights


def _without_near(known: _Known, population: _Population, gap: int) -> np.ndarray:
    """Do so for some users, (users, times, patterns), by way of what all steps say.

    With A the information of all of a user's steps, and N the few steps near a cell, of information
    S: (A - P_N S P_N')^-1 follows from A^-1 by solving for the steps of N alone (Woodbury's identity).
    """
    gram, cross = known.moments()
    # (users, patterns, patterns), and what each step moves the weights by, (users, patterns, times)
    inverse = np.linalg.inv(gram + population.precision)
    moved = inverse @ known.patterns
    whole = np.einsum("ukl,ul->uk", inverse, cross + population.precision @ population.mean)
    times = known.values.shape[1]
    near = range(2 * gap + 1)

    def around(figures: np.ndarray) -> list[np.ndarray]:
        """Return (users, times) of each step near each cell."""
        padded = np.pad(figures, [(0, 0), (gap, gap)])
        return [padded[:, step : step + times] for step in near]

    told = known.seen / known.spread**2
    root, values = around(np.sqrt(told)), around(told * known.values)
    away = [np.array(each) for each in around(whole @ known.patterns)]
    between = _between(known.patterns, moved, gap)
    left = [[np.empty(0)] * len(near) for _ in near]
    for one in near:
        for other in near:
            both = between[abs(one - other)][min(one, other)]
            away[one] -= both * values[other]
            if one <= other:
                left[one][other] = (one == other) - root[one] * both * root[other]
    back = solve_symmetric(left, [each * own for each, own in zip(away, root, strict=True)])
    moved = np.pad(moved.transpose(0, 2, 1), [(0, 0), (gap, gap), (0, 0)])
    weights = np.repeat(whole[:, None], times, axis=1)
    for step in near:
        weight = root[step] * back[step] - values[step]
        weights += weight[:, :, None] * moved[:, step : step + times]
    return weights


def _between(patterns: np.ndarray, moved: np.ndarray, gap: int) -> list[list[np.ndarray]]:
    """Return how steps near each cell move what fits one another, (users, times) each.

    By how far the two are apart, and by the place of the first.
    """
    users, _, times = moved.shape
    wide = 2 * gap + 1
    between = []
    for lag in range(wide):
        padded = np.zeros((users, times + 2 * gap))
        if lag < times:
            along = np.einsum("kt,ukt->ut", patterns[:, : times - lag], moved[:, :, lag:])
            padded[:, gap : gap + times - lag] = along
        between.append([padded[:, first : first + times] for first in range(wide - lag)])
    return between


def solve_symmetric(
    left: Sequence[Sequence[np.ndarray]], right: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """Solve many small systems side by side by Gauss' elimination: all arrays have one shape.

    left: the rows of symmetric, positive definite matrices, of which what lies left of the diagonal is not read.
    What was given is overwritten.
    """
    number = len(right)
    made = list(right)
    for one in range(number):
        for other in range(one + 1, number):
            share = left[one][other] / left[one][one]
            for place in range(other, number):
                left[other][place] -= share * left[one][place]
            made[other] -= share * made[one]
    for one in reversed(range(number)):
        for other in range(one + 1, number):
            made[one] -= left[one][other] * made[other]
        made[one] /= left[one][one]
    return made


def _spread(residual: np.ndarray, seen: np.ndarray, least: float, learned: Learned) -> np.ndarray:
    """Return each user's robust deviation, (users, 1), drawn a little towards that of all."""
    squares = seen * np.square(residual)
    everybody = learned.learn("variance", lambda: squares.sum() / max(seen.sum(), 1e-6))
    number = seen.sum(axis=1, keepdims=True)
    plain = (squares.sum(axis=1, keepdims=True) + POOLED * everybody) / (number + POOLED)
    robust = np.square(1.5 * MAD_TO_DEVIATION * _middle(np.abs(residual), seen))
    variance = np.where(robust > 0, np.minimum(plain, robust), plain)
    return np.sqrt(np.maximum(variance, least**2))


def _middle(values: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return each user's median of what was mostly seen, (users, 1); 0 where nothing was."""
    known = seen > 0.5  # noqa: PLR2004 - more likely than not
    ordered = np.sort(np.where(known, values, np.inf), axis=1)
    number = known.sum(axis=1, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum((number - 1) // 2, 0), axis=1)
    high = np.take_along_axis(ordered, np.minimum(number // 2, values.shape[1] - 1), axis=1)
    return np.divide(low + high, 2, out=np.zeros_like(low), where=number > 0)
