"""Two people judge the same finding at the same time, with nothing but their keyboards."""

import re

from playwright.sync_api import Locator, Page, expect

from dashboard.runs.records import RunRecord
from dashboard.runs.reviewing import Verdict
from dashboard.sharing.links import LinkBook, LinkTerms
from tests.browser.conftest import Visit
from tests.browser.counts import LOUD_USER
from tests.browser.server import Server
from tests.browser.steps import await_quiet
from tests.processes import wait_for

GUEST = "browser-of-a-guest"


def test_two_browsers_judge_one_finding_by_keyboard_and_neither_overwrites_the_other(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    address = f"{server.address}/review?run={finished_run.id}&by=Alert+budget&budget=4"
    log = server.store.reviews
    first, second = visit(address), visit_as_guest(server, visit, address, finished_run)
    for page in (first, second):
        expect(finding_of(page, LOUD_USER)).to_be_visible()
        expect(progress(page)).to_have_text(re.compile(r"^0 of \d+ reviewed$"))
    await_quiet(first)
    finding = re.search(r"finding=([\d-]+)", first.url)[0]

    press(first, "a")
    expect(finding_of(first, LOUD_USER)).to_have_count(0)  # it goes on to the next
    expect(progress(first)).to_have_text(re.compile(r"^1 of"))

    expect(second.get_by_text("1 change since this was drawn")).to_be_visible()
    press(second, "n")  # what it shows is older than that verdict
    expect(second.get_by_text("judged this an anomaly")).to_be_visible()
    assert [each.verdict for each in log.verdicts_of(finished_run.id).valid] == [Verdict.ANOMALY]
    expect(finding_of(second, LOUD_USER)).to_be_visible()
    press(second, "n")
    expect(progress(second)).to_have_text(re.compile(r"^1 of \d+ reviewed, 1 disagreement$"))

    first.goto(f"{address}&{finding}")
    expect(first.get_by_text("You do not agree")).to_be_visible()
    press(first, "z")
    expect(progress(first)).to_have_text(re.compile(r"^1 of \d+ reviewed$"))
    wait_for(lambda: len(log.verdicts_of(finished_run.id).valid) == 1)
    first.goto(address)
    expect(progress(first)).to_be_visible()
    await_quiet(first)
    before = first.url
    press(first, "ArrowRight")
    expect(first).not_to_have_url(before)
    press(first, "ArrowLeft")
    expect(first).to_have_url(before)

    press(second, "z")
    expect(progress(second)).to_have_text(re.compile(r"^0 of"))


def test_a_verdict_pressed_twice_before_the_next_finding_is_drawn_counts_once(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    page = visit(f"{server.address}/review?run={finished_run.id}&by=Alert+budget&budget=4")
    for pause_ms in (30, 60, 90):
        expect(progress(page)).to_have_text(re.compile(r"^0 of \d+ reviewed$"))
        press(page, "n")
        page.wait_for_timeout(pause_ms)
        page.keyboard.press("n")
        expect(progress(page)).not_to_have_text(re.compile("^0 of"))
        await_quiet(page)
        expect(page.get_by_text("in another window")).to_have_count(0)
        while not progress(page).text_content().startswith("0 of"):
            before = progress(page).text_content()
            press(page, "z")
            expect(progress(page)).not_to_have_text(before)


def test_undo_pressed_before_the_verdict_is_drawn_takes_it_back(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    page = visit(f"{server.address}/review?run={finished_run.id}&by=Alert+budget&budget=4")
    log, before = (
        server.store.reviews,
        len(server.store.reviews.verdicts_of(finished_run.id).entries),
    )
    for times, pause_ms in enumerate((30, 60, 90), start=1):
        press(page, "a")
        page.wait_for_timeout(pause_ms)
        page.keyboard.press("z")
        wait_for(lambda n=times: len(log.verdicts_of(finished_run.id).entries) == before + 2 * n)
        expect(progress(page)).to_have_text(re.compile(r"^0 of \d+ reviewed$"))


def visit_as_guest(server: Server, visit: Visit, address: str, run: RunRecord) -> Page:
    """Open it in the browser of somebody who holds a link to view and review the run."""
    links = LinkBook(server.store.engine)
    _, token = links.make(run.id, LinkTerms(may_review=True))
    links.open(token, GUEST)
    page = visit(address, stranger=True)
    name, value = server.cookie_of(GUEST)
    page.context.add_cookies([{"name": name, "value": value, "url": server.address}])
    page.goto(address)
    return page


def finding_of(page: Page, user: str) -> Locator:
    """The open finding's user, as the heading of its card."""
    return page.get_by_role("main").get_by_role("heading", name=user, exact=True)


def progress(page: Page) -> Locator:
    """The line that says how far the review has come."""
    return page.get_by_test_id("stProgress")


def press(page: Page, key: str) -> None:
    """Press a key of the page, once it is drawn: while a chart still loads, keys are not heard."""
    expect(page.get_by_role("figure").locator(".ytick").first).to_be_attached()
    await_quiet(page)
    page.keyboard.press(key)
