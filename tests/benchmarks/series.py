"""How many labelled windows of single series are caught within the first alerts.

    python -m tests.benchmarks.series FILE [--models counts rhythms ...] [--share 0.01]

FILE: a CSV with the columns series_id, timestamp, value and label (1 in a labelled window, else 0), such
as the series of the Numenta Anomaly Benchmark brought into one file. Each series is trained and scored
on its own. A window is a stretch of labelled rows; it is caught where one of its time steps is among
the `share` of steps with the highest scores. Printed, as Markdown: the windows caught.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from dashboard.data import read_panel
from dashboard.data.panel import Panel
from dashboard.detection import MODELS, analyse, make_settings

COLUMNS = ["series_id", "timestamp", "value", "label"]


def main() -> None:
    """Run what was asked for and print the table."""
    asked = _read_options()
    table = pd.read_csv(asked.file, usecols=COLUMNS, parse_dates=["timestamp"])
    rows = {
        str(name): _caught_in(series, asked.models, asked.share)
        for name, series in table.groupby("series_id")
    }
    found = pd.DataFrame.from_dict(rows, orient="index")
    found.loc["all"] = found.sum()
    print("| series |", " | ".join(found.columns), "|")
    print("| --- |", " | ".join("---" for _ in found.columns), "|")
    for name, row in found.iterrows():
        print("|", name, "|", " | ".join(str(number) for number in row), "|")


def _caught_in(series: pd.DataFrame, models: list[str], share: float) -> dict[str, int]:
    """Return how many windows there are, and how many of them each model catches."""
    panel = _panel_of(series)
    windows = _windows_of(series, panel)
    caught = {"windows": len(windows)}
    for model in models:
        scores = analyse(panel, make_settings(model=model)).score[0, :, 0]
        ranked = np.argsort(-np.nan_to_num(scores, nan=-np.inf), kind="stable")
        alerts = set(ranked[: max(1, round(share * len(ranked)))].tolist())
        caught[model] = sum(bool(alerts & window) for window in windows)
    return caught


def _panel_of(series: pd.DataFrame) -> Panel:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "series.csv"
        series[["timestamp", "value"]].to_csv(path, index=False)
        return read_panel(path).panel


def _windows_of(series: pd.DataFrame, panel: Panel) -> list[set[int]]:
    """Return the time steps of each stretch of labelled rows."""
    ordered = series.sort_values("timestamp")
    labelled = ordered["label"].to_numpy() == 1
    stretch = np.cumsum(np.diff(labelled, prepend=False))  # odd within a window
    steps = panel.times.searchsorted(ordered["timestamp"].to_numpy(), side="right") - 1
    return [set(steps[stretch == number].tolist()) for number in np.unique(stretch[labelled])]


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How many labelled windows are caught.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--share", type=float, default=0.01, help="of time steps that are alerts")
    return parser.parse_args()


if __name__ == "__main__":
    main()
