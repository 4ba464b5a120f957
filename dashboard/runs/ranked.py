"""The cells of a run by rank and time step, mapped from disk: what a page asks for lies side by side.

Cells on disk are ordered by user, as they are made. A page asks for all users of one day, for the
strangest users, or how many of all are beyond a threshold: for that every scored user has a column here,
in the order of rank, and every time step of a feature a row. Nothing is read before it is asked for.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import duckdb
import numpy as np

from dashboard.data.panel import Panel
from dashboard.data.room import let_go
from dashboard.detection.analysis import Analysis
from dashboard.runs.tables import users_by_rank

RANKED = "ranked.npy"
FIGURES = ("score", "actual", "expected", "error")
BLOCK_CELLS = 4_000_000  # so many are taken into memory at once
WRITTEN_CELLS = 16_000_000  # so many are put in order at once
READ_CELLS = 1_000_000

# The cells of some time steps with the column and the row at which they stand.
CELLS = """
SELECT (rank - 1)::INTEGER AS place, (time_index - $first)::INTEGER AS time_index, feature_index,
       cells.score, actual, expected, cells.error
FROM cells JOIN users USING (user_index)
WHERE rank IS NOT NULL AND time_index BETWEEN $first AND $last
"""

Block = dict[str, np.ndarray]  # each figure, (features, times, users)


@dataclass(frozen=True)
class Ranked:
    """Cells of scored users.

    cells: (figures, features, times, users) float32, the figures those of FIGURES; the score, what was
        expected and the error are NaN where a cell was not scored, the actual count where it was not observed.
    places: of the users that are meant, in their order: rank - 1.
    """

    cells: np.ndarray
    places: slice | np.ndarray = field(default_factory=lambda: slice(None))

    def of(self, places: np.ndarray) -> "Ranked":
        """Return these users alone. places: (users,) int, rank - 1."""
        neighbours = len(places) and int(places[-1]) - int(places[0]) + 1 == len(places)
        in_order = neighbours and bool((np.diff(places) == 1).all())
        first = int(places[0]) if in_order else 0
        return replace(self, places=slice(first, first + len(places)) if in_order else places)

    def blocks(
        self, first: int, last: int, feature: int | None = None, figures: tuple[str, ...] = FIGURES
    ) -> Iterator[tuple[int, Block]]:
        """Go over time steps from `first` to `last`, both included, some at once.

        feature: this one alone; None: all. Gives the first time step of each block, and the block.
        """
        features = slice(None) if feature is None else slice(feature, feature + 1)
        number = len(range(*features.indices(self.cells.shape[1])))
        step = max(1, BLOCK_CELLS // max(1, number * self.users))
        for begin in range(first, last + 1, step):
            part = self.cells[:, features, begin : min(begin + step, last + 1)]
            yield begin, {name: part[FIGURES.index(name)][..., self.places] for name in figures}

    def cube(self, figures: tuple[str, ...] = FIGURES) -> Block:
        """Return all cells of these users at once, each figure as (users, times, features)."""
        return {
            name: self.cells[FIGURES.index(name)][..., self.places].transpose(2, 1, 0)
            for name in figures
        }

    @property
    def users(self) -> int:
        """How many users are meant."""
        if isinstance(self.places, slice):
            return len(range(*self.places.indices(self.cells.shape[3])))
        return len(self.places)


def write_ranked(path: Path, panel: Panel, analysis: Analysis) -> np.ndarray:
    """Write the cells of a run that is being finished, and return them.

    Some users are taken at a time, in the order of rank. Raises OSError where the disk is full.
    """
    _, times, features = panel.shape
    order = users_by_rank(analysis)
    step = max(1, WRITTEN_CELLS // (times * features))
    with path.open("wb") as file:
        whole = (len(FIGURES), features, times, len(order))
        told = {"descr": "<f4", "fortran_order": False, "shape": whole}
        np.lib.format.write_array_header_1_0(file, told)
        begin = file.tell()
        for first in range(0, len(order), step):
            some = order[first : first + step]
            for number, figures in enumerate(_figures(panel, analysis, some)):
                rows = figures.transpose(2, 1, 0).reshape(-1, len(some))  # features x times
                for row, cells in enumerate(rows, start=number * len(rows)):
                    file.seek(begin + (row * len(order) + first) * cells.itemsize)
                    file.write(np.ascontiguousarray(cells, "<f4").data)
    return np.load(path, mmap_mode="r")


def _figures(panel: Panel, analysis: Analysis, users: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the figures of FIGURES, (users, times, features) each."""
    analysed = {"score": analysis.score, "expected": analysis.expected, "error": analysis.error}
    for name in FIGURES:
        if name == "actual":
            yield np.where(panel.observed[users, :, None], panel.values[users], np.nan)
        else:
            yield analysed[name][users]
            let_go(analysed[name])


def open_ranked(
    path: Path, tables: duckdb.DuckDBPyConnection, shape: tuple[int, int]
) -> np.ndarray:
    """Return the cells of a finished run, mapped from disk.

    For a run from before there was such a file they are put in order now, in a file that is gone when
    it is let go of.
    """
    if path.is_file():
        return np.load(path, mmap_mode="r")
    whole = _whole(tables, shape)
    with tempfile.TemporaryFile(prefix="clickwatch-") as file:
        _fill(file, whole, tables)
        file.flush()
        return np.memmap(file, "<f4", "r", shape=whole)


def _whole(tables: duckdb.DuckDBPyConnection, shape: tuple[int, int]) -> tuple[int, int, int, int]:
    ((users,),) = tables.execute("SELECT count(rank) FROM users").fetchall()
    return len(FIGURES), shape[1], shape[0], users


def _fill(
    file: BinaryIO, shape: tuple[int, int, int, int], tables: duckdb.DuckDBPyConnection
) -> None:
    """Write the cells behind what stands in a file, some time steps after the other.

    Each time the whole table is read for them, so that only they are in memory.
    """
    begin = file.tell()
    _, features, times, users = shape
    step = max(1, WRITTEN_CELLS // max(1, features * users))
    for first in range(0, times, step):
        last = min(first + step, times) - 1
        block = np.full((len(FIGURES), features, last - first + 1, users), np.nan, "<f4")
        asked = {"first": first, "last": last}
        for batch in tables.sql(CELLS, params=asked).to_arrow_reader(READ_CELLS):
            columns = [column.to_numpy(zero_copy_only=False) for column in batch.columns]
            place, time, feature, *figures = columns
            for number, figure in enumerate(figures):
                block[number, feature, time, place] = figure
        for number, row in enumerate(block.reshape(-1, last - first + 1, users)):
            file.seek(begin + (number * times + first) * users * block.itemsize)
            file.write(row.data)
