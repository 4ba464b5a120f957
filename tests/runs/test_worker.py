"""Real workers train real runs: to the end, until cancelled, and across every kind of death."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import psutil
import pytest

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.artefacts import damaged
from dashboard.runs.records import RunRecord, RunState
from dashboard.runs.results import Results
from dashboard.runs.store import Store
from dashboard.runs.supervisor import start_worker
from dashboard.runs.views import Query
from dashboard.settings import AppSettings
from tests.processes import PATIENCE_SECONDS, training_process, wait_for
from tests.trainings import LONG, SOME_SECONDS

ROOT = Path(__file__).parents[2]


@contextmanager
def working(settings: AppSettings) -> Iterator[subprocess.Popen]:
    """A worker in a process of its own, gone at the end."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "worker"],
        cwd=ROOT,
        env=os.environ | settings.environment(),
        stderr=subprocess.DEVNULL,
    )
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait(PATIENCE_SECONDS)


def ended(store: Store, run_id: str) -> RunRecord:
    wait_for(lambda: store.run(run_id).state.is_final)
    return store.run(run_id)


def queue(store: Store, csv_bytes: bytes, settings: TrainingSettings) -> str:
    dataset = store.add_dataset(BytesIO(csv_bytes), "clicks.csv")
    return store.queue_run(dataset.id, settings).id


def wait_until_it_learns(store: Store, run_id: str) -> None:
    wait_for(lambda: store.run(run_id).epoch >= 2)


@pytest.fixture(scope="module")
def busy_store(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Store, subprocess.Popen]]:
    """One store and one worker for the tests that leave the worker alive."""
    settings = AppSettings(home=tmp_path_factory.mktemp("busy"), stale_seconds=3)
    store = Store.open(settings)
    with working(settings) as worker:
        yield store, worker
    store.close()


def test_a_run_is_trained_and_can_be_looked_at(
    busy_store: tuple[Store, subprocess.Popen], csv_bytes: bytes, tiny: TrainingSettings
) -> None:
    store, _ = busy_store
    run = ended(store, queue(store, csv_bytes, tiny))

    assert (run.state, run.reason, run.epoch) == (RunState.FINISHED, None, 2)
    assert [epoch.epoch for epoch in store.history(run.id)] == [1, 2]
    assert damaged(run.folder) == ()
    assert Results.open(run.folder).view(Query(top=1)).grid.users == ("u003",)
    assert list(store.places.work.iterdir()) == []
    assert store.worker_alive()


def test_a_cancelled_run_stops_in_the_middle_of_its_training(
    busy_store: tuple[Store, subprocess.Popen], csv_bytes: bytes
) -> None:
    store, worker = busy_store
    run_id = queue(store, csv_bytes, LONG)
    wait_until_it_learns(store, run_id)
    process = training_process(worker.pid)

    store.cancel_run(run_id)
    wait_for(lambda: store.run(run_id).state.is_final)

    assert store.run(run_id).state is RunState.CANCELLED
    assert not process.is_running()
    assert not store.run(run_id).folder.exists()


def test_a_killed_training_has_failed_and_the_next_run_goes_on(
    busy_store: tuple[Store, subprocess.Popen], csv_bytes: bytes, tiny: TrainingSettings
) -> None:
    store, worker = busy_store
    doomed, following = queue(store, csv_bytes, LONG), queue(store, csv_bytes, tiny)
    wait_until_it_learns(store, doomed)
    training_process(worker.pid).kill()

    failed = ended(store, doomed)
    assert failed.state is RunState.FAILED
    assert "killed (signal 9)" in (failed.reason or "")
    assert ended(store, following).state is RunState.FINISHED


def test_an_error_of_the_program_is_logged_and_told_in_one_sentence(
    busy_store: tuple[Store, subprocess.Popen], csv_bytes: bytes, tiny: TrainingSettings
) -> None:
    store, _ = busy_store
    dataset = store.add_dataset(BytesIO(csv_bytes), "spoilt.csv")
    (store.places.datasets / dataset.id / "digests.json").unlink()  # as of an older version
    (store.places.datasets / dataset.id / "values.npy").write_bytes(b"spoilt")
    run = ended(store, store.queue_run(dataset.id, tiny).id)

    assert run.state is RunState.FAILED
    assert "error in the program" in (run.reason or "")
    assert "Traceback" in run.log_file.read_text()


def test_a_killed_worker_takes_its_training_along_and_the_next_one_finishes_the_run(
    app_settings: AppSettings, store: Store, csv_bytes: bytes
) -> None:
    run_id = queue(store, csv_bytes, SOME_SECONDS)
    with working(app_settings) as worker:
        wait_until_it_learns(store, run_id)
        process = training_process(worker.pid)
        worker.kill()
        wait_for(lambda: not process.is_running())
    assert store.run(run_id).state is RunState.RUNNING
    trained = store.history(run_id)
    wait_for(lambda: store.run(run_id).stalled)
    assert not store.worker_alive()

    with working(app_settings):
        run = ended(store, run_id)
    history = store.history(run_id)
    assert (run.state, run.attempt, len(history)) == (RunState.FINISHED, 2, SOME_SECONDS.epochs)
    assert history[: len(trained) - 1] == trained[:-1]  # to the second: not trained again
    assert list(store.places.work.iterdir()) == []


def test_a_worker_told_to_stop_gives_its_run_back(
    app_settings: AppSettings, store: Store, csv_bytes: bytes
) -> None:
    run_id = queue(store, csv_bytes, LONG)
    with working(app_settings) as worker:
        wait_until_it_learns(store, run_id)
        process = training_process(worker.pid)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE_SECONDS) == 0

    assert not process.is_running()
    assert not store.worker_alive()
    assert (store.run(run_id).state, store.run(run_id).attempt) == (RunState.QUEUED, 0)


def test_processes_may_be_spawned_instead_of_forked(
    app_settings: AppSettings, store: Store, csv_bytes: bytes, tiny: TrainingSettings
) -> None:
    run_id = queue(store, csv_bytes, tiny)
    with working(app_settings.model_copy(update={"start_method": "spawn"})):
        assert ended(store, run_id).state is RunState.FINISHED


def test_the_supervisor_replaces_a_dead_worker_and_ends_with_the_server(
    app_settings: AppSettings,
) -> None:
    handle = start_worker(app_settings)
    try:
        wait_for(lambda: len(handle.pids) == 1)
        first = handle.pids[0]
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: bool(handle.pids) and handle.pids != [first])
    finally:
        handle.stop()

    assert handle.pids == []


def test_a_worker_ends_when_its_server_was_killed(app_settings: AppSettings) -> None:
    program = (
        "import time\n"
        "from dashboard.runs.supervisor import start_worker\n"
        "from dashboard.settings import AppSettings\n"
        "handle = start_worker(AppSettings())\n"
        "while not handle.pids: time.sleep(0.05)\n"
        "print(handle.pids[0], flush=True)\n"
        "time.sleep(60)\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | app_settings.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout
    worker = psutil.Process(int(server.stdout.readline()))
    server.kill()
    server.wait()

    worker.wait(PATIENCE_SECONDS)
