"""A run that is kept elsewhere is fetched when a page first asks for it, and the page says so."""

from io import BytesIO
from pathlib import Path

import pytest
import streamlit as st

from dashboard.charts.format import format_bytes
from dashboard.runs.cache import bytes_at
from dashboard.runs.store import Store
from dashboard.settings import AppSettings
from dashboard.ui.person import LOCAL
from dashboard.ui.problems import plain
from tests.pages.conftest import OpenPage, counts_csv
from tests.pages.finishing import finish_run


def test_a_page_says_what_it_fetches_and_how_much_once(
    store: Store, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    shared = {"database_url": f"sqlite:///{tmp_path / 'all.db'}", "artefacts": share.as_uri()}
    other = Store.open(AppSettings(home=tmp_path / "other", **shared))
    dataset = other.add_dataset(BytesIO(counts_csv()), "clicks.csv", owner=LOCAL)
    run = finish_run(other, dataset, "robust-z")
    other.close()
    for name, value in shared.items():
        monkeypatch.setenv(f"CLICKWATCH_{name.upper()}", value)
    said, spinner = [], st.spinner
    monkeypatch.setattr(
        st, "spinner", lambda text, **more: said.append(text) or spinner(text, **more)
    )

    page = open_page("anomalies", run=run.id)
    assert page.header[0].value == plain(run.name)
    size = bytes_at(share / "runs" / run.id)
    assert said == [f"Fetching this run from the shared files, {format_bytes(size)} …"]
    assert (store.places.runs / run.id / "run.json").is_file()
    open_page("anomalies", run=run.id)
    assert len(said) == 1
