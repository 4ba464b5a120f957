"""Two browsers: one makes a link, the other sees nothing without it, what it shows with it, and its end."""

from playwright.sync_api import Page, expect

from dashboard.runs.records import RunRecord
from tests.browser.conftest import Visit
from tests.browser.server import Server
from tests.browser.steps import await_quiet, button, heading


def test_a_stranger_sees_a_run_by_its_link_alone_and_only_until_it_is_revoked(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    address = f"{server.address}/anomalies?run={finished_run.id}"
    owner, stranger = visit(address), visit(address, stranger=True)
    refused(stranger)
    assert stranger.request.get(f"{server.address}/r/{finished_run.id}").status == 404

    button(owner, "Share").click()
    button(owner, "Make a link").click()
    made = owner.get_by_role("dialog").locator("code")
    expect(made).to_contain_text(f"{server.address}/l/")
    link = made.inner_text().strip()

    stranger.goto(link)
    expect(heading(stranger, "Anomalies")).to_be_visible()
    expect(stranger.get_by_text("Shared with you to view, until")).to_be_visible()
    expect(stranger).to_have_url(address)
    expect(button(stranger, "Share")).to_have_count(0)
    cookies = {cookie["name"]: cookie for cookie in stranger.context.cookies()}
    (known,) = [cookies[name] for name in cookies if name.startswith("clickwatch_")]
    assert (known["httpOnly"], known["sameSite"]) == (True, "Lax")

    await_quiet(stranger)
    button(owner, "Revoke").first.click()  # the newest; another test may have made one before
    expect(owner.get_by_text("Links that have ended: 1")).to_be_visible()
    expect(made).to_have_count(0)
    stranger.get_by_label("Search users").fill("u0")
    stranger.keyboard.press("Enter")
    refused(stranger)
    stranger.goto(f"{server.address}/trust?run={finished_run.id}")
    refused(stranger)
    assert stranger.request.get(link).status == 404


def refused(page: Page) -> None:
    expect(page.get_by_text("ask whoever sent it for a new one")).to_be_visible()
    expect(page.get_by_text("do not fit")).to_have_count(0)
