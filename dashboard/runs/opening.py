"""A run's Parquet files as views of an in-memory DuckDB: nothing is loaded before it is asked for."""

from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from dashboard.runs.artefacts import CELLS, DAYS, USERS
from dashboard.runs.manifest import RunManifest
from dashboard.runs.renaming import rename_users

CONFIG = {
    "autoinstall_known_extensions": False,  # a query never reaches for the network
    "autoload_known_extensions": False,
    "threads": 2,
}


def open_tables(
    folder: Path, manifest: RunManifest, names: dict[str, str] | None = None
) -> duckdb.DuckDBPyConnection:
    """Return a connection with the views `cells`, `users`, `days` and the table `names` of features.

    Threads share it through `cursor()`. names: what each user is called in `users` instead.
    """
    database = duckdb.connect(":memory:", config=CONFIG)
    for view, file in (("cells", CELLS), ("users", USERS), ("days", DAYS)):
        path = str(folder / file).replace("'", "''")
        missing = _band_where_missing(folder / file) if file == CELLS else ""
        database.execute(f"CREATE VIEW {view} AS SELECT *{missing} FROM read_parquet(['{path}'])")
    if names is not None:
        rename_users(database, names)
    features = pd.DataFrame(  # noqa: F841 - DuckDB reads the frame by its name
        {"feature_index": range(len(manifest.features)), "feature": list(manifest.features)}
    )
    database.execute("CREATE TABLE names AS SELECT * FROM features")
    return database


def _band_where_missing(cells: Path) -> str:
    """Return empty columns for the band of what was expected, which older runs lack."""
    there = pq.read_schema(cells).names
    return "".join(f", NULL::FLOAT AS {name}" for name in ("low", "high") if name not in there)
