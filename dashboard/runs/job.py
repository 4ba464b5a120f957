"""One training or scoring from a dataset on disk to a run on disk, in whatever process it is called."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from dashboard.data.panel import Panel
from dashboard.detection.analysis import Progress
from dashboard.detection.pipeline import analyse
from dashboard.detection.registry import model_kind
from dashboard.detection.selftest import with_self_test
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold
from dashboard.runs.again import score_again
from dashboard.runs.artefacts import Origin, publish
from dashboard.runs.cache import Cache
from dashboard.runs.checkpoints import checkpoints_beside
from dashboard.runs.counts import bring_counts, load_counts
from dashboard.runs.engine import Cluster, open_engine
from dashboard.runs.first_look import write_first_look
from dashboard.runs.manifest import Dataset
from dashboard.runs.remote_errors import patiently
from dashboard.runs.scorings import Scorer


@dataclass(frozen=True)
class Job:
    """What a training process has to know; plain values, so that it can be sent to it.

    target: the folder that appears when all is done. work: where temporary files go.
    most_bytes: the memory that the process may take; None: what there is.
    scorer: the earlier run whose model judges; None: one is trained.
    cluster: where very many users are judged; None: in the process itself.
    cache: the shared files; None where there are none.
    """

    dataset: Dataset
    panel_folder: Path
    settings: TrainingSettings
    threshold: Threshold
    target: Path
    work: Path
    log_file: Path
    most_bytes: int | None = None
    scorer: Scorer | None = None
    cluster: Cluster | None = None
    cache: Cache | None = None


def perform(job: Job, on_progress: Callable[[Progress], None]) -> None:
    """Train, score, test on planted anomalies and publish; or score with an earlier run's model.

    Before a network is trained, what a baseline finds is left beside the log; and then what each epoch has
    led to, from where an interrupted training goes on.

    Raises ClickwatchError for what a person can mend.
    """
    began = time.perf_counter()
    panel = load_counts(patiently(lambda: bring_counts(job.panel_folder, job.cache)))
    origin = Origin(job.dataset, time.perf_counter() - began, began)
    if job.scorer is not None:
        _score(job.scorer, panel, origin, job, on_progress)
        return
    if model_kind(job.settings.model).is_trained:
        write_first_look(panel, job.log_file)
    with open_engine(job.cluster) as engine:
        analysis = analyse(
            panel,
            job.settings,
            job.threshold,
            on_progress,
            checkpoints_beside(job.log_file),
            over=engine.over,
        )
        analysis = with_self_test(analysis, on_progress, over=engine.elsewhere)
    publish(analysis, panel, job.target, origin, job.cache)


def _score(
    scorer: Scorer, later: Panel, origin: Origin, job: Job, on_progress: Callable[[Progress], None]
) -> None:
    known = patiently(lambda: scorer.known(job.cache))
    with open_engine(job.cluster) as engine:
        made = score_again(
            scorer.folder,
            known,
            later,
            missing_is_zero=scorer.missing_is_zero,
            run_id=scorer.run_id,
            run_name=scorer.run_name,
            on_progress=on_progress,
            over=engine.over,
        )
    origin = replace(origin, scored_with=made.scored_with)
    panel = made.analysis.subject.panel
    publish(made.analysis, panel, job.target, origin, job.cache)
