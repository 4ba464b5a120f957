"""What both classic models make of a spike that was not there when they learned.

    python -m tests.benchmarks.planted_spike [--users 2000] [--days 40] [--epochs 30] [--scaling log-range] [--keep]

Both are trained on the sample with their usual settings, but for the scaling: with the usual
`range`, which the busiest users stretch, neither tells the days of most users apart. Then each of up to 200
users is given a day in the middle with five times its usual counts, where that is more than what was
there, and the trained models say what they expect. Printed: how far the expectation follows, in the middle
case and for one user, chosen before anything is trained: the one whose total is nearest to the upper
quarter. `--keep` keeps that user's days for the Learn page.
"""

import argparse
from dataclasses import replace

import numpy as np

from dashboard.charts.measured import Followed, Spike, this_machine
from dashboard.data.panel import Panel
from dashboard.data.sample import sample_panel
from dashboard.detection import TrainingSettings, model_kind
from dashboard.detection.holdout import split
from dashboard.detection.models.kind import Model
from dashboard.detection.scaling import SCALINGS, ScalingName
from dashboard.detection.subject import Subject

COMMAND = "python -m tests.benchmarks.planted_spike"
MODELS = ("encoder-decoder", "stacked")
TIMES_USUAL = 5
CARRIERS = 200


def spikes_of(panel: Panel) -> np.ndarray:
    """Return five times the usual counts of each user, (users, features)."""
    return np.round(TIMES_USUAL * np.median(panel.values, axis=1))


def carriers_of(panel: Panel, day: int) -> np.ndarray:
    """Return users who can carry a spike that day, by how near their totals are to the upper quarter.

    Such a user was observed throughout, and has fewer counts on that day than the spike: of one who
    hardly ever does anything, five times the usual may be nothing.
    """
    totals = panel.values.sum(axis=(1, 2))
    grows = (spikes_of(panel) > panel.values[:, day]).all(axis=1)
    able = np.flatnonzero(panel.observed.all(axis=1) & grows)
    away = np.abs(totals[able] - np.quantile(totals[panel.observed.all(axis=1)], 0.75))
    return able[np.argsort(away, kind="stable")][:CARRIERS]


def with_spikes(panel: Panel, users: np.ndarray, day: int) -> Panel:
    """Return the panel in which these users have five times their usual counts on one day."""
    values = panel.values.copy()
    values[users, day] = spikes_of(panel)[users]
    return replace(panel, values=values)


def trained(settings: TrainingSettings, panel: Panel) -> tuple[Model, int]:
    """Train a model; return it and how many epochs it took."""
    days = settings.window
    everyone = np.ones(len(panel.users), dtype=bool)
    share = settings.validation_share
    parts = split(panel.observed, everyone, window=days, stride=days, share=share, seed=0)
    made = model_kind(settings.model).prepare(Subject(panel, panel.observed), settings, parts)
    return made, len(made.fit(lambda _: None))


def follow(settings: TrainingSettings, panel: Panel, users: np.ndarray, day: int) -> Followed:
    """Train a model, and see how far it follows the spikes of these users."""
    made, taken = trained(settings, panel)
    changed = with_spikes(panel, users, day)
    before, after = (
        made.reconstruct(Subject(one, one.observed)).expected[users, :, 0]
        for one in (panel, changed)
    )
    change = (changed.values - panel.values)[users, day, 0]
    copied = (after - before)[:, day] / change
    return Followed(
        model=settings.model,
        before=tuple(np.round(before[0].astype(float), 2)),
        after=tuple(np.round(after[0].astype(float), 2)),
        copied=round(float(copied[0]), 4),
        usual=round(float(np.median(copied)), 4),
        carriers=len(users),
        epochs=taken,
    )


def measure(users: int, days: int, epochs: int, scaling: ScalingName) -> Spike:
    """Measure both models on the same spikes."""
    panel = sample_panel(users, days)
    day = days // 2
    carriers = carriers_of(panel, day)
    one = carriers[0]
    counts = with_spikes(panel, carriers, day).values[one, :, 0]
    settings = TrainingSettings(window=days, stride=days, epochs=epochs, scaling=scaling)
    models = [
        follow(settings.model_copy(update={"model": model}), panel, carriers, day)
        for model in MODELS
    ]
    from dashboard.detection.training import VERSIONS  # noqa: PLC0415 - loads TensorFlow

    return Spike(
        command=f"{COMMAND} --users {users} --days {days} --epochs {epochs} --scaling {scaling}",
        machine=this_machine(),
        versions=VERSIONS,
        users=users,
        scaling=scaling,
        user=panel.users[one],
        times=tuple(str(time.date()) for time in panel.times),
        counts=tuple(counts.astype(float)),
        day=day,
        without=float(panel.values[one, day, 0]),
        models=tuple(models),
    )


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--users", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=40)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--scaling", choices=SCALINGS, default="log-range")
    parser.add_argument("--keep", action="store_true", help="keep the figures for the Learn page")
    chosen = parser.parse_args()
    found = measure(chosen.users, chosen.days, chosen.epochs, chosen.scaling)
    print(
        f"{found.user} on {found.times[found.day]}: {found.counts[found.day]:g} for {found.without:g}"
    )
    for one in found.models:
        print(
            f"{one.model}, {one.epochs} epochs: expects {one.before[found.day]:.1f} without the spike,"
        )
        print(f"  {one.after[found.day]:.1f} with it: follows {one.copied:.0%} of it;")
        print(f"  {one.usual:.0%} in the middle of {one.carriers} users")
    if chosen.keep:
        found.keep()


if __name__ == "__main__":
    main()
