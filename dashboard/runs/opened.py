"""The files of a finished run, opened: its times, users and cells, and what was added up with them."""

from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.detection.calibration import Calibration
from dashboard.detection.caught import SelfTest
from dashboard.detection.rhythm import phases
from dashboard.detection.trained import CALIBRATION_FILE, Fitted
from dashboard.errors import NotFoundError
from dashboard.runs import queries
from dashboard.runs.artefacts import HISTORY, SELF_TEST, open_manifest
from dashboard.runs.manifest import RunManifest
from dashboard.runs.opening import open_tables
from dashboard.runs.parquet_views import CELLS
from dashboard.runs.ranked import RANKED, Ranked, open_ranked
from dashboard.runs.renaming import Rename, other_names, with_other_names
from dashboard.runs.standing import Standing
from dashboard.runs.sums import SUMS, Sums, add_up, read_sums
from dashboard.runs.tables import time_label
from dashboard.runs.user_cells import UserCells
from dashboard.runs.user_names import fold_names, name_places


class OpenedRun:
    """What lies in a run's folder. Each file is read when it is asked for first."""

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
    def open(cls, folder: Path, rename: Rename | None = None, *, compared: bool = False) -> Self:
        """Open a run's folder. Raises NotFoundError where no whole run is there.

        rename: gives every user another name, before anything is asked, searched or sorted.
        compared: whether its files are known to be what was written; else they are compared first,
        and DamagedError is raised where they are not.
        """
        manifest = open_manifest(folder, compared=compared)
        return cls(folder, manifest, None if rename is None else other_names(folder, rename))

    def label(self, time: object) -> str:
        """Return a time step as it stands in addresses and CSV files: ISO date, ISO datetime or number."""
        return time_label(time, self.manifest.frequency)

    def time(self, label: str) -> object:
        """Return the time step of a label. Raises NotFoundError for one the run does not have."""
        return self.times[self.step_of(label)]

    def find_user(self, name: str) -> int:
        """Return the index of the user of exactly that name. Raises NotFoundError."""
        found = self._ask('SELECT user_index FROM users WHERE "user" = $name', name=name)
        if found.empty:
            raise NotFoundError(f"This run has no user called {name!r}.")
        return int(found.iloc[0, 0])

    def user_names(self, indices: Collection[int]) -> dict[int, str]:
        """Return the names of these users, by index."""
        wanted = [int(index) for index in indices]
        named = self._names.take(pa.array(wanted, pa.int64()))
        return dict(zip(wanted, named.to_pylist(), strict=True))

    def step_of(self, label: str) -> int:
        """Return the index of a time step by its label. Raises NotFoundError."""
        if label not in self._labels:
            raise NotFoundError(f"This run has no time step {label!r}.")
        return self._labels.index(label)

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

    def totals(self) -> np.ndarray:
        """What all users did together, (times, features); NaN where nobody was observed."""
        return self._sums.totals

    @property
    def scored_times(self) -> pd.Index:
        """The time steps from the first to the last that was scored, as grids and days have them."""
        return self.times[self._scored_span]

    @cached_property
    def labelled_times(self) -> dict[str, object]:
        """The scored time steps by their labels, in order."""
        return {self.label(time): time for time in self.scored_times}

    @cached_property
    def phases(self) -> np.ndarray:
        """The place of each time step in the week, (times,) int."""
        return phases(self.times, self.manifest.frequency)

    def _feature_index(self, feature: str | None) -> int | None:
        if feature is None:
            return None
        if feature not in self.features:
            raise NotFoundError(f"This run has no feature called {feature!r}.")
        return self.features.index(feature)

    def close(self) -> None:
        """Let go of the files."""
        self._database.close()
        self.__dict__.pop("_ranked", None)

    @cached_property
    def _names(self) -> pa.Array:
        """Every user's name, by index: a look into the table takes as long for one as for all."""
        named = self._database.cursor().sql(queries.NAMES).to_arrow_table()["user"]
        return named.combine_chunks()

    @cached_property
    def _days(self) -> pd.DataFrame:
        return self._ask("SELECT time, score, p_value FROM days ORDER BY time_index")

    @cached_property
    def _ranked(self) -> Ranked:
        shape = len(self.times), len(self.features)
        mapped = open_ranked(self.folder / RANKED, self._database.cursor(), shape)
        return Ranked(np.asarray(mapped))  # an array like any other, which costs less at each step

    @cached_property
    def _user_cells(self) -> UserCells:
        return UserCells(self.folder / CELLS)

    @cached_property
    def _sums(self) -> Sums:
        if (self.folder / SUMS).is_file():
            return read_sums(self.folder / SUMS)
        return add_up(self._ranked.cells, self._database.cursor())

    @cached_property
    def _everyone(self) -> Standing:
        users = self._database.cursor().execute(queries.USERS).fetchnumpy()
        order = np.empty(len(users["rank"]), dtype=np.int32)
        order[users["rank"] - 1] = np.arange(len(order))
        figures = {name: np.asarray(figures)[order] for name, figures in users.items()}
        return Standing(places=figures["rank"] - 1, **figures)

    def _place_of(self, user_index: int) -> int | None:
        """Return where a user stands in `Ranked`; None where it was not scored.

        Raises NotFoundError for an index the run does not have.
        """
        if not 0 <= user_index < self.manifest.users:
            raise NotFoundError(f"This run has no user of the index {user_index}.")
        place = int(self._places[user_index])
        return None if place < 0 else place

    @cached_property
    def _places(self) -> np.ndarray:
        """Of each user by index: the place in `Ranked`; -1 where not scored."""
        places = np.full(self.manifest.users, -1, dtype=np.int32)
        places[self._everyone.user_index] = self._everyone.places
        return places

    @cached_property
    def _folded_names(self) -> pa.Array:
        """Every user's name, by index, as it is searched and sorted."""
        return fold_names(self._names)

    @cached_property
    def _name_order(self) -> np.ndarray:
        """Of each user by index: the place of the name among all, from 1; equal names have the same."""
        return name_places(self._folded_names)

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

    def _ask(self, query: str, **parameters: object) -> pd.DataFrame:
        return self._database.cursor().execute(query, parameters or None).df()
