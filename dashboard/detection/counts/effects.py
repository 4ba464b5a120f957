"""Users as weighted sums of patterns: a random-effects model, and each cell foretold without itself.

A user's values are weights times patterns, and noise. The weights of all users are normally
distributed; their mean and covariance are found by expectation and maximisation (Laird and Ware,
Biometrics 38, 1982). What little a user's history says is so drawn towards what users do.
"""

from dataclasses import dataclass, replace

import numpy as np

from dashboard.detection.counts.basis import rhythm, shared

EM_STEPS = 8
ENOUGH_USERS = 500  # from whom the distribution of weights is learned
CLIP = 3.0  # deviations beyond which a value teaches no more than at it
ROUNDS = 2  # of clipping
LEAST_SPREAD = 0.01
MAD_TO_DEVIATION = 1.4826  # for a normal distribution
POOLED = 3.0  # cells' worth of everybody's variance in each user's own
JITTER = 1e-5


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

    def moments(self, part: slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
        """What the steps of `part` say of weights: (users, patterns, patterns), (users, patterns)."""
        seen, patterns = self.seen[:, part], self.patterns[:, part]
        products = np.einsum("kt,lt->tkl", patterns, patterns)
        gram = np.tensordot(seen, products, axes=1) / self.spread[:, :, None] ** 2
        return gram, (seen * self.values[:, part]) @ patterns.T / self.spread**2


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
    *,
    rounds: int = ROUNDS,
    least_spread: float = LEAST_SPREAD,
) -> Effects:
    """Foretell each cell from its user's steps more than `gap` away, and from all users.

    values: (users, times). seen: (users, times), the weight of each cell, 0 where unknown.
    rounds: how often values that stand out are clipped. least_spread: of any user.
    """
    known = _learn(values, seen, period, rounds, least_spread)
    weights = _left_out(known, _population(known), gap)
    return Effects(np.einsum("utk,kt->ut", weights, known.patterns), known.patterns, weights)


def smooth(values: np.ndarray, seen: np.ndarray, period: int) -> np.ndarray:
    """Return what fits each cell, its own value included, (users, times): quick, and no foretelling."""
    known = _learn(values, seen, period, rounds=1, least_spread=LEAST_SPREAD)
    return _population(known).weights(*known.moments()) @ known.patterns


def _learn(
    values: np.ndarray, seen: np.ndarray, period: int, rounds: int, least_spread: float
) -> _Known:
    """Find the shared patterns and each user's spread, clipping what stands out."""
    own = rhythm(values.shape[1], period)
    mean = (values * seen).sum(1, keepdims=True) / np.maximum(seen.sum(1, keepdims=True), 1e-6)
    known = _Known(values, seen, own, _spread(values - mean, seen, least_spread))
    fitted, known = _smooth(known, least_spread)
    for _ in range(rounds):
        known = replace(known, values=_clip(values, fitted, known.spread))
        away = known.values - _smooth(replace(known, patterns=own), least_spread)[0]
        patterns = np.concatenate([own, shared(away, seen, known.spread)])
        fitted, known = _smooth(replace(known, patterns=patterns), least_spread)
    return replace(known, values=_clip(values, fitted, known.spread))


def _clip(values: np.ndarray, fitted: np.ndarray, spread: np.ndarray) -> np.ndarray:
    return fitted + np.clip(values - fitted, -CLIP * spread, CLIP * spread)


def _smooth(known: _Known, least_spread: float) -> tuple[np.ndarray, _Known]:
    """Fit every user; return (users, times), and the spread around it."""
    fitted = _population(known).weights(*known.moments()) @ known.patterns
    return fitted, replace(known, spread=_spread(known.values - fitted, known.seen, least_spread))


def _population(known: _Known) -> _Population:
    """Find how weights are distributed, from evenly chosen users where there are very many."""
    part = slice(None, None, max(1, len(known.values) // ENOUGH_USERS))
    known = replace(
        known, values=known.values[part], seen=known.seen[part], spread=known.spread[part]
    )
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
    gram, cross = known.moments()
    weights = np.empty((users, times, len(known.patterns)), dtype=np.float32)
    for time in range(times):
        near_gram, near_cross = known.moments(slice(max(0, time - gap), time + gap + 1))
        weights[:, time] = population.weights(gram - near_gram, cross - near_cross)
    return weights


def _spread(residual: np.ndarray, seen: np.ndarray, least: float) -> np.ndarray:
    """Return each user's robust deviation, (users, 1), drawn a little towards that of all."""
    squares = seen * np.square(residual)
    everybody = squares.sum() / max(seen.sum(), 1e-6)
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
