"""Other names for a run's users, given where the run is opened, so that nothing behind it knows the true ones."""

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from dashboard.runs.artefacts import USERS
from dashboard.runs.manifest import Dataset, RunManifest

Rename = Callable[[Sequence[str]], list[str]]  # all users of a run -> their other names


def other_names(folder: Path, rename: Rename) -> dict[str, str]:
    """Return what each user of the run in that folder is called instead."""
    users = pq.read_table(folder / USERS, columns=["user"])["user"].to_pylist()
    return dict(zip(users, rename(users), strict=True))


def with_other_names(manifest: RunManifest, names: dict[str, str]) -> RunManifest:
    """Return the manifest with other names for the users that it mentions."""
    others = tuple(names[user] for user in manifest.unscored_users)
    earlier = manifest.scored_with
    if earlier is not None:
        trained_on = _without_columns(earlier.trained_on, names)
        earlier = earlier.model_copy(update={"trained_on": trained_on})
    return manifest.model_copy(
        update={
            "unscored_users": others,
            "dataset": _without_columns(manifest.dataset, names),
            "scored_with": earlier,
        }
    )


def _without_columns(dataset: Dataset, names: dict[str, str]) -> Dataset:
    """Leave out which columns were chosen where these are the users themselves: they are found again."""
    reading = dataset.reading
    if reading is None or not set(reading.counts or ()) & names.keys():
        return dataset
    return dataset.model_copy(update={"reading": reading.model_copy(update={"counts": None})})


def rename_users(database: duckdb.DuckDBPyConnection, names: dict[str, str]) -> None:
    """Put a table in place of the view `users`, with the other names instead of the true ones."""
    others = pd.DataFrame({"user": list(names), "other": list(names.values())})  # noqa: F841 - DuckDB reads the frame by its name
    database.execute(
        'CREATE TABLE renamed AS SELECT users.* REPLACE (other AS "user") '
        'FROM users JOIN others ON users."user" = others."user" ORDER BY user_index'
    )
    database.execute("DROP VIEW users")
    database.execute("ALTER TABLE renamed RENAME TO users")
