"""What is kept elsewhere is fetched when a page first asks for it, and the page says so."""

from collections.abc import Iterator
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


@pytest.fixture
def elsewhere(share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Another machine's store, whose shared files and records the pages have too."""
    shared = {"database_url": f"sqlite:///{tmp_path / 'all.db'}", "artefacts": share.as_uri()}
    other = Store.open(AppSettings(home=tmp_path / "other", **shared))
    for name, value in shared.items():
        monkeypatch.setenv(f"CLICKWATCH_{name.upper()}", value)
    yield other
    other.close()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What pages say while something takes time."""
    texts, spinner = [], st.spinner
    monkeypatch.setattr(
        st, "spinner", lambda text, **more: texts.append(text) or spinner(text, **more)
    )
    return texts


def fetching(what: str, path: Path) -> str:
    return f"Fetching {what} from the shared files, {format_bytes(bytes_at(path))} …"


def test_a_page_says_what_it_fetches_of_a_run_and_how_much_once(
    elsewhere: Store, store: Store, share: Path, said: list[str], open_page: OpenPage
) -> None:
    dataset = elsewhere.add_dataset(BytesIO(counts_csv()), "clicks.csv", owner=LOCAL)
    run = finish_run(elsewhere, dataset, "robust-z")
    page = open_page("anomalies", run=run.id)
    assert page.header[0].value == plain(run.name)
    assert said == [fetching("this run", share / "runs" / run.id)]
    assert (store.places.runs / run.id / "run.json").is_file()
    open_page("anomalies", run=run.id)
    assert len(said) == 1


@pytest.mark.usefixtures("store")
def test_a_page_says_what_it_fetches_of_a_dataset_and_how_much_once(
    elsewhere: Store, share: Path, said: list[str], open_page: OpenPage
) -> None:
    dataset = elsewhere.add_dataset(BytesIO(counts_csv()), "clicks.csv", owner=LOCAL)
    page = open_page("data", dataset=dataset.id)
    assert page.header[0].value == plain(dataset.name)
    assert said == [
        fetching("these counts", share / "datasets" / dataset.id),
        fetching("this file", share / "sources" / dataset.digest),
    ]
    open_page("data", dataset=dataset.id)
    assert len(said) == 2
