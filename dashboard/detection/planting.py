"""Known anomalies planted into a person's own counts, to see what of them would be found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from dashboard.data.panel import Frequency, Panel
from dashboard.detection.anomaly_kinds import KINDS, Recipe, Stretch, moved_steps
from dashboard.detection.usual import Usual, find_usual

LEAST_CHANGE = 5.0  # counts by which an anomaly must be expected to change its steps in all
COLUMNS = ["user", "kind", "first", "length", "size"]


@dataclass(frozen=True)
class Planted:
    """A panel with anomalies that are known.

    labels: (users, times) bool, true on every step of an anomaly. anomalies: one row each, of
    user, kind, first (a time of the panel), length (steps) and size (NaN where it has none).
    """

    panel: Panel
    labels: np.ndarray
    anomalies: pd.DataFrame


def plant(panel: Panel, recipes: Sequence[Recipe], *, seed: int = 0) -> Planted:
    """Plant anomalies, at most one in a user, into a copy of the panel.

    Only users are taken, and only stretches of them, that are observed throughout, no longer than
    half of the user's history, and busy enough for the anomaly to be expected to change at least
    five counts. Recipes are served in their order; where too few users are left for one, fewer are
    planted, and the table tells. The same panel, recipes and seed give the same result.
    """
    random = np.random.default_rng(seed)
    usual = find_usual(panel)
    values, labels = panel.values.copy(), np.zeros(panel.observed.shape, dtype=bool)
    rows: list[tuple[object, ...]] = []
    for recipe in recipes:
        starts = _starts(panel, usual, recipe) & ~labels.any(axis=1)[:, None]
        left = recipe.number
        for user in random.permutation(np.flatnonzero(starts.any(axis=1))):
            if not left:
                break
            first = int(random.choice(np.flatnonzero(starts[user])))
            steps = np.arange(first, first + recipe.length)
            made = KINDS[recipe.kind].plant(random, _stretch(panel, usual, recipe, user, steps))
            if np.array_equal(made, panel.values[user, steps]):
                continue  # by chance nothing has changed: there is nothing to find
            values[user, steps], labels[user, steps] = made, True
            rows.append((panel.users[user], recipe.kind, panel.times[first], *_extent(recipe)))
            left -= 1
    return Planted(
        panel=replace(panel, values=values),
        labels=labels,
        anomalies=pd.DataFrame(rows, columns=COLUMNS),
    )


def _extent(recipe: Recipe) -> tuple[int, float]:
    return recipe.length, np.nan if recipe.size is None else recipe.size


def _stretch(panel: Panel, usual: Usual, recipe: Recipe, user: int, steps: np.ndarray) -> Stretch:
    counts = panel.values[user].astype(np.float64)
    return Stretch(
        actual=counts[steps],
        usual=usual.mean[user, steps],
        moved=counts[moved_steps(len(counts))[steps]],
        dispersion=usual.dispersion[user],
        whole=usual.whole,
        size=recipe.size or 1.0,
    )


def _starts(panel: Panel, usual: Usual, recipe: Recipe) -> np.ndarray:
    """Return where the anomaly may begin, (users, times) bool."""
    kind, fits = KINDS[recipe.kind], np.zeros(panel.observed.shape, dtype=bool)
    times, observed = panel.shape[1], panel.observed
    if recipe.length > times or (kind.rhythmic and panel.frequency is not Frequency.DAY):
        return fits
    if kind.rhythmic:
        observed = observed & observed[:, moved_steps(times)]
    there = sliding_window_view(observed, recipe.length, axis=1).all(axis=2)
    change = np.where(panel.observed, kind.change(usual, recipe), 0)
    in_all = sliding_window_view(change, recipe.length, axis=1).sum(axis=2)
    enough = in_all >= LEAST_CHANGE if usual.whole.any() else in_all > 0
    long_known = 2 * recipe.length <= panel.observed.sum(axis=1)
    fits[:, : there.shape[1]] = there & enough & long_known[:, None]
    return fits
