"""A finished run, opened: every figure of its pages and reports comes from here."""

from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from dashboard.detection.calibration import Calibration
from dashboard.detection.caught import SelfTest
from dashboard.detection.thresholds import CellScores, Threshold, level_for
from dashboard.detection.trained import CALIBRATION_FILE, Fitted
from dashboard.errors import NotFoundError
from dashboard.runs import queries
from dashboard.runs.artefacts import HISTORY, SELF_TEST, as_written, open_manifest
from dashboard.runs.copying import FileForm, Wanted, copy_cells, count_cells
from dashboard.runs.findings import find, named
from dashboard.runs.grid import grid_of, part_of_grid, series_of
from dashboard.runs.manifest import RunManifest
from dashboard.runs.opening import open_tables
from dashboard.runs.ranking import matching, sorted_by
from dashboard.runs.renaming import Rename, other_names, with_other_names
from dashboard.runs.tables import time_label
from dashboard.runs.views import Counts, Histogram, Query, UserView, View

BINS = 60
MOST_DISCOVERIES = 100_000  # cells among which a false-discovery rate is looked for


class Results:
    """The artefacts of one finished run. Safe to share between threads."""

    def __init__(
        self, folder: Path, manifest: RunManifest, names: dict[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.manifest = manifest if names is None else with_other_names(manifest, names)
        self.features: tuple[str, ...] = manifest.features
        self._database = open_tables(folder, manifest, names)
        days = self._ask("SELECT time, label FROM days ORDER BY time_index")
        self.times = pd.Index(days["time"], name=None)
        self._labels: list[str] = days["label"].tolist()

    @classmethod
    def open(cls, folder: Path, rename: Rename | None = None) -> Self:
        """Open a run's folder. Raises NotFoundError where no whole run is there.

        rename: gives every user another name, before anything is asked, searched or sorted.
        """
        manifest = open_manifest(folder)
        return cls(folder, manifest, None if rename is None else other_names(folder, rename))

    def label(self, time: object) -> str:
        """Return a time step as it stands in addresses and CSV files: ISO date, ISO datetime or number."""
        return time_label(time, self.manifest.frequency)

    def history(self) -> pd.DataFrame:
        """One row an epoch: epoch, loss, metric, val_loss, val_metric, seconds."""
        return pq.read_table(self.folder / HISTORY).to_pandas()

    def self_test(self) -> SelfTest | None:
        """Return what was found of planted anomalies; None for a run that was not tested so."""
        path = self.folder / SELF_TEST
        if not path.is_file():
            return None
        users = self.manifest.metrics.get("self_test_users", self.manifest.users)
        return SelfTest(pq.read_table(path).to_pandas(), int(users))

    def view(self, query: Query) -> View:
        """One result for every chart and table of the Anomalies page.

        Raises NotFoundError for a feature or time step that the run does not have.
        """
        level = self._level(query.level)
        feature = self._feature_index(query.feature)
        judged = self._judged_users(query, level, feature)
        matched = matching(judged, query)
        shown = sorted_by(matched, query).head(max(0, query.top)).reset_index(drop=True)
        spread = self._ask(queries.SPREAD, level=level, feature=feature).iloc[0]
        return View(
            query=query,
            level=level,
            users=shown,
            days=self._judged_days(level, feature).iloc[self._scored_span].reset_index(drop=True),
            grid=part_of_grid(
                grid_of(
                    shown,
                    self._cells_of(shown["user_index"].tolist(), feature),
                    self.times,
                    len(self.features),
                    level,
                ),
                self._scored_span,
            ),
            histogram=self._histogram(spread["lowest"], spread["highest"], feature),
            counts=Counts(
                matched_users=len(matched),
                scored_users=len(judged),
                unscored_users=len(self.manifest.unscored_users),
                anomalous_users=int((judged["anomalous_times"] > 0).sum()),
                anomalous_cells=int(spread["anomalous"]),
                scored_cells=int(spread["scored"]),
            ),
        )

    def findings(
        self,
        level: float | None = None,
        *,
        feature: str | None = None,
        user_index: int | None = None,
    ) -> pd.DataFrame:
        """Every finding, the strangest first: neighbouring anomalous steps of one user are one.

        level, feature: as in `Query`. user_index: those of this user alone.
        Columns: id, user, user_index, start and end (labels of time steps, both included), first and
        last (their indices), steps, kind, direction, peak (highest score), feature (of the peak),
        features (all with an anomaly, the strangest first), actual and expected (sums of that one
        feature from start to end), ratio (actual to expected), anomalous_cells. How they come about:
        `dashboard.detection.findings`. Raises NotFoundError for a feature that the run does not have.
        """
        found = find(
            self._database.cursor(),
            self.manifest.frequency,
            level=self._level(level),
            feature=self._feature_index(feature),
            user_index=user_index,
        )
        return named(found, self._labels, self.features)

    def user(self, user_index: int, level: float | None = None) -> UserView:
        """One user's story. Raises NotFoundError for an index the run does not have."""
        level = self._level(level)
        found = self._ask("SELECT * FROM users WHERE user_index = $user", user=user_index)
        if found.empty:
            raise NotFoundError(f"This run has no user of the index {user_index}.")
        facts = found.iloc[0]
        series = series_of(self._cells_of([user_index]), self.times, self.features, level)
        rank = None if pd.isna(facts["rank"]) else int(facts["rank"])
        return UserView(
            user=facts["user"],
            user_index=int(facts["user_index"]),
            level=level,
            rank=rank,
            error=float(facts["error"]),
            score=float(facts["score"]),
            p_value=float(facts["p_value"]),
            anomalous_times=int(series.loc[series["anomaly"], "time"].nunique()),
            volume=float(facts["volume"]),
            series=series,
        )

    def find_user(self, name: str) -> int:
        """Return the index of the user of exactly that name. Raises NotFoundError."""
        found = self._ask('SELECT user_index FROM users WHERE "user" = $name', name=name)
        if found.empty:
            raise NotFoundError(f"This run has no user called {name!r}.")
        return int(found.iloc[0, 0])

    def user_names(self, indices: Collection[int]) -> dict[int, str]:
        """Return the names of these users, by index."""
        listed = ", ".join(str(int(index)) for index in indices) or "-1"
        found = self._ask(queries.NAMES_OF.format(users=listed))
        return dict(zip(found["user_index"].tolist(), found["user"], strict=True))

    def step_of(self, label: str) -> int:
        """Return the index of a time step by its label. Raises NotFoundError."""
        return self._time_index(label)

    def level_for(self, threshold: Threshold) -> float:
        """Return the score from which a cell is an anomaly under that threshold."""
        scores = self._ask("SELECT score FROM users WHERE rank IS NOT NULL")["score"]
        cells = self._highest_cells() if threshold.kind == "fdr" else CellScores.of(np.empty(0))
        return as_written(level_for(threshold, scores.to_numpy(), cells, self._calibration.cells))

    def write_csv(self, query: str, path: Path) -> None:
        """Write the answer to one of the `..._FILE` queries as CSV, at the run's own level."""
        target = str(path).replace("'", "''")
        whole = self._ask("SELECT bool_and(actual = trunc(actual)) FROM cells").iloc[0, 0]
        text = query.format(actual="actual::BIGINT" if whole else "actual")
        text = text.replace("$level", f"'{self.manifest.level!r}'")  # quoted: it may be inf
        self._database.cursor().execute(f"COPY ({text}) TO '{target}' (FORMAT csv, HEADER)")

    def copy_cells(self, path: Path, form: FileForm, wanted: Wanted) -> None:
        """Write every scored cell that is wanted to a file; see `copying.copy_cells`."""
        copy_cells(self._database.cursor(), path, form, wanted)

    def count_cells(self, wanted: Wanted) -> int:
        """Return how many rows `copy_cells` would write."""
        return count_cells(self._database.cursor(), wanted)

    def ranked_users(self, level: float | None = None) -> pd.DataFrame:
        """Return every scored user as in `View.users`, by rank, without reading their cells."""
        query = Query(level=self._level(level))
        return matching(self._judged_users(query, query.level, None), query)

    def close(self) -> None:
        """Let go of the files."""
        self._database.close()

    @cached_property
    def _scored_span(self) -> slice:
        """The time steps from the first to the last that was scored: all, unless only later ones were.

        Where an earlier run's model was used, the steps before are there to be seen beside a user's.
        """
        if self.manifest.scored_with is None:
            return slice(None)
        scored = self._ask("SELECT score IS NOT NULL AS scored FROM days ORDER BY time_index")
        place = np.flatnonzero(scored["scored"])
        return slice(int(place[0]), int(place[-1]) + 1)

    @cached_property
    def _calibration(self) -> Calibration:
        return Fitted.model_validate_json((self.folder / CALIBRATION_FILE).read_bytes()).calibration

    def _highest_cells(self) -> CellScores:
        scores = self._ask(queries.HIGHEST_SCORES, most=MOST_DISCOVERIES)["score"].to_numpy()
        return CellScores(scores, int(self._ask(queries.SCORED_CELLS).iloc[0, 0]))

    def _ask(self, query: str, **parameters: object) -> pd.DataFrame:
        return self._database.cursor().execute(query, parameters or None).df()

    def _level(self, level: float | None) -> float:
        return self.manifest.level if level is None else float(level)

    def _feature_index(self, feature: str | None) -> int | None:
        if feature is None:
            return None
        if feature not in self.features:
            raise NotFoundError(f"This run has no feature called {feature!r}.")
        return self.features.index(feature)

    def _time_index(self, label: str | None) -> int | None:
        if label is None:
            return None
        if label not in self._labels:
            raise NotFoundError(f"This run has no time step {label!r}.")
        return self._labels.index(label)

    def _judged_users(self, query: Query, level: float, feature: int | None) -> pd.DataFrame:
        judged = queries.OF_ALL_FEATURES if feature is None else queries.OF_ONE_FEATURE
        users = self._ask(
            queries.USERS.format(judged=judged),
            level=level,
            feature=feature,
            time=self._time_index(query.time),
        )
        if feature is not None:
            users["p_value"] = self._calibration.users.p_values(users["score"].to_numpy())
        return users

    def _judged_days(self, level: float, feature: int | None) -> pd.DataFrame:
        days = self._ask(queries.DAYS, level=level, feature=feature)
        if feature is not None:
            days["p_value"] = self._calibration.days.p_values(days["score"].to_numpy())
        return days

    def _cells_of(self, users: list[int], feature: int | None = None) -> pd.DataFrame:
        listed = ", ".join(str(int(user)) for user in users) or "-1"
        return self._ask(queries.CELLS_OF.format(users=listed), feature=feature)

    def _histogram(self, lowest: float, highest: float, feature: int | None) -> Histogram:
        edges = np.histogram_bin_edges([lowest, highest], BINS)
        found = self._ask(
            queries.HISTOGRAM,
            feature=feature,
            lowest=float(edges[0]),
            width=float(edges[1] - edges[0]),
            bins=BINS,
        )
        counts = np.zeros(BINS, dtype=np.int64)
        counts[found["bin"]] = found["n"]
        return Histogram(edges, counts)
