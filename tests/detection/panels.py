"""Small panels for the tests of detection."""

import numpy as np
import pandas as pd

from dashboard.data.panel import Frequency, Panel


def make_panel(
    users: int = 12, times: int = 20, features: int = 1, seed: int = 0, newcomers: int = 0
) -> Panel:
    """Poisson counts with a weekday rhythm; the first `newcomers` users begin at step 5."""
    random = np.random.default_rng(seed)
    level = random.uniform(1, 50, (users, 1, features))
    rhythm = 1 + 0.5 * np.sin(np.arange(times) * 2 * np.pi / 7)[None, :, None]
    observed = np.ones((users, times), dtype=bool)
    observed[:newcomers, :5] = False
    values = random.poisson(level * rhythm).astype(np.float32)
    values[~observed] = 0
    return Panel(
        values=values,
        observed=observed,
        users=tuple(f"user {number}" for number in range(users)),
        times=pd.date_range("2024-01-01", periods=times, freq="D"),
        features=tuple(f"clicks {number}" for number in range(features)),
        frequency=Frequency.DAY,
    )
