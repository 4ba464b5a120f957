"""A run's Parquet files as views of an in-memory DuckDB: nothing is loaded before it is asked for."""

from pathlib import Path

import duckdb
import pandas as pd

from dashboard.runs.artefacts import CELLS, DAYS, USERS
from dashboard.runs.manifest import RunManifest

CONFIG = {
    "autoinstall_known_extensions": False,  # a query never reaches for the network
    "autoload_known_extensions": False,
    "threads": 2,
}


def open_tables(folder: Path, manifest: RunManifest) -> duckdb.DuckDBPyConnection:
    """Return a connection with the views `cells`, `users`, `days` and the table `names` of features.

    Threads share it through `cursor()`.
    """
    database = duckdb.connect(":memory:", config=CONFIG)
    for view, file in (("cells", CELLS), ("users", USERS), ("days", DAYS)):
        path = str(folder / file).replace("'", "''")
        database.execute(f"CREATE VIEW {view} AS SELECT * FROM read_parquet(['{path}'])")
    names = pd.DataFrame(  # noqa: F841 - DuckDB reads the frame by its name
        {"feature_index": range(len(manifest.features)), "feature": list(manifest.features)}
    )
    database.execute("CREATE TABLE names AS SELECT * FROM names")
    return database
