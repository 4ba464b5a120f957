"""What a run was, as a table: its settings, its data, and how it can be repeated."""

import math

import pandas as pd

from dashboard.charts.format import format_threshold, sentence
from dashboard.runs.manifest import RunManifest
from dashboard.sharing.reproducing import command_lines, python_lines
from dashboard.sharing.wording import facts_rows, settings_rows


def settings_table(manifest: RunManifest, level: float) -> pd.DataFrame:
    """Return name, value and explanation of everything that makes the run what it is.

    level: the score from which a cell is an anomaly in what is taken along.
    """
    rows = [
        ("Level", f"{level:.6g}" if math.isfinite(level) else "none", "anomaly from this score on"),
        ("Threshold of the run", sentence(format_threshold(manifest.threshold)), ""),
        ("Data", f"{manifest.users:,} users, {manifest.first} to {manifest.last}", ""),
        *settings_rows(manifest.settings),
        *facts_rows(manifest),
        ("Repeat it by command", command_lines(manifest), ""),
        ("Repeat it in Python", python_lines(manifest), ""),
    ]
    return pd.DataFrame(rows, columns=["name", "value", "explanation"]).fillna("")
