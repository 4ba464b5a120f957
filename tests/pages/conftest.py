"""Pages drawn by Streamlit's own test runner, over a real store."""

import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.records import DatasetRecord, RunRecord, RunState
from dashboard.runs.store import Store
from dashboard.runs.supervisor import start_worker
from dashboard.settings import AppSettings

MAIN = Path(__file__).parents[2] / "dashboard" / "ui" / "main.py"
TINY = TrainingSettings(units=(2,), epochs=2, batch_size=8, validation_share=0.0, seed=1)
HOSTILE = ("<script>alert(1)</script>", "**bold** [x](http://evil.example)", "=1+1")

OpenPage = Callable[..., AppTest]


def counts_csv(users: int = 12, days: int = 14) -> bytes:
    """Long counts with one loud cell, and names that would do harm were they interpreted."""
    draw = np.random.default_rng(0)
    names = [*HOSTILE, *(f"u{place:03d}" for place in range(users - len(HOSTILE)))]
    lines = ["user,date,clicks"]
    for place, name in enumerate(names):
        for day in range(days):
            clicks = 500 if (place, day) == (5, 9) else int(draw.poisson(12))
            lines.append(f"{name},2026-03-{day + 1:02d},{clicks}")
    return "\n".join(lines).encode()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store, the one that the pages open too."""
    yield from _serve(AppSettings(home=tmp_path / "home"), monkeypatch)


@pytest.fixture
def dataset(store: Store) -> DatasetRecord:
    """Small counts in the empty store."""
    return store.add_dataset(BytesIO(counts_csv()), "clicks.csv")


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[AppSettings, RunRecord]:
    """A data home with one run that a real worker has finished."""
    settings = AppSettings(home=tmp_path_factory.mktemp("trained"), log_level="error")
    store = Store.open(settings)
    dataset = store.add_dataset(BytesIO(counts_csv()), "clicks.csv")
    run = store.queue_run(dataset.id, TINY)
    worker = start_worker(settings)
    try:
        deadline = time.monotonic() + 120
        while not store.run(run.id).state.is_final and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        worker.stop()
    run = store.run(run.id)
    assert run.state is RunState.FINISHED, run.reason
    store.close()
    return settings, run


@pytest.fixture
def trained(
    trained_home: tuple[AppSettings, RunRecord], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Store, RunRecord]]:
    """That data home opened, and its run."""
    settings, run = trained_home
    for store in _serve(settings, monkeypatch):
        yield store, run


@pytest.fixture
def open_page() -> OpenPage:
    """Open a page by its name, with its address's choices."""

    def open_it(name: str, **choice: str) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=30)
        app._page_hash = calc_hash(name)
        for key, value in choice.items():
            app.query_params[key] = value
        return app.run()

    return open_it


def _serve(settings: AppSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    st.cache_resource.clear()
    store = Store.open(settings)
    yield store
    st.cache_resource.clear()
    store.close()
