"""The cells of a run, written to a file without passing through memory as a whole."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import pandas as pd

from dashboard.runs import queries

FileForm = Literal["csv", "parquet", "json"]
_FORMATS = {
    "csv": "FORMAT csv, HEADER",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "json": "FORMAT json, ARRAY true",
}


@dataclass(frozen=True)
class Wanted:
    """Which cells are copied, and how they are told.

    level: the score from which a cell is an anomaly. feature: one alone; None: all of them.
    users: the indices of the users whose cells are copied, in that order; None: everyone's.
    rename: gives what is written in place of a name from the file.
    """

    level: float
    feature: str | None = None
    users: tuple[int, ...] | None = None
    rename: Callable[[str], str] = str


def copy_cells(
    tables: duckdb.DuckDBPyConnection, path: Path, form: FileForm, wanted: Wanted
) -> None:
    """Write every scored cell that is wanted: user, time, feature, actual, expected, low, high, error, score, p_value, anomaly.

    tables: a cursor of the caller's own on the views of `open_tables`. Times are text, as in
    addresses; in Parquet they are times.
    """
    _register(tables, wanted)
    query = queries.CELLS_COPY.format(
        time="days.time" if form == "parquet" else "days.label",
        level=f"'{wanted.level!r}'::FLOAT",  # quoted: it may be inf
    )
    target = str(path).replace("'", "''")
    tables.execute(f"COPY ({query}) TO '{target}' ({_FORMATS[form]})")


def count_cells(tables: duckdb.DuckDBPyConnection, wanted: Wanted) -> int:
    """Return how many rows a copy would have."""
    _register(tables, wanted)
    return tables.execute(queries.COUNT_COPIED_CELLS).fetchone()[0]


def _register(tables: duckdb.DuckDBPyConnection, wanted: Wanted) -> None:
    """Give the cursor the users and features that are wanted, under the names they are told by."""
    users = tables.execute('SELECT user_index, "user" AS name FROM users ORDER BY user_index').df()
    features = tables.execute("SELECT feature_index, feature AS name FROM names").df()
    if wanted.users is not None:
        users = users.set_index("user_index").loc[list(wanted.users)].reset_index()
    if wanted.feature is not None:
        features = features[features["name"] == wanted.feature]
    tables.register("copied_users", _renamed(users, wanted).assign(place=range(len(users))))
    tables.register("copied_features", _renamed(features, wanted))


def _renamed(named: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    names = [wanted.rename(name) for name in named["name"]]
    return named.assign(name=pd.Series(names, named.index, dtype="str"))
