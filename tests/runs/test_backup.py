"""A backup made while the store is in use is whole, and comes back as it was."""

import tarfile
import threading
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from dashboard.detection.settings import TrainingSettings
from dashboard.errors import StoreError
from dashboard.runs.backup import Kept, back_up, restore
from dashboard.runs.muting import Normal
from dashboard.runs.records import DatasetRecord
from dashboard.runs.reviewing import Person, Stretch, Verdict
from dashboard.runs.reviews import Judgement
from dashboard.runs.store import Store
from dashboard.settings import AppSettings
from dashboard.sharing.installation_key import installation_key
from dashboard.sharing.links import LinkBook, LinkTerms
from tests.pages.finishing import finish_run

ANN = Person("ann", "Ann")


@pytest.fixture
def elsewhere(tmp_path: Path) -> AppSettings:
    return AppSettings(home=tmp_path / "restored")


@pytest.fixture
def other_kind(
    elsewhere: AppSettings, database_url: str | None, request: pytest.FixtureRequest
) -> AppSettings:
    """An empty home whose records are in the other kind of database."""
    if database_url:
        return elsewhere
    url = request.getfixturevalue("postgres").new_schema()
    return elsewhere.model_copy(update={"database_url": url})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def review(store: Store, run_id: str, user_index: int) -> None:
    stretch = Stretch(user_index, f"u{user_index}", 3, 3, "2026-03-04", "2026-03-04", "clicks")
    store.reviews.judge(run_id, [Judgement(stretch, Verdict.ANOMALY, ANN)])


def test_all_that_is_kept_comes_back(
    store: Store,
    app_settings: AppSettings,
    dataset: DatasetRecord,
    elsewhere: AppSettings,
    tmp_path: Path,
) -> None:
    run = finish_run(store, dataset, "robust-z")
    waiting = store.queue_run(dataset.id, TrainingSettings(model="pca"))
    key = installation_key(app_settings)
    reviewed, done = [], threading.Event()

    def go_on_reviewing() -> None:
        while not done.is_set():
            review(store, run.id, len(reviewed))
            reviewed.append(run.id)

    reviewer = threading.Thread(target=go_on_reviewing)
    reviewer.start()
    try:
        before = len(reviewed)
        assert back_up(app_settings, tmp_path / "kept.tar") == Kept(datasets=1, runs=1)
        after = len(reviewed) + 1  # one may be under way
    finally:
        done.set()
        reviewer.join()

    assert restore(elsewhere, tmp_path / "kept.tar") == Kept(datasets=1, runs=1)
    again = Store.open(elsewhere)
    again.check_run(run.id)
    assert contents(again.run(run.id).folder) == contents(run.folder)
    assert (again.panel(dataset.id).values == store.panel(dataset.id).values).all()
    assert (again.places.sources / dataset.digest).read_bytes() == (
        store.places.sources / dataset.digest
    ).read_bytes()
    assert before <= len(again.reviews.verdicts_of(run.id).valid) <= after
    assert again.queue_position(waiting.id) == 1
    assert installation_key(elsewhere) == key
    assert list(elsewhere.home.rglob(".new-*")) == []
    again.close()


@pytest.mark.both_databases
def test_what_was_kept_with_one_kind_of_database_comes_back_with_the_other(
    store: Store,
    app_settings: AppSettings,
    dataset: DatasetRecord,
    other_kind: AppSettings,
    tmp_path: Path,
) -> None:
    run = finish_run(store, dataset, "robust-z")
    store.mutes.add(dataset.id, Normal(user="u001"), ANN, "on leave")
    store.add_dataset(BytesIO(b"no counts"), "rubbish.csv")
    review(store, run.id, 1)
    store.reviews.withdraw_last(run.id, ANN)
    link, token = LinkBook(store.engine).make(run.id, LinkTerms(may_review=True))
    back_up(app_settings, tmp_path / "kept.tar")
    restore(other_kind, tmp_path / "kept.tar")

    again = Store.open(other_kind)
    assert again.engine.dialect.name != store.engine.dialect.name
    assert again.run(run.id) == replace(
        store.run(run.id),
        folder=again.places.runs / run.id,
        log_file=again.places.log_of(run.id),
    )
    assert again.datasets() == store.datasets()
    assert again.reviews.verdicts_of(run.id) == store.reviews.verdicts_of(run.id)
    assert again.mutes.of(dataset.id) == store.mutes.of(dataset.id)
    assert LinkBook(again.engine).open(token).id == link.id

    later = again.queue_run(dataset.id, TrainingSettings(model="pca"))  # after those that came back
    assert [each.id for each in again.runs()] == [later.id, run.id]
    review(again, run.id, 2)
    with pytest.raises(StoreError, match="is in use"):
        restore(other_kind, tmp_path / "kept.tar")
    again.close()


@pytest.mark.usefixtures("dataset")
def test_nothing_is_restored_over_what_is_there(app_settings: AppSettings, tmp_path: Path) -> None:
    back_up(app_settings, tmp_path / "kept.tar")
    with pytest.raises(StoreError, match="is in use"):
        restore(app_settings, tmp_path / "kept.tar")


@pytest.mark.usefixtures("dataset")
def test_a_backup_that_is_not_whole_is_refused_and_leaves_nothing(
    app_settings: AppSettings, elsewhere: AppSettings, tmp_path: Path
) -> None:
    whole = tmp_path / "kept.tar"
    back_up(app_settings, whole)
    content = bytearray(whole.read_bytes())
    (tmp_path / "short.tar").write_bytes(content[: len(content) // 2])
    with tarfile.open(whole) as tar:
        content[tar.getmember("clickwatch.db").offset_data + 100] ^= 1
    (tmp_path / "flipped.tar").write_bytes(content)
    (tmp_path / "rubbish.tar").write_bytes(b"rubbish")
    with tarfile.open(tmp_path / "stray.tar", "w") as tar:
        tar.add(whole, "../stray")
    for name in ("short.tar", "flipped.tar", "rubbish.tar", "stray.tar"):
        with pytest.raises(StoreError, match=rf"{name} is (no whole backup|damaged)"):
            restore(elsewhere, tmp_path / name)
        assert [path for path in elsewhere.home.rglob("*") if path.is_file()] == []
    assert not (elsewhere.home / "stray").exists()


def test_what_was_damaged_before_is_named(
    store: Store, app_settings: AppSettings, tmp_path: Path
) -> None:
    csv = b"user,date,clicks\n" + b"".join(f"a,2026-03-{d:02d},{d}\n".encode() for d in range(1, 9))
    dataset = store.add_dataset(BytesIO(csv), "hurt.csv")
    (store.places.datasets / dataset.id / "values.npy").write_bytes(b"")
    assert not store.add_dataset(BytesIO(b"no counts"), "unread.csv").is_readable
    assert back_up(app_settings, tmp_path / "kept.tar").damaged == ("hurt.csv",)
