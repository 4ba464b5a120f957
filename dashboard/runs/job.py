"""One training from a dataset on disk to a run on disk, in whatever process it is called."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dashboard.data import load_panel
from dashboard.detection.analysis import Progress
from dashboard.detection.pipeline import analyse
from dashboard.detection.selftest import with_self_test
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold
from dashboard.runs.artefacts import Origin, publish
from dashboard.runs.manifest import Dataset


@dataclass(frozen=True)
class Job:
    """What a training process has to know; plain values, so that it can be sent to it.

    target: the folder that appears when all is done. tag: marks what is unfinished.
    """

    dataset: Dataset
    panel_folder: Path
    settings: TrainingSettings
    threshold: Threshold
    target: Path
    tag: str
    log_file: Path


def perform(job: Job, on_progress: Callable[[Progress], None]) -> None:
    """Train, score, test on planted anomalies and publish. Raises ClickwatchError for what a person can mend."""
    began = time.perf_counter()
    panel = load_panel(job.panel_folder)
    read_seconds = time.perf_counter() - began
    analysis = analyse(panel, job.settings, job.threshold, on_progress)
    analysis = with_self_test(analysis, on_progress)
    origin = Origin(job.dataset, read_seconds, began)
    publish(analysis, panel, job.target, origin, tag=job.tag)
