"""A run needs no open page: it outlives its browser, and others of the same person watch it."""

import re

from playwright.sync_api import Page, expect

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.records import RunRecord, RunState
from tests.browser.conftest import Visit
from tests.browser.server import Server
from tests.browser.steps import button, chart, heading, state
from tests.processes import wait_for


def test_two_browsers_watch_one_run_and_closing_one_changes_nothing(
    server: Server, visit: Visit, long_run: RunRecord
) -> None:
    address = f"{server.address}/train?run={long_run.id}"
    first, second = visit(address), visit(address)
    for page in (first, second):
        expect(state(page, "Training")).to_be_visible()
        chart(page, "Loss per epoch")

    first.context.close()
    epoch = server.store.run(long_run.id).epoch
    wait_for(lambda: shown_epoch(second) > epoch)
    assert server.store.run(long_run.id).state is RunState.RUNNING

    third = visit(f"{server.address}/runs")
    button(third, "Cancel").click()
    expect(state(second, "Cancelled")).to_be_visible()
    third.locator(f".st-key-open_{long_run.id} button").click()
    expect(heading(third, "Train")).to_be_visible()
    expect(state(third, "Cancelled")).to_be_visible()


def test_two_browsers_see_a_waiting_run_begin_and_end(
    server: Server, visit: Visit, long_run: RunRecord
) -> None:
    quick = TrainingSettings(model="robust-z")
    waiting = server.store.queue_run(long_run.dataset_id, quick)
    address = f"{server.address}/train?run={waiting.id}"
    pages = (visit(address), visit(address))
    for page in pages:
        expect(state(page, "Waiting")).to_be_visible()
        expect(page.get_by_text(re.compile("^Next in line"))).to_be_visible()

    server.store.cancel_run(long_run.id)
    for page in pages:
        expect(state(page, "Finished")).to_be_visible()
        expect(button(page, "See the anomalies")).to_be_visible()


def shown_epoch(page: Page) -> int:
    """The number of epochs that a page says are done."""
    said = page.get_by_text("epochs done").inner_text()
    return int(re.findall(r"(\d+) of", said)[0])
