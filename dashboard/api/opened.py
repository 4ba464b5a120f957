"""Finished runs, opened once for several requests; of a few at a time."""

from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd

from dashboard.api.asking import find_run
from dashboard.detection.thresholds import parse_threshold
from dashboard.errors import StoreError
from dashboard.runs.digests import Signature, signature_of
from dashboard.runs.records import RunState
from dashboard.runs.results import Results
from dashboard.runs.store import Store
from dashboard.sharing.door import Door


@dataclass(frozen=True)
class _Kept:
    """A run as its files are now; what was opened of others is no longer asked for."""

    run_id: str
    signature: Signature
    store: Store = field(compare=False)


def open_results(door: Door, run_id: str) -> Results:
    """Return a finished run of the token's owner. Raises NotFoundError, StoreError and DamagedError."""
    run = find_run(door, run_id)
    if run.state is not RunState.FINISHED:
        raise StoreError(
            f"This run is {run.state.value}. There are scores when it has finished: ask how it stands "
            f"at /runs/{run.id}."
        )
    return _open(_Kept(run.id, signature_of(door.store.run_folder(run.id)), door.store))


def level_of(results: Results, threshold: str | None) -> float:
    """Return the score from which a cell is an anomaly. threshold: as `budget:20`; None: the run's own."""
    return (
        results.manifest.level
        if threshold is None
        else results.level_for(parse_threshold(threshold))
    )


@lru_cache(maxsize=4)
def findings_of(results: Results, level: float) -> pd.DataFrame:
    """Return every finding, for as long as its pages are asked for."""
    return results.findings(level)


@lru_cache(maxsize=8)
def _open(kept: _Kept) -> Results:
    kept.store.check_run(kept.run_id)
    return Results.open(kept.store.places.runs / kept.run_id, compared=True)
