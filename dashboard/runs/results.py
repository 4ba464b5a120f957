"""What is asked of a finished run: every figure of its pages and reports comes from here."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.detection.thresholds import CellScores, Threshold, level_for
from dashboard.runs.artefacts import as_written
from dashboard.runs.bands import Bands, bands_of
from dashboard.runs.copying import FileForm, Wanted, copy_cells, count_cells
from dashboard.runs.day_scores import day_scores
from dashboard.runs.day_view import DayView, day_view
from dashboard.runs.findings import find, find_of_user, named
from dashboard.runs.grid import GRID_FIGURES, grid_of, part_of_grid, series_of
from dashboard.runs.opened import OpenedRun
from dashboard.runs.peer_view import Peers, peers_of
from dashboard.runs.ranked import FIGURES, Block, Ranked
from dashboard.runs.standing import (
    Anomalies,
    Standing,
    about,
    count_anomalies,
    count_anomalies_of_all,
    first_rows,
    stand_by_part,
)
from dashboard.runs.sums import DaySums, count_scores, sum_days
from dashboard.runs.user_names import names_with
from dashboard.runs.views import Counts, Histogram, Query, UserView, View


@dataclass(frozen=True)
class _Cells:
    """Which cells: of one feature or all (None), from one time step to another, both included."""

    feature: int | None
    first: int
    last: int


class Results(OpenedRun):
    """The artefacts of one finished run. Safe to share between threads."""

    def view(self, query: Query) -> View:
        """One result for every chart and table of the Anomalies page.

        Raises NotFoundError for a feature or time step that the run does not have.
        """
        level = self._level(query.level)
        cells = self._asked(query)
        users = about(self._judged_users(cells), query)
        meant = self._ranked if _is_of_all(query) else self._ranked.of(users.places)
        part = cells if query.time is None else replace(cells, **self._only(query.time))
        found = self._anomalies(
            None if _is_of_all(query) else users.places, level, cells, (part.first, part.last)
        )
        anomalous_times, on_time = found.times, found.on_time
        if (
            _is_of_all(query) and users is not self._everyone
        ):  # they are counted by the rank of the run
            anomalous_times, on_time = anomalous_times[users.places], on_time[users.places]
        matched = self._matching(users, query, anomalous_times, on_time)
        shown = self._first(users, query, matched, anomalous_times)
        table = self._table(users.rows(shown), anomalous_times[shown], cells)
        histogram = self._histogram(query, meant, part)
        flagged = anomalous_times > 0 if query.time is None else on_time
        days = self._judged_days(cells.feature, self._day_sums(query, meant, cells), found.users)
        return View(
            query=query,
            level=level,
            users=table,
            days=days.iloc[self._scored_span].reset_index(drop=True),
            grid=part_of_grid(
                grid_of(table, self._cube_of(users.places[shown], cells), self.times, level),
                slice(cells.first, cells.last + 1),
            ),
            histogram=histogram,
            counts=Counts(
                matched_users=len(matched),
                scored_users=len(users),
                unscored_users=len(self.manifest.unscored_users) if _is_of_all(query) else 0,
                anomalous_users=int(np.count_nonzero(flagged)),
                anomalous_cells=found.cells,
                scored_cells=int(histogram.counts.sum()),
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
        asked = {"level": self._level(level), "feature": self._feature_index(feature)}
        frequency = self.manifest.frequency
        if user_index is None:
            found = find(self._database.cursor(), frequency, **asked)
        else:
            found = find_of_user(user_index, self._cells_of(user_index), frequency, **asked)
        return named(found, self._names, self._labels, self.features)

    def user(self, user_index: int, level: float | None = None) -> UserView:
        """One user's story. Raises NotFoundError for an index the run does not have."""
        level, place = self._level(level), self._place_of(user_index)
        figures = {
            name: float("nan") if place is None else float(getattr(self._everyone, name)[place])
            for name in ("error", "score", "p_value")
        }
        series = series_of(self._user_cells.of(user_index), self.times, self.features, level)
        return UserView(
            user=self.user_names([user_index])[user_index],
            user_index=user_index,
            level=level,
            rank=None if place is None else place + 1,
            anomalous_times=int(
                series["anomaly"].to_numpy().reshape(-1, len(self.times)).any(axis=0).sum()
            ),
            volume=float(np.nansum(series["actual"].to_numpy())),
            series=series,
            **figures,
        )

    def bands(self, query: Query) -> Bands:
        """All users that a query matches, in bands of neighbouring ranks. `top` does not cut them."""
        level, cells = self._level(query.level), self._asked(query)
        users = about(self._judged_users(cells), query)
        span = (cells.first, cells.last)
        part = span if query.time is None else (self.step_of(query.time),) * 2
        places = None if users is self._everyone else users.places
        found = self._anomalies(places, level, cells, part)
        rows = self._matching(users, query, found.times, found.on_time)
        matched = users if len(rows) == len(users) else users.rows(rows)
        of_all = len(matched) == len(self._everyone) and cells == self._asked(Query())
        means = self._sums.bands[:, :, self._scored_span] if of_all else None
        return bands_of(
            self._ranked,
            matched,
            self.times,
            level=level,
            feature=cells.feature,
            span=span,
            means=means,
        )

    def day(self, time: str, level: float, feature: str | None = None) -> DayView:
        """Look at one time step. Raises NotFoundError for one that the run does not have."""
        chosen, step = self._feature_index(feature), self.step_of(time)
        return day_view(
            self._ranked,
            self._everyone.user_index,
            self.user_names,
            self.times,
            step,
            totals=self._sums.totals,
            phases=self.phases,
            features=self.features,
            level=level,
            feature=chosen,
            score=float(self._day_scores(chosen)[step]),
        )

    def peers(self, user_index: int) -> Peers | None:
        """The users most like one; None where there is nobody to compare with."""
        place = self._place_of(user_index)
        return (
            None
            if place is None
            else peers_of(self._ranked, self._everyone, self.user_names, place, self.phases)
        )

    def span_times(self, span: tuple[str, str] | None) -> pd.Index:
        """Return the time steps of a span, both ends included; None: all that were scored."""
        if span is None:
            return self.scored_times
        first, last = sorted(self.step_of(label) for label in span)
        return self.times[first : last + 1]

    def level_for(self, threshold: Threshold) -> float:
        """Return the score from which a cell is an anomaly under that threshold."""
        cells = CellScores(self._sums.highest, int(self._sums.days.cells.sum()))
        return as_written(
            level_for(threshold, self._everyone.score, cells, self._calibration.cells)
        )

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
        """Return every scored user as in `View.users`, by rank."""
        cells = self._asked(Query())
        found = self._anomalies(None, self._level(level), cells, (cells.first, cells.last))
        return self._table(self._everyone, found.times, cells)

    def _level(self, level: float | None) -> float:
        return self.manifest.level if level is None else float(level)

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

    def _judged_users(self, cells: _Cells) -> Standing:
        """Return all users who were scored in these cells, by the rank that they have there."""
        if cells == self._asked(Query()):
            return self._everyone
        return stand_by_part(self._ranked, self._everyone, **vars(cells))

    def _anomalies(
        self, places: np.ndarray | None, level: float, cells: _Cells, part: tuple[int, int]
    ) -> Anomalies:
        """Count the anomalies of the users of these places; None: of all."""
        asked = {"feature": cells.feature, "span": (cells.first, cells.last), "part": part}
        if places is None:
            return count_anomalies_of_all(self._ranked, self._everyone.score, level, **asked)
        return count_anomalies(self._ranked.of(places), level, **asked)

    def _matching(
        self, users: Standing, query: Query, anomalous_times: np.ndarray, on_time: np.ndarray
    ) -> np.ndarray:
        """Return the rows of the users that pass search and filters."""
        wanted = np.ones(len(users), dtype=bool)
        if query.search:
            wanted &= names_with(self._folded_names, query.search)[users.user_index]
        if query.time is not None:
            wanted &= on_time
        if query.only_anomalous:
            wanted &= anomalous_times > 0
        return np.flatnonzero(wanted)

    def _first(
        self, users: Standing, query: Query, matched: np.ndarray, anomalous_times: np.ndarray
    ) -> np.ndarray:
        """Return the rows of the users that are shown, of those that match."""
        if query.sort == "score" and query.descending:  # as they stand
            return matched[: max(0, query.top)]
        values = self._sorted_by(users, query, anomalous_times)[matched]
        return matched[first_rows(values, query.top, descending=query.descending)]

    def _sorted_by(self, users: Standing, query: Query, anomalous_times: np.ndarray) -> np.ndarray:
        """Return what users are sorted by, (users,); equal ones keep to their rank."""
        if query.sort == "name":
            return self._name_order[users.user_index]
        return anomalous_times if query.sort == "anomalous" else getattr(users, query.sort)

    def _table(self, users: Standing, anomalous_times: np.ndarray, cells: _Cells) -> pd.DataFrame:
        """Return these users as in `View.users`."""
        whole = cells == self._asked(Query())
        names = self.user_names(users.user_index)
        return pd.DataFrame(
            {
                "rank": users.rank,
                "user_index": users.user_index,
                "user": pd.Series(
                    [names[index] for index in users.user_index.tolist()], dtype="str"
                ),
                "error": users.error,
                "score": users.score,
                "p_value": users.p_value
                if whole
                else self._calibration.users.p_values(users.score),
                "anomalous_times": anomalous_times,
                "volume": users.volume,
            }
        )

    def _day_sums(self, query: Query, meant: Ranked, cells: _Cells) -> DaySums:
        sums = self._sums.days if _is_of_all(query) else sum_days(meant)
        return sums if cells.feature is None else sums.of(cells.feature)

    def _judged_days(
        self, feature: int | None, sums: DaySums, anomalous_users: np.ndarray
    ) -> pd.DataFrame:
        days = self._days.copy()
        some = np.where(sums.cells.sum(axis=0) > 0, 1.0, np.nan)  # of nobody there is no sum
        days["anomalous_users"] = anomalous_users
        days["actual"] = sums.actual.sum(axis=0) * some
        days["expected"] = sums.expected.sum(axis=0) * some
        mean = sums.error.sum(axis=0) / (sums.cells.sum(axis=0) * some)
        days.insert(1, "error", mean.astype(np.float32))
        if feature is not None:
            days["score"] = self._day_scores(feature)
            days["p_value"] = self._calibration.days.p_values(days["score"].to_numpy())
        return days

    def _day_scores(self, feature: int | None) -> np.ndarray:
        if feature is not None:
            return day_scores(self._ask, self.times, self.manifest, feature)
        return self._days["score"].to_numpy()

    def _cells_of(self, user_index: int) -> Block:
        """Return one user's cells, (times, features) each; NaN throughout where it was not scored."""
        place = self._place_of(user_index)
        if place is None:
            nothing = np.full((len(self.times), len(self.features)), np.nan, np.float32)
            return dict.fromkeys(FIGURES, nothing)
        return {name: each[0] for name, each in self._ranked.of(np.array([place])).cube().items()}

    def _cube_of(self, places: np.ndarray, cells: _Cells) -> dict[str, np.ndarray]:
        """Return what a grid shows of these users, (users, times, features); NaN of features not asked for."""
        cube = self._ranked.of(places).cube(GRID_FIGURES)
        if cells.feature is None:
            return cube
        others = np.arange(len(self.features)) != cells.feature
        return {name: np.where(others, np.nan, figures) for name, figures in cube.items()}

    def _histogram(self, query: Query, meant: Ranked, part: _Cells) -> Histogram:
        if _is_of_all(query) and query.span is None and query.time is None:
            return self._sums.histograms[-1 if part.feature is None else part.feature]
        return count_scores(meant, part.first, part.last, part.feature)


def _is_of_all(query: Query) -> bool:
    """Whether the answer is about all users, however many of them match or are shown."""
    return query.users is None and query.ranks is None
