"""A long history cut to its latest part, so that a report stays small enough to open and to send."""

from dataclasses import replace

from dashboard.runs.grid import part_of_grid
from dashboard.runs.views import UserView, View

MOST_STEPS = 2_000  # a chart is about 1,000 pixels wide


def recent_view(view: View, steps: int = MOST_STEPS) -> View:
    """Return the view with the latest `steps` time steps alone; ranks and counts stay the run's."""
    return replace(
        view, days=view.days.tail(steps), grid=part_of_grid(view.grid, slice(-steps, None))
    )


def recent_story(story: UserView, steps: int = MOST_STEPS) -> UserView:
    """Return a user's story with the latest `steps` time steps alone."""
    series = story.series
    kept = series["time"].drop_duplicates().tail(steps)
    return replace(story, series=series[series["time"].isin(kept)].reset_index(drop=True))
