"""Runs like each other but for the seed: found, completed, counted."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold
from dashboard.runs.records import DatasetRecord, RunRecord, RunState
from dashboard.runs.stability import alike, missing_seeds, queue_siblings, siblings, times_in_top
from dashboard.runs.store import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STACKED = TrainingSettings(model="stacked", epochs=3)


def run(
    name: str,
    seed: int = 0,
    settings: TrainingSettings = STACKED,
    state: RunState = RunState.FINISHED,
    dataset: str = "clicks",
) -> RunRecord:
    return RunRecord(
        id=name,
        name=name,
        dataset_id=dataset,
        dataset_name=dataset,
        settings=settings.model_copy(update={"seed": seed}),
        threshold=Threshold(),
        state=state,
        stage="",
        epoch=0,
        epochs=3,
        seconds_left=None,
        created=NOW,
        started=None,
        ended=None,
        reason=None,
        attempt=1,
        cancelling=False,
        stalled=False,
        deleted=None,
        folder=Path(),
        log_file=Path(),
    )


OTHERS = (
    run("other data", 1, dataset="views"),
    run("other settings", 1, STACKED.model_copy(update={"epochs": 4})),
    run("other model", 1, TrainingSettings(model="encoder-decoder", epochs=3)),
)


def test_siblings_are_finished_runs_that_differ_in_the_seed_alone() -> None:
    mine, older = run("mine", 5), run("older", 2)
    waiting = run("waiting", 3, state=RunState.QUEUED)
    found = siblings(mine, [*OTHERS, waiting, mine, older])
    assert [one.name for one in found] == ["older", "mine"]


def test_the_same_training_done_twice_is_one_sibling() -> None:
    mine, twice = run("mine"), run("twice")
    assert siblings(mine, [twice, mine]) == [mine]
    assert siblings(twice, [twice, mine]) == [twice]


def test_the_missing_seeds_are_the_next_that_nobody_has_or_will_have() -> None:
    mine = run("mine", 7)
    there = [
        run("done", 8),
        run("waiting", 9, state=RunState.QUEUED),
        run("failed", 10, state=RunState.FAILED),
        run("cancelled", 11, state=RunState.CANCELLED),
    ]
    assert missing_seeds(mine, [mine, *there, *OTHERS]) == [10, 11]


def test_seeds_begin_again_after_the_last() -> None:
    assert missing_seeds(run("last", 2**31 - 1), []) == [0, 1, 2, 3]


def test_a_baseline_has_no_other_seeds() -> None:
    assert missing_seeds(run("baseline", settings=TrainingSettings(model="pca")), []) == []


def test_queued_siblings_have_the_same_data_settings_and_threshold(
    store: Store, dataset: DatasetRecord
) -> None:
    threshold = Threshold(kind="budget", amount=5)
    mine = store.queue_run(dataset.id, STACKED, threshold, "mine")
    queued = queue_siblings(store, mine)
    assert [one.settings.seed for one in queued] == [1, 2, 3, 4]
    assert {one.settings.model_copy(update={"seed": 0}) for one in queued} == {STACKED}
    assert {one.threshold for one in queued} == {threshold}
    assert queued[0].name == "mine, seed 1"
    assert queue_siblings(store, mine) == []


def test_runs_alike_are_put_together() -> None:
    first, second, third = run("first", 0), run("second", 1), run("third", 2)
    runs = [first, OTHERS[0], second, replace(second, id="again"), OTHERS[1], third]
    assert alike(runs) == [[0, 2, 5]]


def test_a_user_is_counted_once_for_each_run_with_it_in_front(tmp_path: Path) -> None:
    ranks = {"one": [1, 2, 3, None], "two": [2, 3, 1, None], "three": [1, 3, 2, 4]}
    for name, rank in ranks.items():
        (tmp_path / name).mkdir()
        table = pa.table({"user_index": [0, 1, 2, 3], "rank": pa.array(rank, pa.int32())})
        pq.write_table(table, tmp_path / name / "users.parquet")
    times = times_in_top([tmp_path / name for name in ranks], 2)
    # first two: {0, 1}, {2, 0}, {0, 2}
    assert times.to_dict() == {0: 3, 1: 1, 2: 2}
