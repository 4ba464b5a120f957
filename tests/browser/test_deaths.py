"""What is killed while it trains ends as failed, and its page says so."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect

from dashboard.runs.records import RunRecord
from tests.browser.conftest import LONG, Visit
from tests.browser.counts import QUIET, long_csv
from tests.browser.server import Server
from tests.browser.steps import button, state
from tests.processes import wait_for

EPOCHS = 150


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
    """A run that has begun to learn."""
    dataset = server.store.add_dataset(BytesIO(long_csv(QUIET)), "clicks.csv")
    run = server.store.queue_run(dataset.id, LONG.model_copy(update={"epochs": EPOCHS}))
    wait_for(lambda: server.store.run(run.id).epoch >= 1)
    return run


def watched(server: Server, visit: Visit, run: RunRecord) -> Page:
    page = visit(f"{server.address}/train?run={run.id}", outage=True)
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
