"""Runs are queued, listed, renamed, cancelled, deleted and brought back."""

import pytest

from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold
from dashboard.errors import NotFoundError, SettingsError, StoreError
from dashboard.runs.records import DatasetRecord, RunState
from dashboard.runs.store import Store


@pytest.fixture
def queued(store: Store, dataset: DatasetRecord, tiny: TrainingSettings) -> str:
    return store.queue_run(dataset.id, tiny).id


def test_a_new_run_waits_with_all_that_was_chosen(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    run = store.queue_run(dataset.id, tiny, Threshold(kind="budget", amount=3), name=" May ")

    assert (run.state, run.name, run.settings) == (RunState.QUEUED, "May", tiny)
    assert run.threshold == Threshold(kind="budget", amount=3)
    assert (run.dataset_name, run.epoch, run.epochs) == ("clicks.csv", 0, 2)
    assert store.run(run.id) == run


def test_several_runs_are_queued_in_their_order_under_names_that_tell_them_apart(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    seeds = [tiny.model_copy(update={"seed": seed}) for seed in (4, 2)]
    runs = store.queue_runs(dataset.id, seeds)

    assert [run.settings for run in runs] == seeds
    assert [run.name for run in runs] == [
        f"clicks.csv, {tiny.model}, seed {seed}" for seed in (4, 2)
    ]
    assert [store.queue_position(run.id) for run in runs] == [1, 2]


def test_of_several_runs_all_are_queued_or_none(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    too_long = tiny.model_copy(update={"window": 2_000})
    with pytest.raises(SettingsError, match="window"):
        store.queue_runs(dataset.id, [tiny, too_long])
    assert store.runs() == []


def test_positions_in_the_queue_count_from_one(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    runs = [store.queue_run(dataset.id, tiny).id for _ in range(3)]
    store.cancel_run(runs[1])

    assert [store.queue_position(run) for run in runs] == [1, 0, 2]


def test_a_file_that_could_not_be_read_cannot_be_trained_on(
    store: Store, tiny: TrainingSettings
) -> None:
    record = store.add_dataset(store.places.home / "clickwatch.db", "picture.csv")

    with pytest.raises(StoreError, match=r"picture\.csv"):
        store.queue_run(record.id, tiny)


def test_runs_are_found_by_their_own_or_their_datasets_name(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    may = store.queue_run(dataset.id, tiny, name="May 50%").id
    june = store.queue_run(dataset.id, tiny, name="June").id

    assert [run.id for run in store.runs()] == [june, may]
    assert [run.id for run in store.runs("mAY")] == [may]
    assert [run.id for run in store.runs("0%")] == [may]
    assert [run.id for run in store.runs("clicks.csv")] == [june, may]


def test_a_waiting_run_is_cancelled_at_once(store: Store, queued: str) -> None:
    run = store.cancel_run(queued)

    assert run.state is RunState.CANCELLED
    assert run.ended is not None
    assert store.queue.claim() is None


def test_deleting_stops_a_run_and_can_be_undone(store: Store, queued: str) -> None:
    store.delete_run(queued)
    assert store.runs() == []
    assert [run.id for run in store.runs(include_deleted=True)] == [queued]

    assert store.restore_run(queued).deleted is None
    assert store.runs()[0].state is RunState.CANCELLED


def test_a_run_can_be_renamed_but_not_to_nothing(store: Store, queued: str) -> None:
    assert store.rename_run(queued, "Spring").name == "Spring"
    with pytest.raises(StoreError, match="visible character"):
        store.rename_run(queued, " \n ")
    assert store.run(queued).name == "Spring"


def test_trying_again_queues_a_new_run_with_the_same_settings(store: Store, queued: str) -> None:
    store.cancel_run(queued)
    again = store.retry_run(queued)

    assert again.id != queued
    assert again.state is RunState.QUEUED
    assert again.settings == store.run(queued).settings


def test_an_unknown_run_is_named_in_one_wording(store: Store) -> None:
    for ask in (store.run, store.cancel_run, store.restore_run, store.retry_run, store.delete_run):
        with pytest.raises(NotFoundError, match="no such run"):
            ask("never-made")


def test_ids_cannot_be_guessed_from_one_another(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    ids = {store.queue_run(dataset.id, tiny).id for _ in range(20)}

    assert len(ids) == 20
    assert all(len(run_id) >= 22 and run_id[0].isalnum() for run_id in ids)
