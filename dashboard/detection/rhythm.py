"""The rhythm that counts of people follow: where in the week a time step lies."""

import numpy as np
import pandas as pd

from dashboard.data.panel import Frequency

DAYS_A_WEEK = 7
HOURS_A_DAY = 24


def phases(times: pd.Index, frequency: Frequency) -> np.ndarray:
    """Return each time step's place in the week, (times,) int from 0.

    Days: Monday is 0; hours: 0 to 167 from Monday midnight; weeks have one phase. Whole-number
    steps are taken as days that repeat after seven.
    """
    if not isinstance(times, pd.DatetimeIndex):
        return np.asarray(times, dtype=np.int64) % DAYS_A_WEEK
    if frequency is Frequency.WEEK:
        return np.zeros(len(times), dtype=np.int64)
    days = times.dayofweek.to_numpy()
    return days * HOURS_A_DAY + times.hour.to_numpy() if frequency is Frequency.HOUR else days


def week_steps(frequency: Frequency) -> int:
    """Return how many time steps a week has: 7, 168 or 1."""
    return {Frequency.HOUR: HOURS_A_DAY * DAYS_A_WEEK, Frequency.DAY: DAYS_A_WEEK}.get(frequency, 1)


def medians_by_phase(actual: np.ndarray, phases: np.ndarray) -> np.ndarray:
    """Return each user's median over the time steps of the same phase, at every time step.

    actual: (users, times, features), NaN where not scored. phases: (times,) int.
    NaN where a user has no cell in a phase.
    """
    made = np.full_like(actual, np.nan)
    for phase in np.unique(phases):
        part = actual[:, phases == phase]
        some = np.isfinite(part).any(axis=1, keepdims=True)  # (users, 1, features)
        middle = np.nanmedian(np.where(some, part, 0), axis=1, keepdims=True)
        made[:, phases == phase] = np.where(some, middle, np.nan)
    return made
