"""Counts that go on where earlier ones ended, or that are about users who were not there before."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from dashboard.data.panel import Panel
from dashboard.errors import SettingsError

News = Literal["continued", "apart", "nothing"]


@dataclass(frozen=True)
class Continued:
    """Later counts, behind the earlier ones where they belong together, and what of it is new.

    news: "continued": both are in the panel, the earlier users first, and where both files have a
        cell the later one counts; "apart": the two share no user, or lie further apart than the
        earlier ones are long, and the panel is the later one; "nothing": that too, for the later
        file has no cell that the earlier one lacks.
    fresh: (users, times) bool, the observed cells that are new: all times of users who are new, and
        of known users the times outside the span of the earlier file. With no news, all cells.
    new_users: how many users the earlier file did not have. silent_users: how many it had that the
        later one lacks, and that count as zero there.
    """

    news: News
    panel: Panel
    fresh: np.ndarray
    new_users: int = 0
    silent_users: int = 0


def continue_panel(earlier: Panel, later: Panel, *, missing_is_zero: bool) -> Continued:
    """Put later counts of the same features and frequency behind earlier ones.

    missing_is_zero: whether a missing row of the later file counts as zero. Where it does, and at
    least half of its users are known, a known user without any row in it has been silent.
    Raises SettingsError where one has dates and the other bare numbers.
    """
    if earlier.has_dates != later.has_dates:
        kinds = ["dates" if one.has_dates else "bare day numbers" for one in (earlier, later)]
        raise SettingsError(
            f"The model was trained on {kinds[0]}; this data has {kinds[1]}. "
            "Give time in the same way as there."
        )
    known = set(earlier.users)
    new_users = sum(user not in known for user in later.users)
    shared = len(later.users) - new_users
    if not shared or _gap(earlier, later) > len(earlier.times):
        return Continued("apart", later, later.observed, new_users)
    all_named = missing_is_zero and shared >= new_users
    joined, fresh = _join(earlier, later, fill=missing_is_zero, fill_unnamed=all_named)
    if not fresh.any():
        return Continued("nothing", later, later.observed)
    silent = len(earlier.users) - shared if all_named else 0
    return Continued("continued", joined, fresh, new_users, silent)


def _join(
    earlier: Panel, later: Panel, *, fill: bool, fill_unnamed: bool
) -> tuple[Panel, np.ndarray]:
    """Return both on one grid, and which cells are new.

    fill: known users count as zero in the later file's span where they have no row; fill_unnamed:
    those it does not name, too.
    """
    users = tuple(dict.fromkeys((*earlier.users, *later.users)))
    times = _span(earlier, later)
    values = np.zeros((len(users), len(times), len(earlier.features)), dtype=np.float32)
    observed = np.zeros(values.shape[:2], dtype=bool)
    old = slice(times.get_loc(earlier.times[0]), times.get_loc(earlier.times[-1]) + 1)
    new = slice(times.get_loc(later.times[0]), times.get_loc(later.times[-1]) + 1)
    values[: len(earlier.users), old] = earlier.values
    observed[: len(earlier.users), old] = earlier.observed
    rows = pd.Index(users).get_indexer(pd.Index(later.users))
    known = rows < len(earlier.users)
    seen = np.zeros_like(observed)
    seen[rows, new] = later.observed
    values[seen] = later.values[later.observed]  # rows of `later` may stand in another order here
    if fill:
        filled = np.arange(len(earlier.users)) if fill_unnamed else rows[known]
        seen[filled, new] = True
    fresh = seen.copy()
    fresh[: len(earlier.users), old] = False
    panel = Panel(values, observed | seen, users, times, earlier.features, earlier.frequency)
    return panel, fresh


def _gap(earlier: Panel, later: Panel) -> int:
    """Return how many whole time steps lie between the two."""
    first, second = sorted((earlier, later), key=lambda panel: panel.times[0])
    if second.times[0] <= first.times[-1]:
        return 0
    return len(_steps(first, first.times[-1], second.times[0])) - 2


def _span(earlier: Panel, later: Panel) -> pd.Index:
    first = min(earlier.times[0], later.times[0])
    last = max(earlier.times[-1], later.times[-1])
    return _steps(earlier, first, last)


def _steps(like: Panel, first: object, last: object) -> pd.Index:
    """Return all time steps from the first to the last, both included."""
    if like.has_dates:
        return pd.date_range(first, last, freq=like.frequency.pandas_offset)
    return pd.Index(range(int(first), int(last) + 1))
