"""The start of a run from a page."""

from dashboard.detection.settings import TrainingSettings
from dashboard.errors import SettingsError
from dashboard.ui.addresses import go_to
from dashboard.ui.kept import open_store
from dashboard.ui.problems import show_problem


def start_run(dataset_id: str, settings: TrainingSettings) -> None:
    """Queue a run and open its page; say why where the settings do not fit the data."""
    try:
        run = open_store().queue_run(dataset_id, settings)
    except SettingsError as problem:
        show_problem(problem)
    else:
        go_to("train", run=run.id)
