"""What only a browser can tell: which cell a click means, and what a report asks of the outside."""

from html import escape
from pathlib import Path

import plotly.io as pio
import pytest
from playwright.sync_api import Browser, Page
from plotly.offline import get_plotlyjs

from dashboard.charts import PLOTLY_CONFIG
from dashboard.charts.format import format_time, name_in_chart
from dashboard.sharing.report import write_report
from tests.charts.checked import score_heatmap
from tests.charts.made_up import MadeUpResults, make_view

MIDDLE_OF_CELL = """([row, column]) => {
  const chart = document.querySelector(".js-plotly-plot"), layout = chart._fullLayout;
  const box = chart.getBoundingClientRect();
  return [box.x + layout.xaxis._offset + layout.xaxis.d2p(chart.data[0].x[column]),
          box.y + layout.yaxis._offset + layout.yaxis.d2p(row)];
}"""
WIDTHS = """[...document.querySelectorAll("[data-figure]")].map(
  (place) => place.querySelector(".main-svg").width.baseVal.value)"""
LISTEN = """window.clicked = [];
const chart = document.querySelector(".js-plotly-plot");
chart.on("plotly_hover", (event) => { window.hovered = event.points[0].customdata; });
chart.on("plotly_click", (event) => window.clicked.push(event.points[0].customdata))"""
HOVERS = "(wanted) => JSON.stringify(window.hovered) === JSON.stringify(wanted)"


def open_chart(browser: Browser, folder: Path, users: int, width: int) -> Page:
    figure = score_heatmap(make_view(users), narrow=width < 500)
    chart = pio.to_html(
        figure,
        config=PLOTLY_CONFIG,
        include_plotlyjs=False,
        full_html=False,
        default_height=f"{figure.layout.height}px",
    )
    (folder / "plotly.js").write_text(get_plotlyjs(), encoding="utf-8")
    page_file = folder / "chart.html"
    page_file.write_text(
        f'<!doctype html><meta charset="utf-8"><script src="plotly.js"></script>{chart}',
        encoding="utf-8",
    )
    page = browser.new_page(viewport={"width": width, "height": 1_200})
    page.goto(page_file.as_uri())
    page.wait_for_selector(".js-plotly-plot .xtick")
    page.evaluate(LISTEN)
    return page


@pytest.mark.parametrize(
    ("users", "width"), [(11, 1_440), (11, 390), (130, 1_440)], ids=["wide", "phone", "webgl"]
)
def test_a_click_off_the_middle_of_a_cell_still_means_that_cell(
    browser: Browser, tmp_path: Path, users: int, width: int
) -> None:
    page = open_chart(browser, tmp_path, users, width)
    grid = make_view(users).grid
    for row, column in ((0, 0), (3, 13), (users - 1, 39)):
        x, y = page.evaluate(MIDDLE_OF_CELL, [row, column])
        page.mouse.move(x - 1, y - 1)
        page.mouse.move(x + 2, y + 1)
        wanted = [int(grid.user_index[row]), str(grid.times[column].date())]
        page.wait_for_function(HOVERS, arg=wanted)  # a click means what is hovered over
        said = page.locator(".hoverlayer .hovertext").first.text_content()
        assert name_in_chart(grid.users[row], 60) in escape(said)
        assert format_time(grid.times[column]) in said
        page.mouse.click(x + 2, y + 1)
        page.wait_for_function("window.clicked.length > 0")
        assert page.evaluate("window.clicked.splice(0)")[-1] == wanted
        page.wait_for_timeout(350)  # two quick clicks would be one double click
    page.close()


def test_a_report_draws_itself_and_asks_nothing_of_the_outside(
    browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    write_report(MadeUpResults(make_view()), path, top=2)
    page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .xtick').length > 5")
    assert page.locator("[data-figure] .main-svg").count() >= 6
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    widths = page.evaluate(WIDTHS)
    assert set(widths) == {690}  # what is left of a page of paper between its margins
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert max(page.evaluate(WIDTHS)) < 390
    assert page.locator(".modebar-btn[data-title^='Save as']").count() == 2 * len(widths)
    with page.expect_download() as saved:
        page.evaluate("document.querySelector('[data-title=\"Save as SVG\"]').click()")
    assert saved.value.suggested_filename == "clickwatch-days.svg"
    assert Path(saved.value.path()).read_text("utf-8").startswith("<svg")
    assert asked == [path.as_uri()]
    assert complaints == []
    page.close()
