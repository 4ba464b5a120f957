"""What holds on every page: it fits a phone, and shows strangers' names as letters."""

import pytest
from playwright.sync_api import Page, expect

from dashboard.runs.records import RunRecord
from tests.browser.conftest import Visit
from tests.browser.counts import HOSTILE, QUIET
from tests.browser.server import Server
from tests.browser.steps import await_quiet, button, heading, state

PAGES = {
    "home": ("", "Data"),
    "data": ("data?dataset={dataset}", "Data"),
    "no such dataset": ("data?dataset=none", "Data"),
    "train": ("train?dataset={dataset}", "Train"),
    "trust": ("trust?run={run}", "Trust"),
    "review": ("review?run={run}&by=Alert+budget&budget=5", "Review"),
    "a finished run": ("train?run={run}", "Train"),
    "learn": ("learn?dataset={dataset}", "Learn"),
    "compare": ("compare?runs={run}", "Compare"),
}
INJECTED = "main img[src=x], main h1:has-text('big'), main a[href^='javascript']"


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
    assert_nothing_injected(page)


def assert_nothing_injected(page: Page) -> None:
    scripts = page.locator("main script").all_text_contents()  # the page's own may be there
    assert not [script for script in scripts if "alert" in script]
    assert page.locator(INJECTED).count() == 0


def assert_fits(page: Page) -> None:
    await_quiet(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_strangers_names_are_shown_letter_by_letter(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    page = visit(server.address)
    for user, name in enumerate(HOSTILE, start=len(QUIET)):
        page.goto(f"{server.address}/anomalies?run={finished_run.id}&user={user}")
        title = page.locator(".st-key-user_panel").get_by_role("heading", level=3)
        expect(title).to_have_text(shown(name))
        await_quiet(page)
        assert_nothing_injected(page)


def shown(name: str) -> str:
    """A mark that turns the direction of text is shown as a replacement mark; all else as it is."""
    return name.replace("\N{RIGHT-TO-LEFT OVERRIDE}", "\N{REPLACEMENT CHARACTER}")


def test_counts_are_brought_to_their_anomalies_by_keyboard_alone(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    page = visit(server.address)
    press_by_keyboard(page, finished_run.dataset_name)
    press_by_keyboard(page, "Find anomalies")
    page.wait_for_url("**/train?run=*")
    expect(state(page, "Finished")).to_be_visible()
    press_by_keyboard(page, "See the anomalies")
    expect(heading(page, "Anomalies")).to_be_visible()


def press_by_keyboard(page: Page, name: str) -> None:
    """Walk with Tab until the button has the focus, then press Enter."""
    wanted = button(page, name).first
    expect(wanted).to_be_visible()
    await_quiet(page)
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
    pytest.fail(f"Tab never reached the button {name!r}.")


def test_a_link_to_another_page_is_one_step_for_the_way_back(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    start = f"{server.address}/anomalies?run={finished_run.id}&by=Alert+budget&budget=5&q=u0"
    page = visit(start)
    await_quiet(page)
    page.get_by_role("link", name="Judge the findings one by one").click()
    page.wait_for_url("**/review?run=*finding=*")  # which the page has opened by itself
    page.go_back()
    page.wait_for_url(start)
    expect(page.get_by_label("Search users")).to_have_value("u0")

    page.get_by_role("link", name="Runs").first.click()
    expect(page.get_by_label("Search runs")).to_have_value("")
