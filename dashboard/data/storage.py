"""A panel on disk: two arrays that can be mapped into memory, and a page of names."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.data.panel import Frequency, Panel


def save_panel(panel: Panel, folder: Path) -> None:
    """Write `values.npy`, `observed.npy` and `panel.json` into a folder that exists."""
    np.save(folder / "values.npy", panel.values, allow_pickle=False)
    np.save(folder / "observed.npy", panel.observed, allow_pickle=False)
    times = panel.times.astype("datetime64[s]").astype(str) if panel.has_dates else panel.times
    words = {
        "users": panel.users,
        "times": [time if panel.has_dates else int(time) for time in times],
        "has_dates": panel.has_dates,
        "features": panel.features,
        "frequency": panel.frequency,
    }
    (folder / "panel.json").write_text(json.dumps(words, ensure_ascii=False), "utf-8")


def load_panel(folder: Path, *, mmap: bool = True) -> Panel:
    """Read a saved panel; with `mmap`, its arrays are read-only and loaded where they are touched."""
    words = json.loads((folder / "panel.json").read_text("utf-8"))
    mode = "r" if mmap else None
    times = pd.DatetimeIndex(words["times"]) if words["has_dates"] else pd.Index(words["times"])
    return Panel(
        values=np.load(folder / "values.npy", mmap_mode=mode, allow_pickle=False),
        observed=np.load(folder / "observed.npy", mmap_mode=mode, allow_pickle=False),
        users=tuple(words["users"]),
        times=times,
        features=tuple(words["features"]),
        frequency=Frequency(words["frequency"]),
    )
