import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from dashboard.sharing.packing import unpack
from dashboard.sharing.report import report_html, write_report
from tests.charts.made_up import MadeUpResults, make_view
from tests.sharing.test_verdict import made_test

VIEW = make_view()


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.policy = ""
        self.places: set[str] = set()
        self.scripts: dict[str, str] = {}
        self.text = ""
        self._script: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        self.addresses += [named[key] for key in ("src", "href", "action") if key in named]
        if named.get("http-equiv") == "Content-Security-Policy":
            self.policy = named["content"]
        if "data-figure" in named:
            self.places.add(named["data-figure"])
            assert named["aria-label"]
        if tag == "script":
            self._script = named.get("id", f"script-{len(self.scripts)}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts[self._script] = self.scripts.get(self._script, "") + data
        else:
            self.text += data


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(report_html(MadeUpResults(VIEW), top=3))


def test_nothing_is_asked_of_the_outside(page: Page) -> None:
    assert page.addresses == ["data:,"]
    assert page.policy.startswith("default-src 'none'")
    assert not {"iframe", "img", "object", "form"} & set(page.tags)


def test_the_library_is_inlined_once(page: Page) -> None:
    assert sum("plotly.js v" in script for script in page.scripts.values()) == 1
    assert len(page.scripts) == 3


def test_every_figure_has_its_place_and_is_drawn_light_and_dark(page: Page) -> None:
    figures = unpack(page.scripts["figures"])
    users = {f"user-{index}" for index in VIEW.users["user_index"].head(3)}
    assert set(figures) == page.places == {"days", "heatmap", "distribution", "loss"} | users
    for figure in figures.values():
        assert figure["light"]["layout"]["font"] != figure["dark"]["layout"]["font"]


def test_names_from_the_file_are_text(page: Page) -> None:
    assert "<script>alert(1)</script>" in page.text
    assert "<img src=x onerror=alert(1)>.csv" in page.text
    assert "<b>late</b>" in page.text


def test_only_the_two_scripts_of_the_page_may_run(page: Page) -> None:
    assert len(re.findall(r"'sha256-[A-Za-z0-9+/=]{44}'", page.policy)) == 2
    assert "unsafe-eval" not in page.policy
    assert "script-src 'unsafe-inline'" not in page.policy


def test_the_report_says_what_was_found_and_how_far_to_trust_it(page: Page) -> None:
    text = " ".join(page.text.split())
    assert f"{VIEW.counts.anomalous_users:,} of {VIEW.counts.scored_users:,} scored users" in text
    assert "A score ranks, it does not prove." in text
    assert "by chance alone" in text
    assert "encoder-decoder" in text


def test_the_report_tells_the_verdict_of_the_self_test() -> None:
    results = MadeUpResults(VIEW)
    uncompared = "this report does not compare them"
    assert uncompared in report_html(results, top=0)
    results.tested = made_test({"encoder-decoder": 122, "pca": 76}, rank=3)
    text = " ".join(Page(report_html(results, top=0)).text.split())
    assert uncompared not in text
    assert "would show 61 of 100 planted anomalies among the first 3 users" in text  # 30 are scored
    assert "The model does not copy its input" in text


@pytest.mark.parametrize("days", [40, 2_000], ids=["a month", "as long as charts are drawn"])
def test_a_report_is_written_whole_and_of_bearable_size(tmp_path: Path, days: int) -> None:
    write_report(MadeUpResults(make_view(50, days=days)), tmp_path / "report.html")
    assert 4_000_000 < (tmp_path / "report.html").stat().st_size < 8_000_000


def test_the_report_lists_the_findings_and_how_to_repeat_the_run(page: Page) -> None:
    text = " ".join(page.text.split())
    assert "There are 3 findings." in text
    assert "SpikeOn Sun 4 Feb 202490 clicks309.00" in text  # the cells of a row
    assert "python -m dashboard analyse '<img src=x onerror=alert(1)>.csv'" in text
    assert "make_settings(model='encoder-decoder', window=40, stride=40)" in text


def test_nothing_is_drawn_of_a_training_that_there_was_not() -> None:
    results = MadeUpResults(VIEW)
    results.history = pd.DataFrame
    assert "loss" not in Page(report_html(results, top=0)).places


def test_a_large_run_needs_no_webgl() -> None:
    html = report_html(MadeUpResults(make_view(50, days=200)), top=1)
    heatmap = unpack(Page(html).scripts["figures"])["heatmap"]["light"]
    assert {trace["type"] for trace in heatmap["data"]} == {"heatmap", "scatter", "bar"}
