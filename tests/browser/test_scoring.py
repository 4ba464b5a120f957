"""A later file, scored with a trained model by mouse, and from there a new training in one press."""

import re

from playwright.sync_api import expect

from dashboard.runs.records import RunRecord
from tests.browser.conftest import Visit
from tests.browser.counts import LOUD_DAY, LOUD_USER, QUIET, long_csv
from tests.browser.server import Server
from tests.browser.steps import await_quiet, button, hand_in, opened_user, state


def test_a_later_file_is_scored_by_the_model_and_retraining_takes_one_press(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    page = visit(f"{server.address}/anomalies?run={finished_run.id}&q={LOUD_USER}")
    page.locator("summary").filter(has_text="Score new counts with this model").click()
    hand_in(page, "Upload later counts", "later.csv", two_weeks_later())
    expect(page.get_by_role("combobox", name="Counts to score")).to_have_value(
        f"later.csv: {len(QUIET)} users, 2026-03-15 to 2026-03-28"
    )
    await_quiet(page)
    button(page, "Score").click()
    expect(state(page, "Finished")).to_be_visible()
    button(page, "See the anomalies").click()

    told = page.locator(".st-key-scored_with")
    expect(told).to_contain_text("Only what is new is scored")
    expect(told).to_contain_text("Volume of clicks")
    scored = server.run_of(page.url)
    assert scored.model_run_id == finished_run.id
    page.goto(f"{page.url}&user={QUIET.index(LOUD_USER)}")
    expect(opened_user(page, LOUD_USER)).to_be_visible()
    expect(page.get_by_text(f"{LOUD_DAY + 15} Mar 2026, 400 clicks")).to_be_visible()
    await_quiet(page)

    button(page, "Retrain on all counts").click()
    page.wait_for_url("**/train?run=*")
    training = server.run_of(page.url)
    assert training.model_run_id is None
    assert training.settings == finished_run.settings
    assert server.store.dataset(training.dataset_id).name.endswith("until 2026-03-28.csv")
    server.store.cancel_run(training.id)  # other tests wait for the same worker


def two_weeks_later() -> bytes:
    """The same quiet users in the fourteen days that follow; the loud one is loud again."""
    day = re.compile(rb"2026-03-(\d\d)")
    return day.sub(lambda found: b"2026-03-%02d" % (int(found[1]) + 14), long_csv())
