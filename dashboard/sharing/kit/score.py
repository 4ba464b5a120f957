"""Scores counts with the trained model in this folder, without the app.

    python score.py counts.csv scored.csv [--missing unknown]

`counts.csv` has one row for each user and time step: the columns `user`, `time`, and one for each
feature that the model was trained on. `scored.csv` has one row for each cell, as the `cells.csv` of
a run: user, time, feature, actual, expected, error, score, p_value, anomaly.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "source"))

from dashboard.data.panel import Frequency, Panel
from dashboard.detection.pipeline import rescore
from dashboard.detection.trained import TrainedModel


def read_counts(path: Path, features: list[str], frequency: Frequency, missing: str) -> Panel:
    """Read the counts onto a regular grid; rows of the same user and time are added up.

    missing: "zero": a missing row counts as zero from the user's first row on; "unknown": it is not known.
    """
    rows = pd.read_csv(path, dtype={"user": str, "time": str}, keep_default_na=False)
    absent = [name for name in ("user", "time", *features) if name not in rows.columns]
    if absent:
        sys.exit(
            f"{path} has no column {', '.join(absent)}. It needs: user, time, {', '.join(features)}."
        )
    times, steps = steps_of(rows["time"], frequency)
    users = pd.Index(rows["user"].unique())
    place = (users.get_indexer(rows["user"]), steps.get_indexer(times))
    values = np.zeros((len(users), len(steps), len(features)), dtype=np.float32)
    np.add.at(values, place, rows[features].to_numpy(dtype=np.float32))
    observed = np.zeros(values.shape[:2], dtype=bool)
    observed[place] = True
    if missing == "zero":
        observed = np.maximum.accumulate(observed, axis=1)
    return Panel(values, observed, tuple(users), steps, tuple(features), frequency)


def steps_of(labels: pd.Series, frequency: Frequency) -> tuple[pd.Index, pd.Index]:
    """Return the time step of each row, and all time steps from the first to the last."""
    if labels.str.fullmatch(r"-?\d{1,6}").all():
        times = pd.Index(labels.astype(int))
        return times, pd.Index(range(times.min(), times.max() + 1))
    times = pd.DatetimeIndex(pd.to_datetime(labels))
    if frequency is Frequency.WEEK:
        times = times.normalize() - pd.to_timedelta(times.dayofweek, unit="D")
    else:
        times = times.floor("h" if frequency is Frequency.HOUR else "D")
    return times, pd.date_range(times.min(), times.max(), freq=frequency.pandas_offset)


def as_table(panel: Panel, found: object, level: float) -> pd.DataFrame:
    """Return one row for each scored cell."""
    user, step = np.nonzero(found.scored)
    number = len(panel.features)
    hourly = panel.frequency is Frequency.HOUR
    labels = [
        str(time) if not panel.has_dates else time.isoformat() if hourly else str(time.date())
        for time in panel.times
    ]
    figures = {
        name: getattr(found, name)[user, step].ravel()
        for name in ("expected", "error", "score", "p_value")
    }
    return pd.DataFrame(
        {
            "user": np.repeat(np.array(panel.users, dtype=object)[user], number),
            "time": np.repeat(np.array(labels, dtype=object)[step], number),
            "feature": np.tile(np.array(panel.features, dtype=object), len(user)),
            "actual": panel.values[user, step].ravel(),
            **figures,
            "anomaly": (figures["score"] >= np.float32(level)).astype(int),
        }
    )


def main() -> None:
    """Read, score, write."""
    parser = argparse.ArgumentParser(
        description="Score counts with the trained model in this folder."
    )
    parser.add_argument("counts", type=Path)
    parser.add_argument("scored", type=Path)
    parser.add_argument("--missing", choices=("zero", "unknown"), default="zero")
    typed = parser.parse_args()
    trained = TrainedModel.load(HERE)
    fitted = trained.fitted
    panel = read_counts(typed.counts, list(fitted.features), fitted.frequency, typed.missing)
    level = float(json.loads((HERE / "about.json").read_text("utf-8"))["level"])
    as_table(panel, rescore(trained, panel), level).to_csv(typed.scored, index=False)


if __name__ == "__main__":
    main()
