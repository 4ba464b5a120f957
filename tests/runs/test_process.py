"""A process that waits for a job is given the next one, and performs it."""

from pathlib import Path

from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold
from dashboard.runs.artefacts import is_whole
from dashboard.runs.child import Failure
from dashboard.runs.job import Job
from dashboard.runs.manifest import Dataset
from dashboard.runs.process import ProcessStarter
from dashboard.runs.records import DatasetRecord
from dashboard.runs.store import Store
from tests.processes import wait_for


def test_the_process_that_waits_performs_the_next_job(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings, tmp_path: Path
) -> None:
    starter = ProcessStarter("forkserver", keep_ready=True)
    wait_for(lambda: starter.is_ready)
    starter.keep_one_waiting()
    waiting = starter._waiting
    try:
        wait_for(lambda: waiting.is_waiting)
        job = Job(
            dataset=Dataset(name="clicks.csv", digest=dataset.digest),
            panel_folder=store.places.datasets / dataset.id,
            settings=tiny,
            threshold=Threshold(),
            target=tmp_path / "run",
            work=tmp_path,
            log_file=tmp_path / "log.txt",
        )
        process = starter.start(job)
        assert process is waiting
        wait_for(lambda: process.has_ended)
        told = list(process.messages(0))
        assert [each.epoch for each in told if getattr(each, "stage", "") == "train"] == [1, 2]
        assert not any(isinstance(each, Failure) for each in told)
        assert is_whole(tmp_path / "run")
    finally:
        waiting.stop()
        starter.close()
