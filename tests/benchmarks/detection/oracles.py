"""What can be found at best: the true distribution of each cell is known while nothing is wrong."""

from collections.abc import Callable

import numpy as np

from dashboard.data.panel import Panel
from dashboard.detection.counts.distribution import surprise, tails
from dashboard.detection.rhythm import week_steps
from dashboard.detection.scoring import score
from tests.benchmarks.detection.plain import strongest_runs
from tests.benchmarks.detection.world import World


def by_the_score(world: World, panel: Panel) -> np.ndarray:
    """Score as the product does, (users, times)."""
    actual = panel.values.astype(np.float64)
    truth = world.truth[:, :, None]
    return score(actual, truth, world.observed, week_steps(panel.frequency)).cell[:, :, 0]


def by_runs_alone(world: World, panel: Panel) -> np.ndarray:
    """Look at how unlikely cells and runs of them are, and at nothing else, (users, times)."""
    actual = panel.values[:, :, 0].astype(np.float64)
    deviates = surprise(*tails(actual, world.truth))
    return strongest_runs(np.where(world.observed, deviates, 0))


ORACLES: dict[str, Callable[[World, Panel], np.ndarray]] = {
    "oracle": by_the_score,
    "oracle, runs alone": by_runs_alone,
}
