"""From counts to a user's story by mouse, and back to the same view by its address."""

import re
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.runs.records import RunRecord
from tests.browser.conftest import Visit
from tests.browser.counts import HOSTILE, LOUD_DAY, LOUD_USER, QUIET, long_csv
from tests.browser.server import Server
from tests.browser.steps import (
    await_quiet,
    button,
    chart,
    click_bar_above,
    click_cell,
    click_day,
    drag_across_days,
    heading,
    opened_user,
    state,
    swipe_up_from_cell,
    tap_cell,
    upload,
)
from tests.processes import wait_for


def test_one_press_brings_an_upload_to_its_anomalies(server: Server, visit: Visit) -> None:
    page = visit(server.address)
    upload(page, "fresh.csv", long_csv())
    button(page, "Find anomalies").click()
    expect(state(page, "Finished")).to_be_visible()
    button(page, "See the anomalies").click()

    expect(heading(page, "Anomalies")).to_be_visible()
    expect(page.get_by_text("The strangest is")).to_contain_text(LOUD_USER)
    chart(page, "Score by user and day")


def test_a_click_on_a_cell_opens_its_user_and_the_address_keeps_the_view(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    page = visit(f"{server.address}/anomalies?run={finished_run.id}")
    click_cell(page, row=0, column=LOUD_DAY)  # the strangest user is on top
    expect(opened_user(page, LOUD_USER)).to_be_visible()
    page.wait_for_url(f"**run={finished_run.id}*user={QUIET.index(LOUD_USER)}*")
    story = story_of(page)
    assert "400" in story

    page.reload()
    assert story_of(page) == story
    another = visit(page.url)
    assert story_of(another) == story

    assert server.process
    loaded = {Path(each.path).name for each in psutil.Process(server.process.pid).memory_maps()}
    assert not [name for name in loaded if "tensorflow" in name]


def test_another_cell_opens_another_user_and_back_and_forward_walk_between_them(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    start = f"{server.address}/anomalies?run={finished_run.id}&sort=name"
    page = visit(start)
    names = sorted((*QUIET, *HOSTILE))
    first, second = names.index("u00"), names.index("u05")
    click_cell(page, row=first, column=2)
    expect(opened_user(page, "u00")).to_be_visible()
    click_cell(page, row=second, column=5)
    expect(opened_user(page, "u05")).to_be_visible()
    expect(opened_user(page, "u00")).to_have_count(0)

    page.go_back()
    expect(opened_user(page, "u00")).to_be_visible()
    page.go_back()
    expect(opened_user(page, "u00")).to_have_count(0)
    assert page.url == start
    page.go_forward()
    expect(opened_user(page, "u00")).to_be_visible()
    page.go_forward()
    expect(opened_user(page, "u05")).to_be_visible()


@pytest.mark.parametrize("width", [1_440, 390])
def test_a_click_means_the_same_cell_on_a_screen_of_any_width(
    server: Server, visit: Visit, finished_run: RunRecord, width: int
) -> None:
    page = visit(f"{server.address}/anomalies?run={finished_run.id}&q=u0", width)
    click_cell(page, row=0, column=13)
    expect(opened_user(page, LOUD_USER)).to_be_visible()


def test_a_swipe_over_a_chart_scrolls_and_one_tap_chooses_what_is_under_the_finger(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    page = visit(f"{server.address}/anomalies?run={finished_run.id}&sort=name", 390, touch=True)
    names = sorted((*QUIET, *HOSTILE))
    main = page.get_by_test_id("stMain")
    place = "main => main.scrollTop"
    await_quiet(page)
    chart(page, "Score by user and day").scroll_into_view_if_needed()
    before = main.evaluate(place)
    swipe_up_from_cell(page, row=names.index("u07"), column=2, pixels=100)
    wait_for(lambda: main.evaluate(place) > before)

    await_quiet(page)
    tap_cell(page, row=names.index("u05"), column=2)
    expect(opened_user(page, "u05")).to_be_visible()


def test_each_choice_is_a_chip_and_back_and_forward_walk_over_them(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    start = f"{server.address}/anomalies?run={finished_run.id}&by=Plain+score&value=1.5"
    page = visit(start)
    day_chip, cell_chip = chip(page, "Day: "), chip(page, "Cell: ")
    click_bar_above(page, LOUD_DAY)
    expect(day_chip).to_be_visible()
    expect(page.get_by_text("Anomalous: ")).to_be_visible()
    click_cell(page, row=0, column=LOUD_DAY)
    expect(cell_chip).to_be_visible()
    expect(opened_user(page, LOUD_USER)).to_be_visible()

    page.go_back()
    expect(cell_chip).to_have_count(0)
    expect(opened_user(page, LOUD_USER)).to_have_count(0)
    expect(day_chip).to_be_visible()
    page.go_back()
    expect(day_chip).to_have_count(0)
    page.go_forward()
    expect(day_chip).to_be_visible()
    page.go_forward()
    expect(cell_chip).to_be_visible()

    await_quiet(page)
    chip(page, "Show all").click()
    expect(day_chip).to_have_count(0)
    expect(cell_chip).to_have_count(0)
    page.go_back()
    expect(opened_user(page, LOUD_USER)).to_be_visible()
    button(page, "All of it").click()
    expect(cell_chip).to_have_count(0)
    await_quiet(page)
    page.keyboard.press("j")
    expect(cell_chip).to_be_visible()


def test_the_chart_of_days_hears_a_click_and_a_drag(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    page = visit(f"{server.address}/anomalies?run={finished_run.id}")
    for day, name in ((LOUD_DAY, "Tue 10 Mar 2026"), (2, "Tue 3 Mar 2026")):
        click_day(page, day)
        expect(chip(page, f"Day: {name}")).to_be_visible()

    drag_across_days(page, 4, 7)
    expect(chip(page, "Days: ")).to_have_text(re.compile("5 Mar.*8 Mar"))


def chip(page: Page, words: str) -> Locator:
    """A choice that can be taken back."""
    return page.locator(".st-key-chips").get_by_role("button", name=words)


def story_of(page: Page) -> str:
    """What the chart of the chosen user tells in words."""
    figure = page.locator(".st-key-user_panel").get_by_role("figure")
    expect(figure.locator(".ytick").first).to_be_attached()
    return figure.get_attribute("aria-label") or ""


def test_a_saved_picture_is_laid_out_for_the_font_that_it_is_drawn_with(
    server: Server, visit: Visit, finished_run: RunRecord
) -> None:
    page = visit(f"{server.address}/anomalies?run={finished_run.id}")
    page.locator("summary").filter(has_text="Downloads").click()
    page.get_by_role("radio", name="SVG").click()
    await_quiet(page)
    figure = chart(page, "Distribution of scores")
    figure.hover()
    with page.expect_download() as saved:
        figure.locator(".modebar-btn").first.click()
    picture = saved.value.path().read_text("utf-8")
    assert "Threshold" in picture
    assert "Source Sans" not in picture  # no picture holds a font that the page has fetched
    font = "figure => figure.querySelector('.js-plotly-plot').layout.font.family"
    assert "Source Sans" in figure.evaluate(font)
