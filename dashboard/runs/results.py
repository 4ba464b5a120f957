"""A finished run, opened: every figure of its pages and reports comes from here."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from dashboard.detection.calibration import Calibration
from dashboard.detection.caught import SelfTest
from dashboard.detection.rhythm import phases
from dashboard.detection.thresholds import CellScores, Threshold, level_for
from dashboard.detection.trained import CALIBRATION_FILE, Fitted
from dashboard.errors import NotFoundError
from dashboard.runs import queries
from dashboard.runs.artefacts import HISTORY, SELF_TEST, as_written, open_manifest
from dashboard.runs.bands import Bands, bands_of
from dashboard.runs.copying import FileForm, Wanted, copy_cells, count_cells
from dashboard.runs.day_scores import day_scores
from dashboard.runs.day_view import DayView, day_view
from dashboard.runs.findings import find, named
from dashboard.runs.grid import grid_of, part_of_grid, series_of
from dashboard.runs.manifest import RunManifest
from dashboard.runs.opening import open_tables
from dashboard.runs.peer_view import Peers, peers_of, totals_of
from dashboard.runs.ranking import about, matching, sorted_by
from dashboard.runs.renaming import Rename, other_names, with_other_names
from dashboard.runs.tables import time_label
from dashboard.runs.views import Counts, Histogram, Query, UserView, View

BINS = 60
MOST_DISCOVERIES = 100_000  # cells among which a false-discovery rate is looked for


@dataclass(frozen=True)
class _Cells:
    """Which cells: of one feature or all (None), from one time step to another, both included."""

    feature: int | None
    first: int
    last: int


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
        cells = self._asked(query)
        judged = about(self._judged_users(query, level, cells), query)
        matched = matching(judged, query)
        shown = sorted_by(matched, query).head(max(0, query.top)).reset_index(drop=True)
        part = cells if query.time is None else replace(cells, **self._only(query.time))
        whom = (
            None if query.users is None and query.ranks is None else judged["user_index"].tolist()
        )
        spread = self._ask(queries.SPREAD, level=level, users=whom, **vars(part)).iloc[0]
        flagged = judged["anomalous_times"] > 0 if query.time is None else judged["on_time"]
        days = self._judged_days(level, cells.feature, whom)
        return View(
            query=query,
            level=level,
            users=shown,
            days=days.iloc[self._scored_span].reset_index(drop=True),
            grid=part_of_grid(
                grid_of(
                    shown,
                    self._cells_of(shown["user_index"].tolist(), cells),
                    self.times,
                    len(self.features),
                    level,
                ),
                slice(cells.first, cells.last + 1),
            ),
            histogram=self._histogram(spread["lowest"], spread["highest"], part, whom),
            counts=Counts(
                matched_users=len(matched),
                scored_users=len(judged),
                unscored_users=len(self.manifest.unscored_users) if whom is None else 0,
                anomalous_users=int(flagged.sum()),
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

    def bands(self, query: Query) -> Bands:
        """All users that a query matches, in bands of neighbouring ranks. `top` does not cut them."""
        level, cells = self._level(query.level), self._asked(query)
        judged = self._judged_users(query, level, cells)
        return bands_of(
            self._database.cursor(),
            matching(about(judged, query), query),
            self.times,
            one_feature=len(self.features) == 1 or cells.feature is not None,
            level=level,
            **vars(cells),
        )

    def day(self, time: str, level: float, feature: str | None = None) -> DayView:
        """Look at one time step. Raises NotFoundError for one that the run does not have."""
        chosen, step = self._feature_index(feature), self.step_of(time)
        return day_view(
            self._ask,
            self.times,
            step,
            phases=self.phases,
            level=level,
            feature=chosen,
            score=float(self._day_scores(chosen)[step]),
        )

    def peers(self, user_index: int) -> Peers | None:
        """The users most like one; None where there is nobody to compare with."""
        return peers_of(self._ask, user_index, self.phases, len(self.features))

    def totals(self) -> np.ndarray:
        """What all scored users did together, (times, features)."""
        return totals_of(self._ask, len(self.times), len(self.features))

    @property
    def scored_times(self) -> pd.Index:
        """The time steps from the first to the last that was scored, as grids and days have them."""
        return self.times[self._scored_span]

    @cached_property
    def phases(self) -> np.ndarray:
        """The place of each time step in the week, (times,) int."""
        return phases(self.times, self.manifest.frequency)

    def span_times(self, span: tuple[str, str] | None) -> pd.Index:
        """Return the time steps of a span, both ends included; None: all that were scored."""
        if span is None:
            return self.scored_times
        first, last = sorted(self.step_of(label) for label in span)
        return self.times[first : last + 1]

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
        if label not in self._labels:
            raise NotFoundError(f"This run has no time step {label!r}.")
        return self._labels.index(label)

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
        return matching(self._judged_users(query, query.level, self._asked(query)), query)

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

    def time(self, label: str) -> object:
        """Return the time step of a label. Raises NotFoundError for one the run does not have."""
        return self.times[self.step_of(label)]

    def _asked(self, query: Query) -> _Cells:
        feature = self._feature_index(query.feature)
        if query.span is None:
            first, last, _ = self._scored_span.indices(len(self.times))
            return _Cells(feature, first, last - 1)
        first, last = sorted(self.step_of(label) for label in query.span)
        return _Cells(feature, first, last)

    def _only(self, time: str) -> dict[str, int]:
        index = self.step_of(time)
        return {"first": index, "last": index}

    def _judged_users(self, query: Query, level: float, cells: _Cells) -> pd.DataFrame:
        whole = cells.feature is None and query.span is None
        judged = queries.OF_ALL_CELLS if whole else queries.OF_SOME_CELLS
        users = self._ask(
            queries.USERS.format(judged=judged),
            level=level,
            time=None if query.time is None else self.step_of(query.time),
            **vars(cells),
        )
        if not whole:
            users["p_value"] = self._calibration.users.p_values(users["score"].to_numpy())
        return users

    def _judged_days(
        self, level: float, feature: int | None, users: list[int] | None
    ) -> pd.DataFrame:
        days = self._ask(queries.DAYS, level=level, feature=feature, users=users)
        if feature is not None:
            days["score"] = self._day_scores(feature)
            days["p_value"] = self._calibration.days.p_values(days["score"].to_numpy())
        return days

    def _day_scores(self, feature: int | None) -> np.ndarray:
        if feature is not None:
            return day_scores(self._ask, self.times, self.manifest, feature)
        return self._ask("SELECT score FROM days ORDER BY time_index")["score"].to_numpy()

    def _cells_of(self, users: list[int], cells: _Cells | None = None) -> pd.DataFrame:
        listed = ", ".join(str(int(user)) for user in users) or "-1"
        asked = cells or _Cells(None, 0, len(self.times))
        return self._ask(queries.CELLS_OF.format(users=listed), **vars(asked))

    def _histogram(
        self, lowest: float, highest: float, cells: _Cells, users: list[int] | None
    ) -> Histogram:
        edges = np.histogram_bin_edges([lowest, highest], BINS)
        found = self._ask(
            queries.HISTOGRAM,
            **vars(cells),
            users=users,
            lowest=float(edges[0]),
            width=float(edges[1] - edges[0]),
            bins=BINS,
        )
        counts = np.zeros(BINS, dtype=np.int64)
        counts[found["bin"]] = found["n"]
        return Histogram(edges, counts)
