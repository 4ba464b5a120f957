"""What a person does on the pages, in the words of the screen."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.processes import wait_for


def heading(page: Page, name: str) -> Locator:
    """The title of a page."""
    return page.get_by_role("heading", name=name, exact=True)


def button(page: Page, name: str) -> Locator:
    """A button by its whole name."""
    return page.get_by_role("button", name=name, exact=True)


def hand_in(page: Page, uploader: str, name: str, content: bytes) -> None:
    """Choose a file in the uploader of that name."""
    region = page.get_by_role("region", name=uploader)
    region.locator("input").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def upload(page: Page, name: str, content: bytes) -> None:
    """Bring counts in on the Data page."""
    hand_in(page, "Upload a file of counts", name, content)
    expect(heading(page, name)).to_be_visible()


def choose(page: Page, label: str, option: str) -> None:
    """Take an option of a list. A list closes again where the page still moves: so open it anew."""
    box = page.get_by_role("combobox", name=label)
    wanted = page.get_by_role("option", name=option, exact=True)

    def opens() -> bool:
        if not wanted.is_visible():
            box.press("ArrowDown")
        return wanted.is_visible()

    wait_for(opens)
    wanted.click()
    expect(box).to_have_value(option)


def enter(page: Page, label: str, value: str) -> None:
    """Type a value into a field, and Enter."""
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Enter")


def state(page: Page, word: str) -> Locator:
    """The line that says how a run stands: its badge, then the model and the data."""
    return page.get_by_role("paragraph").filter(has_text=re.compile(rf"{word}\s+\S.* on "))


def chart(page: Page, title: str) -> Locator:
    """A chart, drawn whole, by its title."""
    found = page.get_by_role("figure").filter(has_text=title)
    expect(found.locator(".xtick, .x2tick").first).to_be_attached()
    return found


def await_quiet(page: Page) -> None:
    """Wait until the server has nothing more to draw: its sign of running is away."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


CELL = """([row, column]) => [
  layout.xaxis._offset + layout.xaxis.d2p(chart.data[0].x[column]) + 2,
  layout.yaxis._offset + layout.yaxis.d2p(row) + 1]"""
BAR_ABOVE = """(column) => [
  layout.xaxis._offset + layout.xaxis.d2p(chart.data[0].x[column]),
  layout.yaxis2._offset + layout.yaxis2._length - 3]"""
DAY = """(column) => [
  layout.xaxis._offset + layout.xaxis.d2p(chart.data[0].x[column]),
  layout.yaxis._offset + layout.yaxis.d2p(chart.calcdata[0][column].y)]"""


def click_cell(page: Page, row: int, column: int) -> None:
    """Click on a cell of the heatmap with the mouse, a little off its middle, once nothing moves."""
    _click(page, "Score by user and day", CELL, [row, column])


def tap_cell(page: Page, row: int, column: int) -> None:
    """Tap a cell of the heatmap with a finger."""
    _, (x, y) = _place(page, "Score by user and day", CELL, [row, column])
    page.touchscreen.tap(x, y)


def swipe_up_from_cell(page: Page, row: int, column: int, pixels: int) -> None:
    """Draw a finger upwards across the heatmap, from a cell."""
    _, (x, y) = _place(page, "Score by user and day", CELL, [row, column])
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: float) -> None:
        places = [{"x": x, "y": place} for place in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", y)
    for step in range(1, 11):
        touch("touchMove", y - pixels * step / 10)
    touch("touchEnd")


def click_bar_above(page: Page, column: int) -> None:
    """Click on the bar of a day above the heatmap: the lower end of it, for it may be short."""
    _click(page, "Score by user and day", BAR_ABOVE, column)


def click_day(page: Page, column: int) -> None:
    """Click on the point of a day in the chart of days."""
    _click(page, "Over all users", DAY, column)


def drag_across_days(page: Page, first: int, last: int) -> None:
    """Drag in the chart of days from one day to another, and a little beyond both."""
    _, (x, y) = _place(page, "Over all users", DAY, first)
    _, (end, _) = _place(page, "Over all users", DAY, last)
    page.mouse.move(x - 3, y + 40)
    page.mouse.down()
    page.mouse.move((x + end) / 2, y + 40)
    page.mouse.move(end + 3, y + 40)
    page.mouse.up()


def _click(page: Page, title: str, place: str, of: object) -> None:
    figure, (x, y) = _place(page, title, place, of)
    page.mouse.move(x - 3, y - 2)
    page.mouse.move(x, y)
    figure.locator(".hoverlayer .hovertext").first.wait_for()
    page.mouse.click(x, y)


def _place(page: Page, title: str, place: str, of: object) -> tuple[Locator, list[float]]:
    """Return a chart, and where on the screen it has what is looked for."""
    figure = chart(page, title)
    await_quiet(page)
    figure.scroll_into_view_if_needed()
    return figure, figure.evaluate(
        f"""(figure, of) => {{
          const chart = figure.querySelector(".js-plotly-plot"), layout = chart._fullLayout;
          const box = chart.getBoundingClientRect(), [x, y] = ({place})(of);
          return [box.x + x, box.y + y];
        }}""",
        of,
    )


def opened_user(page: Page, name: str) -> Locator:
    """The panel of one user."""
    return page.get_by_role("main").get_by_role("heading", name=re.compile(f"^{re.escape(name)}$"))
