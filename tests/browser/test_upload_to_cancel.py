"""A file that nobody prepared: upload, correct, choose, train, watch, cancel."""

import re
import time

from playwright.sync_api import Page, expect

from dashboard.runs.records import RunState
from tests.browser.conftest import Visit
from tests.browser.counts import european_csv
from tests.browser.server import Server
from tests.browser.steps import button, chart, choose, enter, heading, state, upload


def test_a_wrong_guess_is_corrected_and_the_training_is_watched_and_cancelled(
    server: Server, visit: Visit
) -> None:
    page = visit(server.address)
    upload(page, "klicks.csv", european_csv())
    expect(page.get_by_text("714,000 Klicks")).to_be_visible()  # 595 rows of 1,200

    correct_the_reading(page)
    expect(page.get_by_text("714 Klicks")).to_be_visible()  # 595 rows of 1.2
    assert server.dataset_of(page.url).reading.missing == "unknown"

    choose_long_stacked_training(page)
    expect(state(page, "Training")).to_be_visible()
    settings = server.run_of(page.url).settings
    assert (settings.model, settings.units, settings.epochs) == ("stacked", (2,), 1_000)
    watch_it_learn(page)

    clicked = time.monotonic()
    button(page, "Cancel").click()
    expect(state(page, "Cancelled")).to_be_visible()
    on_screen = time.monotonic() - clicked
    run = server.run_of(page.url)
    assert run.state is RunState.CANCELLED
    assert not run.folder.exists()
    expect(button(page, "Try again")).to_be_visible()
    print(f"from click to Cancelled on the screen: {on_screen:.2f} s")  # noqa: T201 - a measure


def correct_the_reading(page: Page) -> None:
    before = page.url
    page.get_by_role("tab", name="Preview and mapping").click()
    expect(page.get_by_role("region", name="The first rows of the file.")).to_be_visible()
    choose(page, "Thousands mark", "none")
    choose(page, "Decimal mark", "point: 1.5")
    choose(page, "A missing row", "is unknown")
    button(page, "Read again").click()
    page.wait_for_url(lambda url: url != before)


def choose_long_stacked_training(page: Page) -> None:
    button(page, "Choose model and settings").click()
    expect(heading(page, "Train")).to_be_visible()
    page.get_by_role("radio", name="Stacked").click()
    expect(page.get_by_role("combobox", name="Scaling")).to_be_visible()  # the form of Stacked
    expect(page.get_by_label("Units of each LSTM layer", exact=True)).to_have_count(1)  # alone
    enter(page, "Units of each LSTM layer", "2")
    enter(page, "Epochs", "1000")
    page.get_by_text("More settings").click()
    enter(page, "Batch size, in windows", "1")
    enter(page, "Patience, in epochs", "0")
    expect(page.get_by_text(re.compile(r"LSTM\(2, return_sequences=True\)")).first).to_be_visible()
    button(page, "Train").click()
    page.wait_for_url("**/train?run=*")


def watch_it_learn(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"[1-9][\d,]* of 1,?000 epochs done"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"^After epoch \d+: loss"))).to_be_visible()
    expect(chart(page, "Loss").first).to_be_visible()
