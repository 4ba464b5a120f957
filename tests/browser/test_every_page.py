"""What holds on every page: it fits a phone, and shows strangers' names as letters."""

import pytest
from playwright.sync_api import Page, expect

from dashboard.runs.records import RunRecord
from tests.browser.conftest import Visit
from tests.browser.server import Server
from tests.browser.steps import await_quiet

PAGES = {
    "home": ("", "Data"),
    "data": ("data?dataset={dataset}", "Data"),
    "no such dataset": ("data?dataset=none", "Data"),
    "train": ("train?dataset={dataset}", "Train"),
    "trust": ("trust?run={run}", "Trust"),
    "a finished run": ("train?run={run}", "Train"),
    "compare": ("compare?runs={run}", "Compare"),
}
INJECTED = "main script, main img[src=x], main h1:has-text('big'), main a[href^='javascript']"


@pytest.fixture(params=PAGES)
def address(request: pytest.FixtureRequest, server: Server, finished_run: RunRecord) -> str:
    path = PAGES[request.param][0].format(dataset=finished_run.dataset_id, run=finished_run.id)
    return f"{server.address}/{path}"


def test_a_page_fits_a_phone_and_holds_nothing_of_a_strangers_making(
    visit: Visit, address: str
) -> None:
    page = visit(address, width=390)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    await_quiet(page)
    for tab in page.get_by_role("tab").all():
        tab.click()
        assert_fits(page)
    for group in page.locator("summary").all():
        group.click()
        assert_fits(page)
    assert_fits(page)
    assert page.locator(INJECTED).count() == 0


def assert_fits(page: Page) -> None:
    await_quiet(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
