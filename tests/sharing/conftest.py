"""An empty store, and a finished run over hostile names, judged by a baseline: quick, and a run like any other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.data.panel import Panel
from dashboard.detection.pipeline import analyse
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.artefacts import publish
from dashboard.runs.results import Results
from dashboard.runs.store import Store
from dashboard.settings import AppSettings
from tests.runs.conftest import ORIGIN, panel

__all__ = ["panel"]


@pytest.fixture
def store(tmp_path: Path, database_url: str | None) -> Iterator[Store]:
    opened = Store.open(AppSettings(home=tmp_path / "home", database_url=database_url))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def results(panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("shared") / "run"
    publish(analyse(panel, TrainingSettings(model="robust-z")), panel, folder, ORIGIN)
    return Results.open(folder)
