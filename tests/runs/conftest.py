"""A store of its own for each test, and small counts to put into it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.data.panel import Frequency, Panel
from dashboard.detection.analysis import Analysis
from dashboard.detection.pipeline import analyse
from dashboard.detection.selftest import with_self_test
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.artefacts import Origin, publish
from dashboard.runs.manifest import Dataset
from dashboard.runs.records import DatasetRecord
from dashboard.runs.results import Results
from dashboard.runs.store import Store
from dashboard.settings import AppSettings

TINY = TrainingSettings(units=(2,), epochs=2, batch_size=8, validation_share=0.0, seed=3)


def counts_csv(users: int = 12, days: int = 14, seed: int = 0) -> bytes:
    """Long counts with one loud cell: user u003 on the tenth day."""
    draw = np.random.default_rng(seed)
    lines = ["user,date,clicks"]
    for user in range(users):
        for day in range(days):
            loud = (user, day) == (3, 9)
            clicks = 400 if loud else int(draw.poisson(12))
            lines.append(f"u{user:03d},2026-03-{day + 1:02d},{clicks}")
    return "\n".join(lines).encode()


@pytest.fixture
def app_settings(tmp_path: Path, database_url: str | None) -> AppSettings:
    return AppSettings(
        home=tmp_path / "home", database_url=database_url, stale_seconds=3, log_level="error"
    )


@pytest.fixture
def store(app_settings: AppSettings) -> Iterator[Store]:
    opened = Store.open(app_settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def tiny() -> TrainingSettings:
    return TINY


@pytest.fixture(scope="session")
def csv_bytes() -> bytes:
    return counts_csv()


@pytest.fixture
def dataset(store: Store, csv_bytes: bytes) -> DatasetRecord:
    return store.add_dataset(BytesIO(csv_bytes), "clicks.csv")


NAMES = (
    "007",
    " space ",
    "NaN",
    "null",
    "=1+1",
    "a,b",
    'say "hi"',
    "naïve 🦊",
    "<script>",
    "O'Brien",
)
ORIGIN = Origin(Dataset(name="clicks.csv", digest="0" * 64), read_seconds=0.0, began=0.0)


@pytest.fixture(scope="session")
def panel() -> Panel:
    """24 users, 14 days, 2 features. The last user has 3 days only; "a,b" has one loud cell."""
    names = (*NAMES, *(f"user {place}" for place in range(13)), "newcomer")
    values = np.random.default_rng(5).poisson((9, 40), (len(names), 14, 2)).astype(np.float32)
    values[5, 8] = (300, 44)
    observed = np.ones((len(names), 14), dtype=bool)
    observed[-1, :11] = False
    observed[4, :2] = False
    values[~observed] = 0
    times = pd.date_range("2026-03-01", periods=14)
    return Panel(values, observed, names, times, ("clicks", "views"), Frequency.DAY)


@pytest.fixture(scope="session")
def analysis(panel: Panel, tiny: TrainingSettings) -> Analysis:
    return with_self_test(analyse(panel, tiny))


@pytest.fixture(scope="session")
def run_folder(analysis: Analysis, panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "run"
    publish(analysis, panel, folder, ORIGIN)
    return folder


@pytest.fixture(scope="session")
def results(run_folder: Path) -> Results:
    return Results.open(run_folder)
