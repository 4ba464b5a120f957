"""Other names for a run's users, given where the run is opened, so that nothing behind it knows the true ones."""

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from dashboard.runs.artefacts import USERS
from dashboard.runs.manifest import RunManifest

Rename = Callable[[Sequence[str]], list[str]]  # all users of a run -> their other names


def other_names(folder: Path, rename: Rename) -> dict[str, str]:
    """Return what each user of the run in that folder is called instead."""
    users = pq.read_table(folder / USERS, columns=["user"])["user"].to_pylist()
    return dict(zip(users, rename(users), strict=True))


def with_other_names(manifest: RunManifest, names: dict[str, str]) -> RunManifest:
    """Return the manifest with other names for the users that it mentions."""
    others = tuple(names[user] for user in manifest.unscored_users)
    return manifest.model_copy(update={"unscored_users": others})


def rename_users(database: duckdb.DuckDBPyConnection, names: dict[str, str]) -> None:
    """Put a table in place of the view `users`, with the other names instead of the true ones."""
    others = pd.DataFrame({"user": list(names), "other": list(names.values())})  # noqa: F841 - DuckDB reads the frame by its name
    database.execute(
        'CREATE TABLE renamed AS SELECT users.* REPLACE (other AS "user") '
        'FROM users JOIN others ON users."user" = others."user" ORDER BY user_index'
    )
    database.execute("DROP VIEW users")
    database.execute("ALTER TABLE renamed RENAME TO users")
