"""The queue gives each run to one worker, and takes up what a dead one left."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from dashboard.detection.history import EpochRecord
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.queue import Claim
from dashboard.runs.records import DatasetRecord, RunState
from dashboard.runs.schema import RUNS
from dashboard.runs.store import Store

FIRST = EpochRecord(epoch=1, loss=0.5, metric=0.4, val_loss=None, val_metric=None, seconds=0.1)


@pytest.fixture
def claim(store: Store, dataset: DatasetRecord, tiny: TrainingSettings) -> Claim:
    store.queue_run(dataset.id, tiny)
    taken = store.queue.claim()
    assert taken is not None
    return taken


def fall_silent(store: Store, claim: Claim) -> None:
    long_ago = time.time() - 10 * store.stale_seconds
    with store.engine.begin() as connection:
        connection.execute(update(RUNS).where(RUNS.c.id == claim.run_id).values(heartbeat=long_ago))


def test_runs_are_taken_in_the_order_they_came(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    ids = [store.queue_run(dataset.id, tiny).id for _ in range(3)]
    claims = [store.queue.claim() for _ in range(4)]

    assert [each and each.run_id for each in claims] == [*ids, None]


def test_owners_take_turns(store: Store, dataset: DatasetRecord, tiny: TrainingSettings) -> None:
    queued = [("ann", store.queue_run(dataset.id, tiny, owner="ann").id) for _ in range(4)]
    queued += [
        (owner, store.queue_run(dataset.id, tiny, owner=owner).id) for owner in ("bob", "cy")
    ]
    owner_of = {run_id: owner for owner, run_id in queued}
    foretold = sorted(owner_of, key=store.queue_position)

    taken = [store.queue.claim().run_id for _ in queued]
    assert [owner_of[run_id] for run_id in taken] == ["ann", "bob", "cy", "ann", "ann", "ann"]
    assert taken == foretold


def test_whoever_was_served_last_waits_for_the_others(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    for _ in range(3):
        store.queue_run(dataset.id, tiny, owner="ann")
    store.queue.finish(store.queue.claim())
    late = store.queue_run(dataset.id, tiny, owner="bob").id

    assert store.queue_position(late) == 1
    assert store.queue.claim().run_id == late


def test_many_workers_never_take_the_same_run(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    ids = {store.queue_run(dataset.id, tiny).id for _ in range(12)}
    with ThreadPoolExecutor(6) as workers:
        claims = list(workers.map(lambda _: store.queue.claim(), range(18)))
    taken = [each.run_id for each in claims if each]
    while left := store.queue.claim():
        taken.append(left.run_id)

    assert len(taken) == len(ids)
    assert set(taken) == ids


def test_epochs_show_while_the_run_goes_on(store: Store, claim: Claim) -> None:
    store.queue.epoch_done(claim, FIRST, seconds_left=7.0)
    run = store.run(claim.run_id)

    assert (run.state, run.stage, run.epoch, run.seconds_left) == ("running", "train", 1, 7.0)
    assert store.history(claim.run_id) == [FIRST]


def test_a_silent_run_is_shown_as_stalled_and_waits_again(store: Store, claim: Claim) -> None:
    store.queue.epoch_done(claim, FIRST, seconds_left=7.0)
    fall_silent(store, claim)
    assert store.run(claim.run_id).stalled

    assert store.queue.recover() == [claim.run_id]
    assert store.run(claim.run_id).state is RunState.QUEUED
    again = store.queue.claim()
    assert again is not None
    assert store.run(claim.run_id).attempt == 2
    assert store.history(claim.run_id) == []


def test_a_run_interrupted_twice_has_failed(store: Store, claim: Claim) -> None:
    for held in (claim, None):
        fall_silent(store, held or store.queue.claim())
        store.queue.recover()
    run = store.run(claim.run_id)

    assert run.state is RunState.FAILED
    assert "interrupted" in (run.reason or "")


def test_a_silent_run_that_was_to_be_cancelled_is_cancelled(store: Store, claim: Claim) -> None:
    store.cancel_run(claim.run_id)
    assert store.run(claim.run_id).cancelling
    fall_silent(store, claim)
    store.queue.recover()

    assert store.run(claim.run_id).state is RunState.CANCELLED


def test_a_living_run_is_left_alone(store: Store, claim: Claim) -> None:
    store.queue.beat("worker", claim)

    assert store.queue.recover() == []
    assert store.queue.standing(claim).mine


def test_a_worker_that_lost_its_run_can_no_longer_write_to_it(store: Store, claim: Claim) -> None:
    fall_silent(store, claim)
    store.queue.recover()
    store.queue.claim()

    assert not store.queue.standing(claim).mine
    store.queue.epoch_done(claim, FIRST, seconds_left=0)
    store.queue.fail(claim, "late")
    assert store.history(claim.run_id) == []
    assert store.run(claim.run_id).state is RunState.RUNNING


def test_giving_a_run_back_costs_it_no_attempt(store: Store, claim: Claim) -> None:
    store.queue.give_back(claim)
    run = store.run(claim.run_id)

    assert (run.state, run.attempt) == (RunState.QUEUED, 0)


def test_a_worker_is_alive_from_its_first_beat_to_its_leave(store: Store) -> None:
    assert not store.worker_alive()
    store.queue.beat("worker", None)
    assert store.worker_alive()
    store.queue.leave("worker")
    assert not store.worker_alive()
