"""A Dask cluster whose scheduler is killed while it judges, and whose run is cancelled while it does."""

import os
import signal
import time
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from distributed import Client

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.records import RunRecord, RunState
from tests.browser.server import Server
from tests.faults.installation import OWNER, Witness, add_counts, installation
from tests.processes import wait_for
from tests.runs.dask_cluster import DaskCluster

BASELINE = TrainingSettings(model="robust-z")
USERS, DAYS = 13_000, 40  # two parts, one of which the cluster judges
SENTENCE = "was lost in the middle of the work. Start again when its scheduler is back."


@dataclass(frozen=True)
class Lost:
    """Seconds from the scheduler's death until the run had failed, and from a cancellation until
    the cluster had nothing of it any more; and all seconds."""

    failed_seconds: float
    freed_seconds: float
    seconds: float


def lose_the_scheduler(folder: Path) -> Lost:
    """Kill it in the middle of a run, start another, try again, and cancel."""
    began = time.monotonic()
    with closing(DaskCluster(folder)) as cluster, installation(engine=cluster.address) as server:
        cluster.add_worker()
        witness, store = Witness(server), server.store
        many = store.add_dataset(BytesIO(_many_users()), "many.csv", owner=OWNER)
        few = add_counts(server)
        lost, next_one = (store.queue_run(each.id, BASELINE, owner=OWNER) for each in (many, few))
        with _looking_at(cluster) as client:
            wait_for(lambda: _tasks(client) > 0)
            os.kill(cluster.scheduler, signal.SIGKILL)
            killed = time.monotonic()
        ended = _ended(server, lost)
        failed_seconds = time.monotonic() - killed
        assert ended.state is RunState.FAILED
        assert (ended.reason or "").endswith(SENTENCE), ended.reason
        assert _ended(server, next_one).state is RunState.FINISHED, "the worker did not go on"

        with closing(DaskCluster(folder, port=cluster.port)) as again:
            again.add_worker()
            assert _ended(server, store.retry_run(lost.id)).state is RunState.FINISHED
            cancelled = store.queue_run(many.id, BASELINE, owner=OWNER)
            with _looking_at(again) as client:
                wait_for(lambda: _tasks(client) > 0)
                store.cancel_run(cancelled.id)
                freed_seconds = wait_for(lambda: _tasks(client) == 0)
            assert _ended(server, cancelled).state is RunState.CANCELLED
        assert witness.complaints() == []
    return Lost(failed_seconds, freed_seconds, time.monotonic() - began)


def _many_users() -> bytes:
    counts = np.random.default_rng(0).poisson(9, (USERS, DAYS))
    days = [str(np.datetime64("2026-01-01") + day) for day in range(DAYS)]
    rows = (
        f"u{user},{day},{count}\n"
        for user, own in enumerate(counts.tolist())
        for day, count in zip(days, own, strict=True)
    )
    return ("user,date,clicks\n" + "".join(rows)).encode()


def _looking_at(cluster: DaskCluster) -> Client:
    return Client(cluster.address.removeprefix("dask://"), set_as_default=False, timeout=60)


def _tasks(client: Client) -> int:
    return client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))


def _ended(server: Server, run: RunRecord) -> RunRecord:
    wait_for(lambda: server.store.run(run.id).state.is_final, seconds=1_200)
    return server.store.run(run.id)
