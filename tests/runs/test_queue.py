"""The queue gives each run to one worker, and takes up what a dead one left."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from dashboard.detection.history import EpochRecord
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.queue import Claim, Queue
from dashboard.runs.records import DatasetRecord, RunState
from dashboard.runs.schema import RUNS
from dashboard.runs.store import Store
from dashboard.runs.times import A_DAY_SECONDS

pytestmark = pytest.mark.both_databases
FIRST = EpochRecord(epoch=1, loss=0.5, metric=0.4, val_loss=None, val_metric=None, seconds=0.1)


class Clock:
    """A steady clock that the test moves on."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(store: Store, clock: Clock) -> Queue:
    """The queue as one worker has it that listens to the others."""
    return Queue(store.engine, store.places, store.stale_seconds, clock)


@pytest.fixture
def claim(store: Store, dataset: DatasetRecord, tiny: TrainingSettings) -> Claim:
    store.queue_run(dataset.id, tiny)
    taken = store.queue.claim()
    assert taken is not None
    return taken


def after_silence(queue: Queue, clock: Clock) -> list[str]:
    """What is taken up when nobody has beaten for too long."""
    assert queue.recover() == []  # heard for the first time
    clock.seconds += queue._stale_seconds + 1
    return queue.recover()


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


def test_a_silent_run_waits_again(store: Store, queue: Queue, clock: Clock, claim: Claim) -> None:
    queue.epoch_done(claim, FIRST, seconds_left=7.0)

    assert after_silence(queue, clock) == [claim.run_id]
    assert store.run(claim.run_id).state is RunState.QUEUED
    again = queue.claim()
    assert again is not None
    assert store.run(claim.run_id).attempt == 2
    assert store.history(claim.run_id) == []


def test_a_run_that_has_not_been_heard_of_lately_is_shown_as_stalled(
    store: Store, claim: Claim
) -> None:
    assert not store.run(claim.run_id).stalled
    set_clock_of(store, claim, -10 * store.stale_seconds)
    assert store.run(claim.run_id).stalled


@pytest.mark.parametrize("jump", [-A_DAY_SECONDS, A_DAY_SECONDS])
def test_a_clock_that_was_set_takes_no_run_from_the_living_and_hides_none_of_the_dead(
    store: Store, queue: Queue, clock: Clock, claim: Claim, jump: float
) -> None:
    queue.beat("worker", claim)
    for _ in range(5):
        clock.seconds += store.stale_seconds / 2
        set_clock_of(store, claim, jump + clock.seconds)  # the next beat of the living
        assert queue.recover() == []
    clock.seconds += store.stale_seconds + 1
    assert queue.recover() == [claim.run_id]


def test_a_run_interrupted_twice_has_failed(
    store: Store, queue: Queue, clock: Clock, claim: Claim
) -> None:
    for _ in range(2):
        assert after_silence(queue, clock) == [claim.run_id]
        queue.claim()
    run = store.run(claim.run_id)

    assert run.state is RunState.FAILED
    assert "interrupted" in (run.reason or "")


def test_a_silent_run_that_was_to_be_cancelled_is_cancelled(
    store: Store, queue: Queue, clock: Clock, claim: Claim
) -> None:
    store.cancel_run(claim.run_id)
    assert store.run(claim.run_id).cancelling
    after_silence(queue, clock)

    assert store.run(claim.run_id).state is RunState.CANCELLED


def test_a_living_run_is_left_alone(queue: Queue, clock: Clock, claim: Claim) -> None:
    assert queue.recover() == []
    clock.seconds += 1_000  # the listener was asleep
    queue.beat("worker", claim)

    assert queue.recover() == []
    assert queue.standing(claim).mine


def test_a_worker_that_lost_its_run_can_no_longer_write_to_it(
    store: Store, queue: Queue, clock: Clock, claim: Claim
) -> None:
    after_silence(queue, clock)
    queue.claim()

    assert not queue.standing(claim).mine
    queue.epoch_done(claim, FIRST, seconds_left=0)
    queue.fail(claim, "late")
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


def test_a_worker_that_was_killed_is_forgotten(store: Store, queue: Queue, clock: Clock) -> None:
    queue.beat("worker", None)
    after_silence(queue, clock)
    assert not store.worker_alive()


def set_clock_of(store: Store, claim: Claim, seconds: float) -> None:
    """Let the last beat of a run have been at a clock that is so far from this one's."""
    beat = time.time() + seconds
    with store.engine.begin() as connection:
        connection.execute(update(RUNS).where(RUNS.c.id == claim.run_id).values(heartbeat=beat))
