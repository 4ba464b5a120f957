"""Whatever is killed while a run trains: the run ends, and its page says how."""

import signal
from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect

from dashboard.runs.records import RunRecord, RunState
from tests.browser.conftest import OWNER, Visit
from tests.browser.counts import QUIET, long_csv
from tests.browser.server import Server
from tests.browser.steps import button, state
from tests.processes import wait_for
from tests.trainings import SOME_SECONDS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own: these tests kill it."""
    opened = Server(tmp_path_factory.mktemp("mortal"))
    try:
        yield opened.start()
    finally:
        opened.close()


@pytest.fixture
def training_run(server: Server) -> RunRecord:
    """A run of some seconds, in the queue."""
    dataset = server.store.add_dataset(BytesIO(long_csv(QUIET)), "clicks.csv", owner=OWNER)
    return server.store.queue_run(dataset.id, SOME_SECONDS)


def watched(server: Server, visit: Visit, run: RunRecord) -> Page:
    """The page of a run that has begun to learn."""
    page = visit(f"{server.address}/train?run={run.id}", outage=True)
    wait_for(lambda: server.store.run(run.id).epoch >= 1)
    expect(state(page, "Training")).to_be_visible()
    return page


def test_a_killed_training_has_failed_and_says_what_to_do(
    server: Server, visit: Visit, training_run: RunRecord
) -> None:
    page = watched(server, visit, training_run)
    server.training.kill()

    expect(state(page, "Failed")).to_be_visible()
    expect(page.get_by_text("The training process was killed (signal 9)")).to_be_visible()
    button(page, "Try again").click()
    page.wait_for_url(lambda url: training_run.id not in url)
    expect(state(page, "Training")).to_be_visible()
    button(page, "Cancel").click()
    expect(state(page, "Cancelled")).to_be_visible()


def test_a_killed_workers_run_is_learned_anew_by_the_next_worker(
    server: Server, visit: Visit, training_run: RunRecord
) -> None:
    page = watched(server, visit, training_run)
    worker, training = server.worker, server.training
    worker.kill()

    wait_for(lambda: not training.is_running())
    wait_for(lambda: server.store.run(training_run.id).attempt == 2)
    wait_for(lambda: server.store.run(training_run.id).epoch >= 1)
    assert server.worker.pid != worker.pid
    expect(state(page, "Training")).to_be_visible()
    button(page, "Cancel").click()
    expect(state(page, "Cancelled")).to_be_visible()


def test_a_run_outlives_its_killed_server_and_the_open_page_finds_the_next(
    server: Server, visit: Visit, training_run: RunRecord
) -> None:
    page = watched(server, visit, training_run)
    family = server.family()
    assert server.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_for(lambda: not any(each.is_running() for each in family))
    assert not server.store.run(training_run.id).state.is_final

    server.start()
    expect(state(page, "Finished")).to_be_visible()
    assert server.store.run(training_run.id).state is RunState.FINISHED
