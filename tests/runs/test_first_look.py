"""The first look of a run in training: beside its log, whole, and gone when the run has ended."""

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.first_look import read_first_look, remove_first_look, write_first_look
from dashboard.runs.records import DatasetRecord
from dashboard.runs.store import Store


def test_it_names_the_loudest_cell_first_and_goes_again(
    store: Store, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    log = store.queue_run(dataset.id, tiny).log_file
    assert read_first_look(log) is None
    write_first_look(store.panel(dataset.id), log)

    first = read_first_look(log).rows[0]
    assert (first.user, first.actual) == ("u003", 400)
    assert [path.name for path in log.parent.iterdir()] == ["first_look.json"]
    remove_first_look(log)
    assert read_first_look(log) is None
