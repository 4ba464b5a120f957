"""What unfinished work has left behind, and its removal."""

import shutil
import time
from pathlib import Path

from dashboard.runs.places import UNFINISHED, Places
from dashboard.runs.queue import Claim, Queue
from dashboard.runs.times import A_DAY_SECONDS


def sweep(places: Places, queue: Queue) -> None:
    """Remove the leftovers of dead workers and of uploads that broke off long ago."""
    folders = list(places.runs.glob(f"{UNFINISHED}*"))
    alive = queue.claims()  # asked after the listing: each folder's claim is older than that
    for folder in folders:
        if not any(folder.name.endswith(token) for token in alive):
            shutil.rmtree(folder, ignore_errors=True)
    for place in (places.sources, places.datasets, places.work):
        for path in place.glob("*"):
            temporary = path.name.startswith((UNFINISHED, "tmp"))
            if temporary and time.time() - path.stat().st_mtime > A_DAY_SECONDS:
                _remove(path)


def forget_work(places: Places, claim: Claim) -> None:
    """Remove what a claim left unfinished, and its log where the run is on disk."""
    for folder in places.runs.glob(f"{UNFINISHED}*{claim.token}"):
        shutil.rmtree(folder, ignore_errors=True)
    if (places.runs / claim.run_id).exists():
        shutil.rmtree(places.work / claim.run_id, ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
