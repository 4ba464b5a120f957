"""Records in a Postgres: how they are reached, what is said where they are not, and whose clock counts."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, literal, make_url, select
from sqlalchemy.exc import OperationalError

from dashboard.detection.settings import TrainingSettings
from dashboard.errors import ClickwatchError, SettingsError, StoreError
from dashboard.runs.addresses import new_engine, records_address
from dashboard.runs.database import open_database
from dashboard.runs.muting import Normal
from dashboard.runs.queue import Queue
from dashboard.runs.records import DatasetRecord
from dashboard.runs.reviewing import Person
from dashboard.runs.store import Store
from dashboard.runs.times import A_DAY_SECONDS
from dashboard.settings import AppSettings
from tests.browser.server import free_port
from tests.postgres.server import PASSWORD, Postgres
from tests.runs.conftest import TINY

ROOT = Path(__file__).parents[2]


class Clock:
    """A steady clock that the test moves on."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


CLAIMS_ALL = """
import sys
from dashboard.runs.store import Store
from dashboard.settings import read_settings
queue = Store.open(read_settings()).queue
print("ready", flush=True)
sys.stdin.readline()
while claim := queue.claim():
    print(claim.run_id)
"""


@pytest.fixture
def database_url(postgres: Postgres) -> str:
    return postgres.new_schema()


@pytest.fixture
def address(database_url: str) -> URL:
    return make_url(database_url)


def told(address: URL) -> str:
    """What is said of records that cannot be opened; never the password."""
    with pytest.raises(StoreError) as refusal:
        open_database(address.render_as_string(hide_password=False))
    assert address.password not in str(refusal.value)
    assert "CLICKWATCH_DATABASE_URL" in str(refusal.value)
    return str(refusal.value)


def test_a_wrong_password_is_told_and_not_repeated(address: URL) -> None:
    assert "password authentication failed" in told(address.set(password="wrong-one"))  # noqa: S106


def test_a_database_that_was_made_without_an_encoding_keeps_text_as_it_is(
    postgres: Postgres, address: URL
) -> None:
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE plain TEMPLATE template0 ENCODING 'SQL_ASCII'")
    engine = open_database(address.set(database="plain", query={}))
    with engine.connect() as connection:
        assert connection.scalar(select(literal("Zoë 👋"))) == "Zoë 👋"
    engine.dispose()


def test_a_server_that_is_not_there_is_named(address: URL) -> None:
    sentence = told(address.set(port=free_port()))
    assert "The records at 127.0.0.1 cannot be opened" in sentence
    assert "\n" not in sentence


def test_without_its_driver_a_postgres_is_refused_with_what_to_install(
    address: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install .*requirements-cluster\.lock"):
        open_database(address.render_as_string(hide_password=False))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("rubbish with s3cret", "is no address"),
        ("postgresql://ann:s3cret@host:port/database", "is no address"),
        ("mysql://ann:s3cret@host/database", "is an address of mysql"),
        ("postgresql://ann:s3cret@s3cret@host/database", "@ as %40"),
        ("postgresql://ann:s3cret@s3cret/s3cret@host/database", "@ as %40"),
    ],
)
def test_what_is_no_address_of_records_is_refused_without_repeating_it(
    tmp_path: Path, url: str, words: str
) -> None:
    settings = AppSettings(home=tmp_path, database_url=url)
    with pytest.raises(SettingsError, match=words) as refusal:
        Store.open(settings)
    assert "s3cret" not in f"{refusal.value} {settings!r}"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_way_to_write_the_address_is_understood(scheme: str) -> None:
    assert records_address(f"{scheme}://ann@host/clicks").drivername == "postgresql+psycopg"


@pytest.mark.usefixtures("dataset")
def test_records_that_are_missing_are_not_begun_anew(
    app_settings: AppSettings, postgres: Postgres
) -> None:
    other = app_settings.model_copy(update={"database_url": postgres.new_schema()})
    with pytest.raises(ClickwatchError, match="The records are missing") as refusal:
        Store.open(other)
    assert PASSWORD not in str(refusal.value)


def test_the_clock_of_a_host_that_goes_wrong_silences_nobody(
    store: Store, dataset: DatasetRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = store.queue_run(dataset.id, TINY).id
    claim = store.queue.claim()
    store.queue.beat("worker", claim)
    true = time.time
    monkeypatch.setattr(time, "time", lambda: true() + A_DAY_SECONDS)

    assert store.worker_alive()
    assert not store.run(run_id).stalled
    store.queue.beat("another", None)
    monkeypatch.undo()
    store.queue.leave("worker")
    assert store.worker_alive()


def test_of_many_processes_each_takes_runs_of_its_own_and_leaves_none(
    store: Store, app_settings: AppSettings, dataset: DatasetRecord, tiny: TrainingSettings
) -> None:
    ids = [store.queue_run(dataset.id, tiny, owner=f"owner-{n % 4}").id for n in range(32)]
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMS_ALL],
            cwd=ROOT,
            env=os.environ | app_settings.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    assert [worker.stdout.readline() for worker in workers] == ["ready\n"] * 3
    for worker in workers:
        worker.stdin.write("\n")
        worker.stdin.flush()
    taken = [worker.communicate()[0].split() for worker in workers]

    assert sorted(run_id for each in taken for run_id in each) == sorted(ids)
    assert {store.run(run_id).attempt for run_id in ids} == {1}


def test_who_could_hear_nobody_takes_no_run_from_the_living(
    store: Store, dataset: DatasetRecord, address: URL
) -> None:
    """As after a while in which the server of the records was away for all of them."""
    store.queue_run(dataset.id, TINY)
    claim, clock = store.queue.claim(), Clock()
    listener = Queue(store.engine, store.places, store.stale_seconds, clock)
    assert listener.recover() == []

    listener._engine = new_engine(records_address(str(address.set(port=free_port()))))
    with pytest.raises(OperationalError):
        listener.beat("listener", None)
    listener._engine = store.engine
    clock.seconds += 1_000
    assert listener.recover() == []  # before the living has had time to beat
    clock.seconds += store.stale_seconds + 1
    assert listener.recover() == [claim.run_id]


def test_a_sign_that_a_postgres_does_not_take_is_no_error_of_ours(
    store: Store, dataset: DatasetRecord
) -> None:
    run = store.queue_run(dataset.id, TINY, name="kept")
    assert store.runs("ke\0pt") == []
    assert store.owner_of_run(f"{run.id}\0") is None
    mute = store.mutes.add(dataset.id, Normal(user="u001"), Person("ann", "Ann"), "on\0leave")
    assert mute.note == "on\N{REPLACEMENT CHARACTER}leave"
