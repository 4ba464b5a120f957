"""Datasets are kept at once, once, and for good."""

import hashlib
import stat
from io import BytesIO

import pytest

from dashboard.data.reading import Reading
from dashboard.detection.settings import TrainingSettings
from dashboard.errors import NotFoundError, StoreError
from dashboard.runs.records import DatasetRecord
from dashboard.runs.store import Store
from dashboard.settings import AppSettings


def test_a_new_data_home_is_its_owners_alone(store: Store) -> None:
    places = store.places
    for folder in (places.home, places.sources, places.datasets, places.runs, places.work):
        assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IRWXU


def test_an_uploaded_file_is_read_and_its_bytes_are_kept(store: Store, csv_bytes: bytes) -> None:
    record = store.add_dataset(BytesIO(csv_bytes), "clicks.csv")

    assert record.problem is None
    assert record.digest == hashlib.sha256(csv_bytes).hexdigest()
    assert record.bytes == len(csv_bytes)
    assert (store.places.sources / record.digest).read_bytes() == csv_bytes
    assert store.panel(record.id).shape == (12, 14, 1)


def test_the_same_file_twice_is_one_dataset(store: Store, csv_bytes: bytes) -> None:
    first = store.add_dataset(BytesIO(csv_bytes), "clicks.csv")
    second = store.add_dataset(BytesIO(csv_bytes), "clicks.csv")

    assert second == first
    assert len(list(store.places.sources.iterdir())) == 1


def test_a_file_that_cannot_be_read_is_kept_with_its_problem(store: Store) -> None:
    broken = b"user,date,clicks\na,2026-01-01,3\na,2026-01-02,-4\n"
    record = store.add_dataset(BytesIO(broken), "broken.csv")

    assert not record.is_readable
    assert record.problem
    assert record.problem_line == 3
    assert store.preview(record.id).columns == ("user", "date", "clicks")
    with pytest.raises(StoreError, match=r"broken\.csv"):
        store.panel(record.id)


def test_reading_again_makes_another_dataset_and_drops_the_unused_one(
    store: Store, dataset: DatasetRecord
) -> None:
    later = store.reread(dataset.id, Reading(missing="unknown"))

    assert later.reading.missing == "unknown"
    assert [each.id for each in store.datasets()] == [later.id]
    with pytest.raises(NotFoundError):
        store.dataset(dataset.id)


def test_reading_again_keeps_a_dataset_that_a_run_uses(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    store.queue_run(dataset.id, tiny)
    later = store.reread(dataset.id, Reading(missing="unknown"))

    assert {each.id for each in store.datasets()} == {dataset.id, later.id}
    assert store.panel(dataset.id).shape == (12, 14, 1)


def test_a_deleted_dataset_can_be_restored(store: Store, dataset: DatasetRecord) -> None:
    store.delete_dataset(dataset.id)
    assert store.datasets() == []
    assert store.panel(dataset.id).shape == (12, 14, 1)

    store.restore_dataset(dataset.id)
    assert [each.id for each in store.datasets()] == [dataset.id]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\counts\\may.csv", "may.csv"),
        ("tab\tand\nline.csv", "tabandline.csv"),
        ("..", "counts.csv"),
        ("", "counts.csv"),
    ],
)
def test_a_file_name_is_only_ever_a_name(
    store: Store, csv_bytes: bytes, given: str, kept: str
) -> None:
    record = store.add_dataset(BytesIO(csv_bytes), given)

    assert record.name == kept
    assert {path.parent for path in store.places.home.rglob("*.npy")} == {
        store.places.datasets / record.id
    }


def test_a_file_above_the_limit_is_refused_and_leaves_nothing(app_settings: AppSettings) -> None:
    store = Store.open(app_settings.model_copy(update={"max_upload_mb": 1}))

    with pytest.raises(StoreError, match="1 MB"):
        store.add_dataset(BytesIO(b"x" * 1_000_001), "big.csv")
    assert list(store.places.sources.iterdir()) == []


def test_the_sample_is_one_call_away(store: Store) -> None:
    record = store.add_sample(users=20, days=16)

    assert record.report is not None
    assert (record.report.users, record.report.times) == (20, 16)
    assert list(store.places.work.iterdir()) == []


def test_an_unknown_dataset_is_named_in_one_wording(store: Store) -> None:
    with pytest.raises(NotFoundError, match="no such dataset"):
        store.dataset("never-made")
