"""Runs finished in the test's own process: no worker, no TensorFlow. What was made once serves all tests of the process."""

from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.job import Job, perform
from dashboard.runs.manifest import Dataset
from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.runs.store import Store

MADE = TemporaryDirectory(prefix="clickwatch-tests-")
_FOLDERS: dict[object, Path] = {}


def finish_run(
    store: Store, dataset: DatasetRecord, model: str, name: str | None = None, *, seed: int = 0
) -> RunRecord:
    """Queue a run of a model, and do what a worker would."""
    settings = TrainingSettings(model=model, seed=seed)
    return finish_queued(store, store.queue_run(dataset.id, settings, name=name))


def finish_queued(store: Store, run: RunRecord) -> RunRecord:
    """Do what a worker would with the only run that waits."""
    dataset = store.dataset(run.dataset_id)
    claim = store.queue.claim()
    assert claim is not None
    assert claim.run_id == run.id
    job = Job(
        dataset=Dataset(name=dataset.name, digest=dataset.digest, reading=dataset.asked),
        panel_folder=store.places.datasets / dataset.id,
        settings=run.settings,
        threshold=run.threshold,
        target=run.folder,
        work=store.places.work,
        log_file=run.log_file,
        scorer=store.scorer_of(run),
        cache=store.places.cache,
    )
    _perform(job)
    store.queue.finish(claim)
    return store.run(run.id)


def _perform(job: Job) -> None:
    """Do what a worker would, or copy what came of the same counts and settings."""
    if job.scorer is not None or job.cache is not None:
        perform(job, lambda _: None)
        return
    made = job.dataset, job.settings, job.threshold
    if made not in _FOLDERS:
        perform(job, lambda _: None)
        _FOLDERS[made] = copytree(job.target, Path(MADE.name, str(len(_FOLDERS))))
    else:
        copytree(_FOLDERS[made], job.target)


def finish_scoring(store: Store, run: RunRecord, dataset: DatasetRecord) -> RunRecord:
    """Queue a scoring of a dataset by a run's model, and do what a worker would."""
    return finish_queued(store, store.queue_scoring(run.id, dataset.id))


def finish_as(store: Store, settings: TrainingSettings, source: RunRecord) -> RunRecord:
    """Finish a run with these settings, on the same data and with the findings of another run."""
    run = store.queue_run(source.dataset_id, settings)
    claim = store.queue.claim()
    assert claim is not None
    assert claim.run_id == run.id
    copytree(source.folder, run.folder)
    store.queue.finish(claim)
    return store.run(run.id)
