"""Whose a dataset or a run is: kept with it, inherited, and never shared by equal bytes."""

import sqlite3
from io import BytesIO

import pytest

from dashboard.detection.settings import TrainingSettings
from dashboard.errors import StoreError
from dashboard.runs.store import Store
from dashboard.settings import AppSettings

ANN, BOB = "browser-ann", "browser-bob"


def test_the_same_file_is_a_dataset_of_its_own_for_each_owner(
    store: Store, csv_bytes: bytes
) -> None:
    first = store.add_dataset(BytesIO(csv_bytes), "clicks.csv", owner=ANN)
    second = store.add_dataset(BytesIO(csv_bytes), "clicks.csv", owner=BOB)
    nobodys = store.add_dataset(BytesIO(csv_bytes), "clicks.csv")
    assert len({first.id, second.id, nobodys.id}) == 3
    assert store.add_dataset(BytesIO(csv_bytes), "clicks.csv", owner=ANN).id == first.id
    assert store.add_dataset(BytesIO(csv_bytes), "clicks.csv").id == nobodys.id
    assert [one.id for one in store.datasets(owner=BOB)] == [second.id]


def test_a_run_belongs_to_whoever_owns_its_data(store: Store, csv_bytes: bytes) -> None:
    dataset = store.add_dataset(BytesIO(csv_bytes), "clicks.csv", owner=ANN)
    run = store.queue_run(dataset.id, TrainingSettings(model="robust-z"))
    again = store.retry_run(run.id)
    assert run.owner == again.owner == ANN
    assert store.owner_of_run(run.id) == ANN
    assert store.owner_of_run("none") is None
    assert store.runs(owner=BOB) == []
    assert [one.id for one in store.runs(owner=BOB, besides=[run.id])] == [run.id]


def test_another_versions_records_are_refused_in_one_sentence(app_settings: AppSettings) -> None:
    app_settings.home.mkdir(parents=True)
    with sqlite3.connect(app_settings.home / "clickwatch.db") as database:
        database.execute("CREATE TABLE runs (id TEXT, sequence INTEGER)")
    with pytest.raises(StoreError, match=r"another version of Clickwatch.*runs\.owner"):
        Store.open(app_settings)
