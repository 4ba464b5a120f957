"""A finished run over hostile names, judged by a baseline: quick, and a run like any other."""

import pytest

from dashboard.data.panel import Panel
from dashboard.detection.pipeline import analyse
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.artefacts import publish
from dashboard.runs.results import Results
from tests.runs.conftest import ORIGIN, panel

__all__ = ["panel"]


@pytest.fixture(scope="session")
def results(panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("shared") / "run"
    publish(analyse(panel, TrainingSettings(model="robust-z")), panel, folder, ORIGIN)
    return Results.open(folder)
