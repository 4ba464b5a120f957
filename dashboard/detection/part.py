"""Some users and some time steps of an analysis, as if they were all of it."""

from dataclasses import replace

import numpy as np

from dashboard.data.panel import Panel
from dashboard.detection.analysis import Analysis
from dashboard.detection.subject import Subject

CELLS = ("expected", "low", "high", "error", "score", "p_value")
USERS = ("user_error", "user_score", "user_p_value")
DAYS = ("day_error", "day_score", "day_p_value")


def part_of(analysis: Analysis, users: np.ndarray, times: slice) -> Analysis:
    """Return what an analysis says of these users (indices) and times."""
    panel = analysis.subject.panel
    kept = np.ix_(users, np.arange(len(panel.times))[times])
    small = Panel(
        values=panel.values[kept],
        observed=panel.observed[kept],
        users=tuple(panel.users[user] for user in users),
        times=panel.times[times],
        features=panel.features,
        frequency=panel.frequency,
    )
    figures = {name: getattr(analysis, name)[kept] for name in CELLS}
    figures |= {name: getattr(analysis, name)[users] for name in USERS}
    figures |= {name: getattr(analysis, name)[times] for name in DAYS}
    left_out = set(analysis.unscored_users)
    return replace(
        analysis,
        **figures,
        subject=Subject(small, analysis.scored[kept]),
        unscored_users=tuple(user for user in small.users if user in left_out),
    )
