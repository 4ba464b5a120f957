"""Runs side by side: on what they differ, which users each puts first, and how far they agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.artefacts import USERS

FEWEST_RUNS = 2
MOST_RUNS = 6  # more can no longer be told apart in one chart
_COLUMNS = ["user_index", "user", "rank", "score"]


@dataclass(frozen=True)
class Standings:
    """Where several runs of one dataset put each of its users.

    users: user_index, user; one row a user, in the panel's order.
    rank, score: (runs, users); rank 1 is the strangest; NaN where a run did not score the user.
    """

    users: pd.DataFrame
    rank: np.ndarray
    score: np.ndarray

    def in_top(self, k: int) -> np.ndarray:
        """Return whether a user is among the first `k` of a run: (runs, users) bool."""
        return self.rank <= k  # never true of NaN

    def shared_top(self, k: int) -> np.ndarray:
        """Return which share of their first `k` users each two runs have in common: (runs, runs).

        Where a run scored fewer than `k` users, the share is that of the shorter list.
        """
        top = self.in_top(k).astype(np.int64)
        both, listed = top @ top.T, top.sum(axis=1)
        shorter = np.minimum.outer(listed, listed)
        return np.divide(both, shorter, out=np.full(both.shape, np.nan), where=shorter > 0)

    @cached_property
    def rank_correlation(self) -> np.ndarray:
        """Spearman's correlation of each two runs' scores: (runs, runs).

        Over the users that both scored; equal scores share their mean rank. NaN with fewer than
        two users, or where a run scored all of them alike.
        """
        runs = len(self.score)
        found = np.full((runs, runs), np.nan)
        for first in range(runs):
            for second in range(first, runs):
                value = _spearman(self.score[first], self.score[second])
                found[first, second] = found[second, first] = value
        return found

    def disagreements(self, k: int) -> pd.DataFrame:
        """Return the users among the first `k` of some runs but not of all, the most contested first.

        user_index, user, in_top (of how many runs), and rank_0, score_0, rank_1, ... of each run.
        The most contested is the one that some run puts lowest, or did not score at all.
        """
        in_top = self.in_top(k).sum(axis=0)
        contested = np.flatnonzero((in_top > 0) & (in_top < len(self.rank)))
        lowest = np.where(np.isnan(self.rank), np.inf, self.rank).max(axis=0)
        order = contested[np.lexsort((in_top[contested], -lowest[contested]))]
        return self.table(order).assign(in_top=in_top[order])

    def moves(self, before: int, after: int, k: int) -> pd.DataFrame:
        """Return the users among the first `k` of either run that changed place, the farthest first.

        user_index, user, before, after (ranks), places (positive: `after` finds it stranger).
        """
        two = self.rank[[before, after]]
        places = two[0] - two[1]
        moved = np.flatnonzero((two <= k).any(axis=0) & (places != 0) & np.isfinite(places))
        order = moved[np.argsort(-np.abs(places[moved]), kind="stable")]
        ranks = {"before": two[0][order], "after": two[1][order], "places": places[order]}
        table = self.users.iloc[order].reset_index(drop=True)
        return table.assign(**{name: values.astype(np.int64) for name, values in ranks.items()})

    def table(self, which: np.ndarray) -> pd.DataFrame:
        """Return these users (positions), each with its rank_N and score_N of each run."""
        figures = {}
        for run, (rank, score) in enumerate(zip(self.rank, self.score, strict=True)):
            figures |= {f"rank_{run}": rank[which], f"score_{run}": score[which]}
        return self.users.iloc[which].reset_index(drop=True).assign(**figures)


def standings_of(folders: Sequence[Path]) -> Standings:
    """Read where the runs in these folders, all of one dataset, put each user.

    Of each run its table of users alone is read, and of that four columns.
    """
    tables = [
        pq.read_table(folder / USERS, columns=_COLUMNS).to_pandas().set_index("user_index")
        for folder in folders
    ]
    every = tables[0].index
    figures = {
        name: np.stack([table[name].reindex(every).to_numpy(np.float64) for table in tables])
        for name in ("rank", "score")
    }
    return Standings(users=tables[0][["user"]].reset_index(), **figures)


def differing(settings: Sequence[TrainingSettings]) -> list[str]:
    """Return the names of the settings on which trainings differ, in the form's order.

    A setting that means nothing to a model cannot differ there.
    """
    return [
        name
        for name in TrainingSettings.model_fields
        if len({getattr(one, name) for one in settings if heeds(one, name)}) > 1
    ]


def cleaned_pairs(settings: Sequence[TrainingSettings]) -> list[tuple[int, int]]:
    """Return the pairs (before, after) of positions that differ in `drop_worst` alone: 0, then more."""
    once = [one.model_copy(update={"drop_worst": 0.0}) for one in settings]
    return [
        (before, after)
        for before, after in permutations(range(len(settings)), 2)
        if once[before] == once[after]
        and settings[before].drop_worst == 0 < settings[after].drop_worst
    ]


def heeds(settings: TrainingSettings, name: str) -> bool:
    """Whether a setting means anything to the model of these settings."""
    kind = MODELS.get(settings.model)
    return kind is None or name in kind.heeds


def _spearman(first: np.ndarray, second: np.ndarray) -> float:
    both = np.isfinite(first) & np.isfinite(second)
    if both.sum() < 2:  # noqa: PLR2004 - nothing to correlate
        return np.nan
    ranks = [pd.Series(scores[both]).rank().to_numpy() for scores in (first, second)]
    if any(np.ptp(each) == 0 for each in ranks):
        return np.nan
    return float(np.corrcoef(*ranks)[0, 1])
