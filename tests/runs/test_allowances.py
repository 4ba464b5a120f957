"""One owner takes up no more of an installation than is allowed."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Barrier

import pytest

from dashboard.detection.settings import TrainingSettings
from dashboard.errors import StoreError
from dashboard.runs.store import Store
from dashboard.settings import AppSettings


def open_store(home: Path, **allowed: float | str | None) -> Store:
    return Store.open(AppSettings(home=home, log_level="error", **allowed))


def test_only_so_many_runs_of_one_person_wait(
    tmp_path: Path, csv_bytes: bytes, tiny: TrainingSettings
) -> None:
    store = open_store(tmp_path, owner_waiting_runs=2)
    dataset = store.add_dataset(BytesIO(csv_bytes), "clicks.csv", owner="ann")
    for _ in range(2):
        waiting = store.queue_run(dataset.id, tiny)
    with pytest.raises(StoreError, match="You have 2 runs waiting"):
        store.queue_run(dataset.id, tiny)

    assert store.queue_run(dataset.id, tiny, owner="bob").owner == "bob"
    store.cancel_run(waiting.id)
    assert store.queue_run(dataset.id, tiny).owner == "ann"


def test_runs_started_together_wait_together_or_not_at_all(
    tmp_path: Path, csv_bytes: bytes, tiny: TrainingSettings
) -> None:
    store = open_store(tmp_path, owner_waiting_runs=3)
    dataset = store.add_dataset(BytesIO(csv_bytes), "clicks.csv", owner="ann")
    store.queue_runs(dataset.id, [tiny, tiny])
    with pytest.raises(StoreError, match="start these 2 when some have ended"):
        store.queue_runs(dataset.id, [tiny, tiny])
    assert len(store.runs()) == 2


@pytest.mark.both_databases
def test_presses_at_the_same_instant_do_not_pass_it(
    tmp_path: Path, csv_bytes: bytes, tiny: TrainingSettings, database_url: str | None
) -> None:
    store = open_store(tmp_path, owner_waiting_runs=2, database_url=database_url)
    dataset = store.add_dataset(BytesIO(csv_bytes), "clicks.csv", owner="ann")
    together = Barrier(6)

    def press(_: int) -> bool:
        together.wait()
        try:
            return bool(store.queue_run(dataset.id, tiny))
        except StoreError:
            return False

    with ThreadPoolExecutor(together.parties) as pool:
        assert sum(pool.map(press, range(together.parties))) == 2
    assert len(store.runs()) == 2  # a refused one leaves nothing
    store.close()


def test_only_so_much_of_one_person_is_kept(tmp_path: Path, csv_bytes: bytes) -> None:
    store = open_store(tmp_path, owner_gb=len(csv_bytes) / 1e9)
    store.add_dataset(BytesIO(csv_bytes), "clicks.csv", owner="ann")
    with pytest.raises(StoreError, match="allowed for one person"):
        store.add_dataset(BytesIO(csv_bytes + b"\n"), "more.csv", owner="ann")

    for owner in ("bob", None):
        assert store.add_dataset(BytesIO(csv_bytes), "clicks.csv", owner=owner).is_readable
