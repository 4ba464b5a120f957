"""A run's Parquet files as views of an in-memory DuckDB: nothing is loaded before it is asked for."""

from pathlib import Path

import duckdb

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
    database.execute("SET GLOBAL parquet_metadata_cache = true")  # else each query reads it anew
    for view, file in (("cells", CELLS), ("users", USERS), ("days", DAYS)):
        path = str(folder / file).replace("'", "''")
        parquet = f"read_parquet(['{path}'])"
        missing = _band_where_missing(database, parquet) if file == CELLS else ""
        database.execute(f"CREATE VIEW {view} AS SELECT *{missing} FROM {parquet}")
    return database


def _band_where_missing(database: duckdb.DuckDBPyConnection, cells: str) -> str:
    """Return empty columns for the band of what was expected, which older runs lack."""
    there = database.sql(f"FROM {cells}").columns
    return "".join(f", NULL::FLOAT AS {name}" for name in ("low", "high") if name not in there)
