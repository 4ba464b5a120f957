"""An earlier run's model judges later datasets: as runs of their own, traced back and trained anew."""

from io import BytesIO

import pytest

from dashboard.errors import SettingsError, StoreError
from dashboard.runs import queries
from dashboard.runs.artefacts import open_manifest
from dashboard.runs.past import panel_of_folder
from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.runs.results import Results
from dashboard.runs.scorings import first_of_each
from dashboard.runs.store import Store
from dashboard.runs.views import Query
from tests.pages.finishing import finish_queued, finish_run, finish_scoring


def counts(days: range, users: int = 8, column: str = "clicks") -> bytes:
    lines = [f"user,date,{column}"]
    lines += [
        f"u{user},2026-03-{day:02d},{10 + (user + 3 * day) % 5}"
        for user in range(users)
        for day in days
    ]
    return "\n".join(lines).encode()


@pytest.fixture
def run(store: Store) -> RunRecord:
    """A finished run over the first two weeks of March."""
    dataset = store.add_dataset(BytesIO(counts(range(1, 15))), "march.csv", owner="ann")
    return finish_run(store, dataset, "robust-z")


def add(store: Store, days: range, name: str = "later.csv", **changed: object) -> DatasetRecord:
    return store.add_dataset(BytesIO(counts(days, **changed)), name, owner="ann")


def test_a_scoring_is_a_run_of_its_own_that_says_whose_model_it_is(
    store: Store, run: RunRecord
) -> None:
    scoring = finish_scoring(store, run, add(store, range(15, 22)))
    assert (scoring.model_run_id, scoring.model_run_name) == (run.id, run.name)
    assert (scoring.owner, scoring.settings, scoring.epochs) == ("ann", run.settings, 0)
    manifest = open_manifest(scoring.folder)
    assert manifest.scored_with is not None
    assert manifest.scored_with.run_id == run.id
    assert manifest.scored_with.trained_on.name == "march.csv"
    assert store.run(run.id).model_run_id is None


def test_only_new_days_are_shown_and_a_users_story_has_the_days_before(
    store: Store, run: RunRecord
) -> None:
    scoring = finish_scoring(store, run, add(store, range(15, 22)))
    results = Results.open(scoring.folder)
    view = results.view(Query())
    assert view.counts.scored_cells == 8 * 7
    assert [str(time.date()) for time in view.grid.times] == [
        f"2026-03-{day}" for day in range(15, 22)
    ]
    assert len(view.days) == 7
    story = results.user(0).series
    assert story["actual"].notna().sum() == 21
    assert story["score"].notna().sum() == 7


def test_the_next_scoring_goes_on_from_the_last_one(store: Store, run: RunRecord) -> None:
    second = finish_scoring(store, run, add(store, range(15, 22)))
    third = finish_scoring(store, second, add(store, range(22, 26), "last.csv"))
    manifest = open_manifest(third.folder)
    assert manifest.scored_with is not None
    assert manifest.scored_with.known_until == "2026-03-21"
    assert manifest.scored_with.trained_on.name == "march.csv"
    assert manifest.scored_with.between == 1
    assert Results.open(third.folder).view(Query()).counts.scored_cells == 8 * 4


def test_a_retraining_takes_all_counts_known_by_then(store: Store, run: RunRecord) -> None:
    scoring = finish_scoring(store, run, add(store, range(15, 22), users=9))
    training = store.retrain(scoring.id)
    panel = store.panel(training.dataset_id)
    assert panel.shape == (9, 21, 1)
    assert panel.observed.sum() == 8 * 21 + 7  # the new user begins on the 15th
    assert panel.values[0, :, 0].tolist() == [10 + (3 * day) % 5 for day in range(1, 22)]
    assert (training.settings, training.owner) == (run.settings, "ann")
    assert training.dataset_name == "march until 2026-03-21.csv"
    assert finish_queued(store, training).reason is None
    assert store.retrain(run.id).dataset_id == run.dataset_id


def test_what_goes_on_from_one_file_is_one_family(store: Store, run: RunRecord) -> None:
    scoring = finish_scoring(store, run, add(store, range(15, 22)))
    training = store.retrain(scoring.id)
    stranger = add(store, range(1, 12), "other.csv")
    first = store.families()
    assert {first[one.dataset_id] for one in (run, scoring, training)} == {run.dataset_id}
    assert first[stranger.id] == stranger.id


def test_another_reading_of_a_file_is_of_its_family() -> None:
    pairs = [("c", "a"), ("d", "c"), ("e", "x")]
    assert first_of_each(list("abcde"), pairs) == {"a": "a", "b": "b", "c": "a", "d": "a", "e": "e"}


def test_counts_of_another_kind_are_refused_before_they_wait(store: Store, run: RunRecord) -> None:
    other = add(store, range(15, 22), column="views")
    with pytest.raises(SettingsError, match="trained on clicks; this data has views"):
        store.queue_scoring(run.id, other.id)
    waiting = store.retry_run(run.id)
    with pytest.raises(StoreError, match="has not finished"):
        store.queue_scoring(waiting.id, run.dataset_id)


def test_score_again_scores_again(store: Store, run: RunRecord) -> None:
    scoring = finish_scoring(store, run, add(store, range(15, 22)))
    again = store.retry_run(scoring.id)
    assert (again.model_run_id, again.dataset_id) == (run.id, scoring.dataset_id)


def test_a_scoring_outlives_the_run_of_its_model(store: Store, run: RunRecord) -> None:
    scoring = finish_scoring(store, run, add(store, range(15, 22)))
    store.delete_run(run.id)
    assert Results.open(scoring.folder).view(Query()).counts.scored_cells == 8 * 7
    assert store.run(scoring.id).model_run_name == run.name


@pytest.mark.parametrize("kept_as", ["cells.parquet", "cells.csv"])
def test_a_folder_gives_the_counts_of_its_run_back(
    store: Store, run: RunRecord, kept_as: str
) -> None:
    results = Results.open(run.folder)
    if kept_as == "cells.csv":  # as `analyse` leaves it
        results.write_csv(queries.CELLS_FILE, run.folder / "cells.csv")
        (run.folder / "cells.parquet").unlink()
    read, kept = panel_of_folder(run.folder, results.manifest), store.panel(run.dataset_id)
    assert read.users == kept.users
    assert read.times.equals(kept.times)
    assert (read.values == kept.values).all()
    assert (read.observed == kept.observed).all()
