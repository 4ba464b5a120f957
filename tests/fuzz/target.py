"""What is tried with each input: a file of any bytes is a panel, or is refused in a sentence."""

import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np

from dashboard.data import Layout, Reading, preview, read_panel
from dashboard.errors import ClickwatchError

CORPUS = Path(__file__).with_name("corpus")
COLUMNS = {"user": "user", "time": "date", "counts": ("clicks",)}

# The first byte of an input chooses how it is read; the others are the file.
READINGS = (
    Reading(),
    Reading(**COLUMNS),
    Reading(**COLUMNS, delimiter=";", decimal=",", thousands="."),
    Reading(**COLUMNS, day_first=True, missing="unknown", aggregation="mean"),
    Reading(time_zone="Europe/Berlin", frequency="hour"),
    Reading(frequency="week", aggregation="max"),
    Reading(encoding="utf-16", delimiter="\t"),
    *(Reading(layout=layout) for layout in Layout),
)


def read_anything(data: bytes) -> None:
    """Read an input, and look at its first rows. Raises what only a defect can raise."""
    reading = READINGS[data[0] % len(READINGS)] if data else READINGS[0]
    with tempfile.TemporaryDirectory(prefix="clickwatch-fuzz-") as folder:
        path = Path(folder) / "counts"
        path.write_bytes(data[1:])
        with suppress(ClickwatchError):
            panel = read_panel(path, reading).panel
            assert np.isfinite(panel.values).all()
            assert panel.values.shape == (len(panel.users), len(panel.times), len(panel.features))
        with suppress(ClickwatchError):
            preview(path, reading)
