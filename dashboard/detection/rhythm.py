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
