"""A store of an earlier version is opened by this one, whole; a later one's is left alone."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from textwrap import dedent

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.pool import NullPool

from dashboard.errors import StoreError
from dashboard.runs.addresses import new_engine, records_address
from dashboard.runs.records import RunState
from dashboard.runs.schema import METADATA
from dashboard.runs.store import Store
from dashboard.runs.upgrading import MIGRATIONS, VERSION, upgrade
from dashboard.settings import AppSettings
from dashboard.sharing.links import LinkBook

ROOT = Path(__file__).parents[2]
FIRST_RELEASE = Path(__file__).parent / "first_release.sql"
FIRST_RELEASE_IN_POSTGRES = Path(__file__).parent / "first_release_postgres.sql"
pytestmark = pytest.mark.both_databases
TOKEN = "4VpkWNZayBxxmljQOBSg6zI0_4BpKSbPMy1tk7A6phk"  # noqa: S105 - of a store made for this test

LATER = f"""
    import os
    import sqlalchemy as sa
    from alembic import op

    revision = "later"
    down_revision = "{VERSION}"

    def upgrade():
        op.add_column("runs", sa.Column("colour", sa.Text))
        with op.batch_alter_table("reviews") as batch:
            batch.alter_column("note", existing_type=sa.Text, nullable=True)
        if os.environ.get("DIE"):
            os.kill(os.getpid(), 9)
"""


@pytest.fixture
def engine(app_settings: AppSettings) -> Iterator[Engine]:
    """The records of the first release."""
    app_settings.home.mkdir(parents=True)
    opened = new_engine(records_address(app_settings.records_url), poolclass=NullPool)
    if opened.dialect.name == "sqlite":
        with closing(sqlite3.connect(app_settings.home / "clickwatch.db")) as database:
            database.executescript(FIRST_RELEASE.read_text("utf-8"))
    else:
        with opened.connect() as connection:
            script = FIRST_RELEASE_IN_POSTGRES.read_text("utf-8")
            connection.connection.driver_connection.execute(script)
    yield opened
    opened.dispose()


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The migrations of a version to come: one column more, and a table to be copied."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for path in (MIGRATIONS / "env.py", *MIGRATIONS.glob("versions/*.py")):
        name = path.relative_to(MIGRATIONS)
        (folder / name).write_text(path.read_text("utf-8"), "utf-8")
    (folder / "versions" / "later.py").write_text(
        dedent(LATER.replace("{VERSION}", VERSION)), "utf-8"
    )
    return folder


@pytest.mark.usefixtures("engine")
def test_the_first_releases_records_are_all_there(app_settings: AppSettings) -> None:
    store = Store.open(app_settings)
    waiting, first = store.runs(owner="ann")
    assert (first.name, first.state, waiting.state) == (
        "First run",
        RunState.FINISHED,
        RunState.QUEUED,
    )
    assert [epoch.loss for epoch in store.history(first.id)] == [0.5]
    assert store.dataset(first.dataset_id).report.users == 2
    log = store.reviews.verdicts_of(first.id)
    assert [review.note for review in log.valid] == ["looked twice"]
    assert [mute.note for mute in store.mutes.of(first.dataset_id)] == ["Sundays"]
    book = LinkBook(store.engine)
    assert [link.may_review for link in book.held("bob", first.id)] == [True]
    assert book.open(TOKEN, "carol").run_id == first.id
    store.close()


@pytest.mark.parametrize("begins", ["from the first release", "empty"])
def test_every_way_ends_at_the_tables_of_this_version(
    app_settings: AppSettings, begins: str, request: pytest.FixtureRequest
) -> None:
    """Where this fails, a change of `schema.py` lacks its migration, or `VERSION` is not the last."""
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == VERSION
    if begins == "from the first release":
        request.getfixturevalue("engine")
    store = Store.open(app_settings)
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    assert version == VERSION
    store.close()


def test_a_later_versions_records_are_refused_and_not_touched(
    engine: Engine, app_settings: AppSettings
) -> None:
    Store.open(app_settings).close()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer version of Clickwatch \(schema 9999"):
        Store.open(app_settings)
    with engine.connect() as connection:
        version = text("SELECT version_num FROM alembic_version")
        assert connection.scalars(version).all() == ["9999"]


def test_of_many_who_open_at_once_one_upgrades(engine: Engine, later: Path) -> None:
    with ThreadPoolExecutor(4) as openers:
        list(openers.map(lambda _: upgrade(engine, "later", later), range(4)))
    assert "colour" in {column["name"] for column in inspect(engine).get_columns("runs")}
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM reviews")) == 3  # none cascaded away
        assert connection.scalar(text("SELECT count(*) FROM epochs")) == 1


def test_an_upgrade_that_is_killed_has_changed_nothing(
    engine: Engine, app_settings: AppSettings, later: Path
) -> None:
    program = (
        "from pathlib import Path\n"
        "from dashboard.runs.addresses import new_engine, records_address\n"
        "from dashboard.runs.upgrading import upgrade\n"
        f"engine = new_engine(records_address({app_settings.records_url!r}))\n"
        f"upgrade(engine, 'later', Path({str(later)!r}))\n"
    )
    dying = os.environ | {"DIE": "1"}
    died = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=dying, check=False)
    assert died.returncode == -9
    assert "colour" not in {column["name"] for column in inspect(engine).get_columns("runs")}
    assert not inspect(engine).has_table("alembic_version")

    upgrade(engine, "later", later)
    assert "colour" in {column["name"] for column in inspect(engine).get_columns("runs")}
