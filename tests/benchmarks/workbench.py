"""How long what a person does on the Anomalies page takes to answer, on made-up runs of any size.

    python -m tests.benchmarks.workbench [--users 2000] [--days 40] [--repeats 3]

A run with made-up figures is published as any other; then each choice is answered and drawn anew,
with nothing kept from before. Printed: the seconds of the clock and of the processor in the best repeat,
and how many kilobytes the charts of that choice send to the browser.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from dashboard.charts import (
    band_map,
    day_among_its_like,
    error_per_day,
    score_distribution,
    score_heatmap,
    user_series,
)
from dashboard.charts.figure import Figure
from dashboard.data.panel import Frequency, Panel
from dashboard.detection.analysis import Analysis
from dashboard.detection.calibration import Calibration, Reference
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.subject import Subject
from dashboard.detection.thresholds import Threshold
from dashboard.detection.trained import CALIBRATION_FILE, Fitted
from dashboard.runs.artefacts import Origin, publish
from dashboard.runs.groups import clusters_of, rows_in_order
from dashboard.runs.manifest import Dataset
from dashboard.runs.results import Results
from dashboard.runs.views import Query, View

LEVEL = 6.0
CHANCE_OF_ODD = 0.0005  # of a cell
SETTINGS = TrainingSettings(model="robust-z", window=7, stride=1)


class MadeUp:
    """What stands in for a trained model: nothing but the references of p-values."""

    def __init__(self, calibration: Calibration) -> None:
        self.fitted = Fitted(
            settings=SETTINGS,
            features=("clicks",),
            frequency=Frequency.DAY,
            calibration=calibration,
        )

    def save(self, folder: Path) -> None:
        """Write what a page reads."""
        (folder / CALIBRATION_FILE).write_text(self.fitted.model_dump_json(), "utf-8")


def make_panel(users: int, days: int, random: np.random.Generator) -> tuple[Panel, np.ndarray]:
    """Counts, and what is expected of them; for three days fourteen users have ten times as many."""
    times = pd.date_range("2025-01-01", periods=days)
    level = 10 ** random.uniform(0.3, 2.3, users)
    week = np.where(times.day_of_week < 5, 1.1, 0.5)
    expected = (level[:, None] * week).astype(np.float32)
    values = random.poisson(expected).astype(np.float32)
    odd = random.random(values.shape) < CHANCE_OF_ODD
    values[odd] = values[odd] * 4 + 20
    together = np.argsort(-level)[: 14 * 3 : 3]
    values[together, days // 2 : days // 2 + 3] *= 10  # strange enough to be shown among a million
    names = tuple(f"user-{place:06d}" for place in range(users))
    observed = np.ones(values.shape, dtype=bool)
    panel = Panel(values[:, :, None], observed, names, times, ("clicks",), Frequency.DAY)
    return panel, expected[:, :, None]


def make_run(folder: Path, users: int, days: int) -> Results:
    """Publish a run of that size, and open it."""
    panel, expected = make_panel(users, days, np.random.default_rng(0))
    score = np.abs(2 * np.sqrt(panel.values + 0.375) - 2 * np.sqrt(expected + 0.375))
    calibration = Calibration(
        cells=Reference.of(score[:2_000]),
        users=Reference.of(score.max(axis=(1, 2))),
        days=Reference.of(score.mean(axis=(0, 2))),
    )
    analysis = Analysis(
        settings=SETTINGS,
        threshold=Threshold(kind="value", amount=LEVEL),
        level=LEVEL,
        expected=expected,
        low=expected,
        high=expected,
        error=score,
        score=score,
        p_value=score,
        subject=Subject(panel, panel.observed),
        user_error=score.mean(axis=(1, 2)),
        user_score=score.max(axis=(1, 2)),
        user_p_value=np.full(users, 0.01),
        day_error=score.mean(axis=(0, 2)),
        day_score=score.mean(axis=(0, 2)),
        day_p_value=np.full(days, 0.5),
        unscored_users=(),
        history=(),
        metrics={},
        timings={"start": 0.0, "train": 0.0, "epochs": [], "score": 0.0, "total": 0.0},
        versions={},
        trained=MadeUp(calibration),
    )
    publish(analysis, panel, folder, Origin(Dataset(name="made up", digest="0" * 64), 0.0, 0.0))
    return Results.open(folder)


def choices(results: Results) -> dict[str, Callable[[], Sequence[Figure]]]:
    """What a person does, by name; each answers and draws anew."""
    middle = results.label(results.times[len(results.times) // 2])
    later = results.label(results.times[len(results.times) // 2 + 6])
    first = int(results.view(Query()).users["user_index"].iloc[0])

    def shown(query: Query, order: str = "ranked") -> list[Figure]:
        view = results.view(query)
        clusters = clusters_of(view) if order == "alike" else ()
        rows = rows_in_order(view, order, clusters)
        return [*overview(view), score_heatmap(view, order=rows)]

    def overview(view: View) -> list[Figure]:
        return [error_per_day(view.days), score_distribution(view.histogram, view.level)]

    def day() -> list[Figure]:
        chosen = results.day(middle, LEVEL)
        return [
            *shown(Query(time=middle)),
            day_among_its_like(chosen, results.manifest.frequency, "Clicks"),
        ]

    def user() -> list[Figure]:
        peers = results.peers(first)
        for finding in results.findings(LEVEL, user_index=first).itertuples():
            peers.rulers((finding.first, finding.last), 0, results.totals())
        return [user_series(results.user(first), peers=peers)]

    def cluster() -> list[Figure]:
        found = clusters_of(results.view(Query()))
        return shown(Query(users=found[0].users if found else (first,)))

    return {
        "the page": lambda: shown(Query()),
        "250 users": lambda: shown(Query(top=250)),
        "alike together": lambda: shown(Query(), "alike"),
        "a cluster": cluster,
        "a day": day,
        "a range": lambda: shown(Query(span=(middle, later))),
        "a user": user,
        "all users": lambda: [band_map(results.bands(Query()))],
        "a band": lambda: shown(Query(ranks=(101, 200), top=250)),
    }


def measure(choice: Callable[[], Sequence[Figure]]) -> tuple[float, float, int]:
    """Return the seconds of one choice, by the clock and the processor, and the bytes of its figures."""
    clock, processor = time.perf_counter(), time.process_time()
    sent = sum(len(json.dumps(figure.to_plotly_json())) for figure in choice())
    return time.perf_counter() - clock, time.process_time() - processor, sent


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    for name, default in (("--users", 2_000), ("--days", 40), ("--repeats", 3)):
        parser.add_argument(name, type=int, default=default)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        began = time.perf_counter()
        results = make_run(Path(folder) / "run", given.users, given.days)
        print(f"published in {time.perf_counter() - began:.1f} s")
        for name, choice in choices(results).items():
            clock, processor, sent = min(measure(choice) for _ in range(given.repeats))
            print(f"{name:16}{clock:8.3f} s{processor:8.3f} s{sent / 1_000:9,.0f} kB")
        results.close()


if __name__ == "__main__":
    main()
