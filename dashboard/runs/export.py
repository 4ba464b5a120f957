"""A run as a folder of plain files, as the command line gives it."""

import shutil
from collections.abc import Callable
from pathlib import Path

from dashboard.data.panel import Panel
from dashboard.detection.analysis import Analysis
from dashboard.runs import queries
from dashboard.runs.artefacts import (
    CELLS,
    DAYS,
    HISTORY,
    SELF_TEST,
    USERS,
    Origin,
    describe,
    publish,
)
from dashboard.runs.manifest import FILE_NAME, RunManifest
from dashboard.runs.ranked import RANKED
from dashboard.runs.results import Results
from dashboard.runs.sources import digest_of
from dashboard.runs.sums import SUMS
from dashboard.runs.views import Counts, Query

REPORT = "report.html"
TABLES = {CELLS, USERS, DAYS, HISTORY, SELF_TEST, RANKED, SUMS}
Report = Callable[[Results, Path], None]


def export(
    analysis: Analysis, panel: Panel, origin: Origin, folder: Path, write_report: Report
) -> tuple[RunManifest, Counts]:
    """Fill an empty folder with the CSV files, the model, the report and, last, `run.json`.

    Returns the manifest and how many anomalies there are.
    """
    run = folder / "run"
    publish(analysis, panel, run, origin)
    results = Results.open(run)
    try:
        results.write_csv(queries.CELLS_FILE, folder / "cells.csv")
        results.write_csv(queries.USERS_FILE, folder / "users.csv")
        results.write_csv(queries.DAYS_FILE, folder / "days.csv")
        counts = results.view(Query(top=0)).counts
        write_report(results, folder / REPORT)
    finally:
        results.close()
    for path in run.iterdir():
        if path.name not in TABLES | {FILE_NAME}:
            path.rename(folder / path.name)
    shutil.rmtree(run)
    digests = {path.name: digest_of(path) for path in sorted(folder.iterdir())}
    manifest = describe(analysis, panel, origin, digests)
    (folder / FILE_NAME).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
    return manifest, counts


def move_in(made: Path, target: Path) -> None:
    """Put the files of one folder into another, `run.json` last; other files there stay."""
    (target / FILE_NAME).unlink(missing_ok=True)
    for path in sorted(made.iterdir(), key=lambda path: path.name == FILE_NAME):
        path.replace(target / path.name)
