"""A believable sample: many kinds of users over some weeks, with planted anomalies that are known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.data.panel import Frequency, Panel

FIRST_DAY = "2026-01-05"  # a Monday
LEAST_DAYS = 28  # of a newcomer, and before which nothing is planted in one


@dataclass(frozen=True)
class Segment:
    """Users of one kind. week: activity on Monday to Sunday, relative to their mean.

    rate: lowest and highest mean clicks a day. dispersion: the smaller, the more days differ.
    """

    share: float
    week: tuple[float, ...]
    rate: tuple[float, float]
    dispersion: float


SEGMENTS = (
    Segment(0.45, (1.25, 1.3, 1.3, 1.25, 1.1, 0.45, 0.35), (4, 120), 8),  # at work
    Segment(0.25, (0.75, 0.75, 0.8, 0.85, 1.1, 1.45, 1.3), (3, 60), 5),  # at leisure
    Segment(0.20, (1, 1, 1, 1, 1, 1, 1), (20, 300), 15),  # every day, busy
    Segment(0.10, (1.1, 1, 1, 1, 1, 0.95, 0.95), (1, 4), 2),  # now and then
)
NEWCOMERS = 0.1


@dataclass(frozen=True)
class Sample:
    """counts: user, date, clicks. labels: user, date, kind; one row for each anomalous cell."""

    counts: pd.DataFrame
    labels: pd.DataFrame


def make_sample(
    users: int = 2_000, days: int = 40, anomalies: float = 0.1, seed: int = 0
) -> Sample:
    """Make counts of `users` over `days`, a share `anomalies` of users with something planted.

    The same numbers give the same sample. Newcomers have no rows before their first day. On one
    day, `outage`, everyone drops; it is labelled for every user who is there.
    """
    random = np.random.default_rng(seed)
    mean, dispersion = _means(random, users, days)
    first = _first_days(random, users, days)
    planted = random.choice(users, round(anomalies * users), replace=False)
    kinds = np.full((users, days), "", dtype=object)
    counts = draw_counts(random, mean, dispersion)
    for position, user in enumerate(planted):
        name = list(KINDS)[position % len(KINDS)]
        length, plant = KINDS[name]
        span = _span(random, int(first[user]), days, length)
        counts[user, span] = plant(random, counts[user], mean[user], span)
        kinds[user, span] = name
    if anomalies > 0 and days >= LEAST_DAYS:
        _drop_everyone(random, counts, kinds, days)
    return _as_tables(counts, kinds, first, random)


def sample_panel(users: int = 2_000, days: int = 40, seed: int = 0) -> Panel:
    """Return the counts of that sample as the panel that reading its file would give."""
    counts = make_sample(users, days, seed=seed).counts
    wide = counts.pivot(index="user", columns="date", values="clicks")  # noqa: PD010 - each cell once
    wide = wide.loc[counts["user"].unique()]
    return Panel(
        values=wide.fillna(0).to_numpy(np.float32)[:, :, None],
        observed=wide.notna().to_numpy(),
        users=tuple(wide.index),
        times=pd.DatetimeIndex(wide.columns),
        features=("clicks",),
        frequency=Frequency.DAY,
    )


def _means(random: np.random.Generator, users: int, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean (users, days) and dispersion (users, 1)."""
    segment = random.choice(len(SEGMENTS), users, p=[segment.share for segment in SEGMENTS])
    low, high = np.array([segment.rate for segment in SEGMENTS])[segment].T
    rate = np.exp(random.uniform(np.log(low), np.log(high)))
    week = np.array([segment.week for segment in SEGMENTS])[segment]
    own = week * random.lognormal(0, 0.12, week.shape)
    growth = np.exp(np.linspace(-0.5, 0.5, days) * random.normal(0.05, 0.25, (users, 1)))
    mean = rate[:, None] * own[:, np.arange(days) % 7] * growth
    dispersion = np.array([segment.dispersion for segment in SEGMENTS])[segment]
    return mean, dispersion[:, None]


def draw_counts(
    random: np.random.Generator, mean: np.ndarray, dispersion: np.ndarray
) -> np.ndarray:
    """Negative binomial counts: variance mean + mean^2 / dispersion."""
    return random.poisson(random.gamma(dispersion, mean / dispersion))


def _first_days(random: np.random.Generator, users: int, days: int) -> np.ndarray:
    latest = max(days - LEAST_DAYS // 2, 0)
    newcomer = random.random(users) < NEWCOMERS
    return np.where(newcomer, random.integers(0, latest + 1, users), 0)


def _span(random: np.random.Generator, first: int, days: int, length: tuple[int, int]) -> slice:
    size = min(int(random.integers(length[0], length[1] + 1)), max(1, (days - first) // 2))
    start = int(random.integers(first, max(first + 1, days - size + 1)))
    return slice(start, start + size)


Plant = Callable[[np.random.Generator, np.ndarray, np.ndarray, slice], np.ndarray]


def _times(low: float, high: float, least: float = 0) -> Plant:
    def plant(
        random: np.random.Generator, counts: np.ndarray, mean: np.ndarray, span: slice
    ) -> np.ndarray:
        del counts
        return random.poisson(np.maximum(mean[span] * random.uniform(low, high), least))

    return plant


def _silence(
    random: np.random.Generator, counts: np.ndarray, mean: np.ndarray, span: slice
) -> np.ndarray:
    del random, mean
    return np.zeros_like(counts[span])


def _shift(
    random: np.random.Generator, counts: np.ndarray, mean: np.ndarray, span: slice
) -> np.ndarray:
    """Weekdays and weekends trade places."""
    del counts
    moved = (np.arange(len(mean))[span] + 3) % len(mean)
    return random.poisson(mean[moved])


def _flat(
    random: np.random.Generator, counts: np.ndarray, mean: np.ndarray, span: slice
) -> np.ndarray:
    """The same number day after day, as from a script."""
    del random
    return np.full_like(counts[span], round(float(mean.mean())))


KINDS: dict[str, tuple[tuple[int, int], Plant]] = {
    "spike": ((1, 1), _times(4, 8, least=12)),
    "silence": ((3, 8), _silence),
    "surge": ((4, 9), _times(2, 3.5, least=6)),
    "slump": ((5, 10), _times(0.15, 0.4)),
    "weekday shift": ((7, 14), _shift),
    "flat line": ((7, 14), _flat),
}


def _drop_everyone(
    random: np.random.Generator, counts: np.ndarray, kinds: np.ndarray, days: int
) -> None:
    day = int(random.integers(days // 3, 2 * days // 3))
    counts[:, day] = random.binomial(counts[:, day], 0.3)
    kinds[:, day] = np.where(kinds[:, day] == "", "outage", kinds[:, day])


def _as_tables(
    counts: np.ndarray, kinds: np.ndarray, first: np.ndarray, random: np.random.Generator
) -> Sample:
    users, days = counts.shape
    names = np.array([f"u{number:05d}" for number in random.permutation(users) + 1], dtype=object)
    dates = pd.date_range(FIRST_DAY, periods=days).strftime("%Y-%m-%d").to_numpy()
    there = np.arange(days) >= first[:, None]
    user, day = np.nonzero(there)
    table = pd.DataFrame({"user": names[user], "date": dates[day], "clicks": counts[user, day]})
    user, day = np.nonzero(there & (kinds != ""))
    labels = pd.DataFrame({"user": names[user], "date": dates[day], "kind": kinds[user, day]})
    return Sample(table, labels)
