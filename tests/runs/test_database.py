"""Records that are missing or damaged are refused, and never replaced by empty ones."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.errors import StoreError
from dashboard.runs.records import DatasetRecord
from dashboard.runs.store import Store
from dashboard.settings import AppSettings


def rubbish(path: Path) -> None:
    path.write_bytes(b"rubbish " * 4_000)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (rubbish, r"cannot be opened: .* is not a database"),
        (empty, "The records are missing"),
        (Path.unlink, "The records are missing"),
        (half, "database.* damaged|malformed"),
    ],
)
@pytest.mark.usefixtures("dataset")
def test_harmed_records_are_refused_and_left_as_they_are(
    app_settings: AppSettings, harm: Callable[[Path], None], words: str
) -> None:
    path = app_settings.home / "clickwatch.db"
    harm(path)  # while the log of changes still lies beside it, as after a kill
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(StoreError, match=words):
        Store.open(app_settings)
    assert (path.read_bytes() if path.exists() else None) == before


def test_an_empty_home_gets_new_records(app_settings: AppSettings) -> None:
    for _ in range(2):
        store = Store.open(app_settings)
        assert store.datasets() == []
        store.close()


def test_the_records_know_what_the_home_holds(
    store: Store, dataset: DatasetRecord, app_settings: AppSettings
) -> None:
    again = Store.open(app_settings)
    assert again.datasets() == store.datasets() == [dataset]
    again.close()


def test_opening_again_keeps_the_locks_that_keep_the_log(
    store: Store, dataset: DatasetRecord, app_settings: AppSettings
) -> None:
    """Whoever leaves last deletes the log: so another process must not take itself for the last."""
    path = app_settings.home / "clickwatch.db"
    Store.open(app_settings).close()
    come_and_go = (
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1])\n"
        "connection.execute('SELECT count(*) FROM datasets').fetchone()\n"
        "connection.close()\n"
    )
    subprocess.run([sys.executable, "-c", come_and_go, path], check=True)

    assert path.with_name("clickwatch.db-wal").exists()
    assert store.dataset(dataset.id) == dataset
