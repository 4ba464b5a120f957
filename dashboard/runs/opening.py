"""A run's tables as they are asked: with the names of its features, and other names for users where wanted."""

from pathlib import Path

import duckdb
import pandas as pd

from dashboard.runs.manifest import RunManifest
from dashboard.runs.parquet_views import view_files
from dashboard.runs.renaming import rename_users


def open_tables(
    folder: Path, manifest: RunManifest, names: dict[str, str] | None = None
) -> duckdb.DuckDBPyConnection:
    """Return a connection with the views `cells`, `users`, `days` and the table `names` of features.

    Threads share it through `cursor()`. names: what each user is called in `users` instead.
    """
    database = view_files(folder)
    if names is not None:
        rename_users(database, names)
    features = pd.DataFrame(  # noqa: F841 - DuckDB reads the frame by its name
        {"feature_index": range(len(manifest.features)), "feature": list(manifest.features)}
    )
    database.execute("CREATE TABLE names AS SELECT * FROM features")
    return database
