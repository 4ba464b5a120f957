"""The cells of one user, found by where they lie in the file: it is in order of the users."""

from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

BAND = ("low", "high")  # of what was expected, which older runs lack


class UserCells:
    """The table of cells, of which one or two groups of rows are read for a user."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._metadata = pq.read_metadata(path)
        ends = [
            self._metadata.row_group(group).column(0).statistics
            for group in range(self._metadata.num_row_groups)
        ]
        self._first = np.array([one.min for one in ends])
        self._last = np.array([one.max for one in ends])

    def of(self, user_index: int) -> dict[str, np.ndarray]:
        """Return the columns of the user's cells, (cells,) each; NaN where a cell was not scored."""
        there = np.flatnonzero((self._first <= user_index) & (self._last >= user_index))
        with pq.ParquetFile(self._path, metadata=self._metadata) as file:
            table = file.read_row_groups(there.tolist(), use_threads=False)
        own = table.filter(pc.equal(table["user_index"], user_index))
        cells = {name: own[name].to_numpy() for name in own.column_names}
        unknown = np.full(len(own), np.nan, np.float32)
        return {**dict.fromkeys(BAND, unknown), **cells}
