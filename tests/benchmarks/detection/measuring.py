"""One labelled set, all that looks for its anomalies, and what each of them finds."""

import sys
import time
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score

from dashboard.data.panel import Panel
from dashboard.detection import TrainingSettings, analyse, make_settings
from dashboard.detection.registry import model_kind
from dashboard.detection.rhythm import phases
from tests.benchmarks.detection.anomalies import plant
from tests.benchmarks.detection.oracles import ORACLES
from tests.benchmarks.detection.plain import PLAIN
from tests.benchmarks.detection.world import LabelledSet, World, draw

CLASSICS = ("encoder-decoder", "stacked")
QUICK_USERS, QUICK_WEEKS, QUICK_EPOCHS = 150, 7, 3
RATES = (0.01, 0.1)  # p-values below which so many cells without anomaly should lie


@dataclass(frozen=True)
class Plan:
    """What is asked for. epochs: of the classic models; None for their own."""

    models: tuple[str, ...]
    clean_models: tuple[str, ...]
    quick: bool
    epochs: int | None

    def settings(self, model: str, seed: int) -> TrainingSettings:
        """Return the model's own settings, but for the seed and the epochs of a classic one."""
        return make_settings(
            model=model, seed=seed, epochs=self.epochs if model in CLASSICS else None
        )


@dataclass(frozen=True)
class Found:
    """What one method found on one set with one seed: average precision of users and of cells."""

    users: float
    cells: float
    seconds: float


@dataclass(frozen=True)
class Trial:
    """One set with one seed. chance: what a ranking by chance reaches.

    clean: of each model, the shares of cells below each of RATES on counts without anomaly.
    """

    chance: Found
    found: dict[str, Found]
    clean: dict[str, tuple[float, ...]]


def run_trial(chosen: LabelledSet, seed: int, plan: Plan) -> Trial:
    """Build the set, let everything look for its anomalies, and measure."""
    random = np.random.default_rng([seed, *chosen.name.encode()])
    users, steps = _size(chosen, plan)
    world = chosen.build(random, users, steps)
    values, labels = plant(random, world)
    labels &= world.observed
    panel = world.panel(values)
    found = {}
    for model in plan.models:
        _tell(f"{chosen.name}, seed {seed}: {model}")
        began = time.perf_counter()
        scores = analyse(panel, plan.settings(model, seed)).score[:, :, 0]
        found[model] = _measure(scores, labels, world, time.perf_counter() - began)
        _tell(
            f"  average precision {found[model].users:.3f} per user, {found[model].cells:.3f} per cell"
        )
    for name, plain in PLAIN.items():
        counts = np.where(world.observed, values, np.nan)
        scores = plain(counts, phases(panel.times, panel.frequency))
        found[name] = _measure(scores, labels, world)
    for name, oracle in ORACLES.items():
        found[name] = _measure(oracle(world, panel), labels, world)
    chance = Found(labels.any(axis=1).mean(), labels[world.observed].mean(), 0.0)
    clean = world.panel(draw(random, world.truth))
    return Trial(chance, found, _shares_below(clean, chosen.name, seed, plan))


def baselines(models: tuple[str, ...]) -> list[str]:
    """Return the methods among which the best baseline is looked for: all but networks and oracles."""
    return [*(name for name in models if not model_kind(name).is_trained), *PLAIN]


def _size(chosen: LabelledSet, plan: Plan) -> tuple[int, int]:
    """Users and time steps: with --quick the same world, but fewer of both."""
    if not plan.quick:
        return chosen.users, chosen.steps
    return min(chosen.users, QUICK_USERS), min(chosen.steps, QUICK_WEEKS * 7)


def _measure(scores: np.ndarray, labels: np.ndarray, world: World, seconds: float = 0.0) -> Found:
    """Measure a ranking of all users and observed cells; what was not scored comes last."""
    ranked = np.where(world.observed & np.isfinite(scores), scores, -1.0)
    there = world.observed
    return Found(
        users=float(average_precision_score(labels.any(axis=1), ranked.max(axis=1))),
        cells=float(average_precision_score(labels[there], ranked[there])),
        seconds=seconds,
    )


def _shares_below(clean: Panel, name: str, seed: int, plan: Plan) -> dict[str, tuple[float, ...]]:
    shares = {}
    for model in plan.clean_models:
        _tell(f"{name}, seed {seed}: {model} without anomalies")
        p_values = analyse(clean, plan.settings(model, seed)).p_value
        known = p_values[np.isfinite(p_values)]
        shares[model] = tuple(float((known < rate).mean()) for rate in RATES)
        _tell(f"  p-values below {RATES}: {shares[model]}")
    return shares


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
