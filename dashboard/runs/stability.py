"""Trainings that differ in their seed alone: which there are, and in how many a user comes first."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

import pandas as pd
import pyarrow.parquet as pq

from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.artefacts import USERS
from dashboard.runs.records import RunRecord, RunState

MORE_SEEDS = 4
_SEEDS = 2**31  # a seed is smaller


def siblings(run: RunRecord, runs: Iterable[RunRecord]) -> list[RunRecord]:
    """Return the finished runs like this one but for the seed, itself among them; by seed.

    Of two with the same seed only one is taken, itself if it is one of them: they are the same.
    """
    by_seed = {
        one.settings.seed: one
        for one in runs
        if one.state is RunState.FINISHED and _is_alike(one, run)
    }
    by_seed[run.settings.seed] = run
    return [by_seed[seed] for seed in sorted(by_seed)]


def siblings_to_come(run: RunRecord, runs: Iterable[RunRecord]) -> list[RunRecord]:
    """Return the runs like this one but for the seed that wait or are in training."""
    return [one for one in runs if not one.state.is_final and _is_alike(one, run)]


def missing_seeds(run: RunRecord, runs: Iterable[RunRecord], number: int = MORE_SEEDS) -> list[int]:
    """Return which of the `number` seeds after that of a run no sibling has, finished or to come.

    None for a model without randomness, for every training of a baseline is the same; and none for a
    run that trained nothing.
    """
    kind = MODELS.get(run.settings.model)
    if kind is None or not kind.is_trained or run.model_run_id is not None:
        return []
    lost = {RunState.FAILED, RunState.CANCELLED}
    there = {one.settings.seed for one in runs if one.state not in lost and _is_alike(one, run)}
    wanted = ((run.settings.seed + step) % _SEEDS for step in range(1, number + 1))
    return [seed for seed in wanted if seed not in there]


class Ledger(Protocol):
    """Where runs are queued and found: those of a store, or those that one visitor may see."""

    queue_run: Callable[..., RunRecord]
    runs: Callable[..., list[RunRecord]]


def queue_siblings(ledger: Ledger, run: RunRecord) -> list[RunRecord]:
    """Queue a training like this one with each of its missing seeds.

    Raises what `queue_run` does.
    """
    return [
        ledger.queue_run(
            run.dataset_id,
            run.settings.model_copy(update={"seed": seed}),
            run.threshold,
            f"{run.name}, seed {seed}",
        )
        for seed in missing_seeds(run, ledger.runs())
    ]


def alike(runs: Sequence[RunRecord]) -> list[list[int]]:
    """Return the positions of runs that differ in their seed alone, each set of two or more."""
    sets: list[dict[int, int]] = []  # by seed, so that the same training counts once
    for place, run in enumerate(runs):
        mine = next((one for one in sets if _is_alike(runs[min(one.values())], run)), None)
        if mine is None:
            sets.append({run.settings.seed: place})
        else:
            mine.setdefault(run.settings.seed, place)
    return [list(one.values()) for one in sets if len(one) > 1]


def times_in_top(folders: Sequence[Path], k: int) -> pd.Series:
    """Return in how many of these runs each user is among the first `k`; those in none are left out.

    Indexed by user_index. Of each run the `k` rows are read, and of them one column.
    """
    tops = [
        pq.read_table(folder / USERS, columns=["user_index"], filters=[("rank", "<=", k)])
        for folder in folders
    ]
    return pd.concat([top["user_index"].to_pandas() for top in tops]).value_counts()


def _is_alike(one: RunRecord, other: RunRecord) -> bool:
    trained = one.model_run_id is None and other.model_run_id is None
    same_data = one.dataset_id == other.dataset_id
    return trained and same_data and _seedless(one) == _seedless(other)


def _seedless(run: RunRecord) -> TrainingSettings:
    return run.settings.model_copy(update={"seed": 0})
