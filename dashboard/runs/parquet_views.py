"""A run's Parquet files as views of an in-memory DuckDB: nothing is loaded before it is asked for."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

CELLS = "cells.parquet"
USERS = "users.parquet"
DAYS = "days.parquet"
CONFIG = {
    "autoinstall_known_extensions": False,  # a query never reaches for the network
    "autoload_known_extensions": False,
    "threads": 2,
}


def view_files(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with the views `cells`, `users` and `days`."""
    database = duckdb.connect(":memory:", config=CONFIG)
    for view, file in (("cells", CELLS), ("users", USERS), ("days", DAYS)):
        path = str(folder / file).replace("'", "''")
        missing = _band_where_missing(folder / file) if file == CELLS else ""
        database.execute(f"CREATE VIEW {view} AS SELECT *{missing} FROM read_parquet(['{path}'])")
    return database


def _band_where_missing(cells: Path) -> str:
    """Return empty columns for the band of what was expected, which older runs lack."""
    there = pq.read_schema(cells).names
    return "".join(f", NULL::FLOAT AS {name}" for name in ("low", "high") if name not in there)
