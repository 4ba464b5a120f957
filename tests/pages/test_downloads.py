"""What the Anomalies page offers to take along, and the lines that repeat its run."""

import shlex
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from dashboard.runs.records import RunRecord
from dashboard.runs.store import Store

OpenPage = Callable[..., AppTest]
Trained = tuple[Store, RunRecord]


def offered(page: AppTest) -> list[str]:
    return [button.label for button in page.get("download_button")]


def test_each_form_offers_its_files(trained: Trained, open_page: OpenPage) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id)
    assert not page.exception
    assert {"users.csv", "days.csv", "cells.csv", "report.html"} <= set(offered(page))
    page.segmented_control(key="export_as").set_value("xlsx").run()
    assert not page.exception
    assert "clickwatch.xlsx" in offered(page)
    assert "cells.csv" not in offered(page)


def test_the_lines_that_repeat_a_run_name_its_file_and_settings(
    trained: Trained, open_page: OpenPage
) -> None:
    store, run = trained
    page = open_page("anomalies", run=run.id)
    command, program = (block.value for block in page.code[-2:])
    words = shlex.split(command)
    assert words[3:5] == ["analyse", "clicks.csv"]
    assert words[words.index("--units") + 1] == "2"
    assert "make_settings(model='encoder-decoder'" in program
    assert any(store.dataset(run.dataset_id).digest in text.value for text in page.markdown)


def test_a_picture_format_is_chosen_for_all_charts(trained: Trained, open_page: OpenPage) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id)
    page.segmented_control(key="picture_format").set_value("svg").run()
    assert not page.exception
    configs = [chart.proto.config for chart in page.get("plotly_chart")]
    assert configs
    assert all('"format": "svg"' in config for config in configs)
