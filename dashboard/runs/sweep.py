"""What unfinished work has left behind, and its removal."""

import shutil

from dashboard.runs.places import Places
from dashboard.runs.unfinished import sweep_unfinished


def sweep(places: Places) -> None:
    """Remove what dead processes were making, and the logs of runs that are on disk."""
    kept = (places.sources, places.datasets, places.runs, places.work, places.compared)
    for folder in (places.home, *kept):
        sweep_unfinished(folder)
    for folder in places.work.iterdir():
        if (places.runs / folder.name).exists():
            shutil.rmtree(folder, ignore_errors=True)
