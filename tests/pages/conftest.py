"""Pages drawn by Streamlit's own test runner, over a real store."""

import re
import time
from collections.abc import Callable, Iterable, Iterator
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
from dashboard.ui.person import LOCAL, REMEMBERED

MAIN = Path(__file__).parents[2] / "dashboard" / "ui" / "main.py"
TINY = TrainingSettings(units=(2,), epochs=2, batch_size=8, validation_share=0.0, seed=1)
HOSTILE = ("<script>alert(1)</script>", "**bold** [x](http://evil.example)", "=1+1")

FOLDS = ("downloads", "repeat", "scoring")

OpenPage = Callable[..., AppTest]
TrainedHome = tuple[AppSettings, RunRecord, RunRecord]


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


def series_csv(hours: int = 60) -> bytes:
    """One series of hours with two features, and one loud hour."""
    draw = np.random.default_rng(1)
    lines = ["hour,visits,page views"]
    for hour in range(hours):
        visits = 900 if hour == 40 else int(draw.poisson(30))
        lines.append(f"2026-03-{1 + hour // 24:02d} {hour % 24:02d}:00,{visits},{draw.poisson(90)}")
    return "\n".join(lines).encode()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store, the one that the pages open too."""
    yield from _serve(AppSettings(home=tmp_path / "home"), monkeypatch)


@pytest.fixture
def dataset(store: Store) -> DatasetRecord:
    """Small counts in the empty store."""
    return store.add_dataset(BytesIO(counts_csv()), "clicks.csv", owner=LOCAL)


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> TrainedHome:
    """A data home with runs that a real worker has finished: of a series, then of users."""
    settings = AppSettings(home=tmp_path_factory.mktemp("trained"), log_level="error")
    store = Store.open(settings)
    runs = [
        store.queue_run(store.add_dataset(BytesIO(table), name, owner=LOCAL).id, TINY)
        for table, name in ((series_csv(), "series.csv"), (counts_csv(), "clicks.csv"))
    ]
    worker = start_worker(settings)
    try:
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            if all(store.run(run.id).state.is_final for run in runs):
                break
            time.sleep(0.2)
    finally:
        worker.stop()
    series, users = (store.run(run.id) for run in runs)
    assert series.state is RunState.FINISHED, series.reason
    assert users.state is RunState.FINISHED, users.reason
    store.close()
    return settings, users, series


@pytest.fixture
def trained(
    trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Store, RunRecord]]:
    """That data home opened, and its run of users."""
    settings, run, _ = trained_home
    for store in _serve(settings, monkeypatch):
        yield store, run


@pytest.fixture
def trained_series(
    trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Store, RunRecord]]:
    """That data home opened, and its run of a single series."""
    settings, _, run = trained_home
    for store in _serve(settings, monkeypatch):
        yield store, run


@pytest.fixture
def open_page() -> OpenPage:
    """Open a page by its name, with its address's choices.

    person: who looks, else LOCAL. unfolded: the keys of what is opened that a page folds away.
    """

    def open_it(
        name: str, *, person: str = LOCAL, unfolded: Iterable[str] = FOLDS, **choice: str
    ) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=30)
        app._page_hash = calc_hash(name)
        app.session_state[REMEMBERED] = person
        for key in unfolded:
            app.session_state[key] = True
        for key, value in choice.items():
            app.query_params[key] = value
        return app.run()

    return open_it


def everything(page: AppTest) -> str:
    """All that a page sends to be shown, in its order: texts, tables, charts, labels, addresses."""
    sent = "\n".join(str(node.proto) for node in page.main if not hasattr(node, "children"))
    return unescaped(sent)


def unescaped(text: str) -> str:
    """What stands in a text with escapes of JSON, or of another kind."""
    plain = re.sub(r"\\+u00([0-9a-f]{2})", lambda sign: chr(int(sign[1], 16)), text)
    return plain.replace("\\", "")


def _serve(settings: AppSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    st.cache_resource.clear()
    store = Store.open(settings)
    yield store
    st.cache_resource.clear()
    store.close()
