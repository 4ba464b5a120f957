"""A long history cut to its latest part, so that a report stays small enough to open and to send."""

from dataclasses import replace

from dashboard.runs.views import Grid, UserView, View

MOST_STEPS = 2_000  # a chart is about 1,000 pixels wide


def recent_view(view: View, steps: int = MOST_STEPS) -> View:
    """Return the view with the latest `steps` time steps alone; ranks and counts stay the run's."""
    return replace(view, days=view.days.tail(steps), grid=_recent_grid(view.grid, steps))


def recent_story(story: UserView, steps: int = MOST_STEPS) -> UserView:
    """Return a user's story with the latest `steps` time steps alone."""
    series = story.series
    kept = series["time"].drop_duplicates().tail(steps)
    return replace(story, series=series[series["time"].isin(kept)].reset_index(drop=True))


def _recent_grid(grid: Grid, steps: int) -> Grid:
    cells = ("score", "actual", "expected", "anomaly", "feature")  # (users, times) each
    cut = {name: getattr(grid, name)[:, -steps:] for name in cells}
    return replace(grid, times=grid.times[-steps:], **cut)
