"""A finished run, opened: every figure of its pages and reports comes from here."""

from pathlib import Path
from typing import Self

import pandas as pd

from dashboard.detection.thresholds import Threshold
from dashboard.runs.manifest import RunManifest
from dashboard.runs.views import Query, UserView, View


class Results:
    """The artefacts of one finished run. Safe to share between threads."""

    manifest: RunManifest
    times: pd.Index
    features: tuple[str, ...]

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a run's folder. Raises NotFoundError where no whole run is there."""
        raise NotImplementedError

    def label(self, time: object) -> str:
        """A time step as it stands in addresses and CSV files: ISO date, ISO datetime or number."""
        raise NotImplementedError

    def view(self, query: Query) -> View:
        """One result for every chart and table of the Anomalies page."""
        raise NotImplementedError

    def user(self, user_index: int, level: float | None = None) -> UserView:
        """One user's story. Raises NotFoundError for an index the run does not have."""
        raise NotImplementedError

    def find_user(self, name: str) -> int:
        """The index of the user of exactly that name. Raises NotFoundError."""
        raise NotImplementedError

    def level_for(self, threshold: Threshold) -> float:
        """The score from which a cell is an anomaly under that threshold."""
        raise NotImplementedError
