"""Records of an earlier version become those of this one when they are opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from dashboard.errors import StoreError
from dashboard.runs.schema import METADATA

VERSION = "0006"  # of the tables in `schema.py`: the last of the migrations
FIRST = "0001"
MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x436C69636B  # among the advisory locks of a Postgres


def upgrade(engine: Engine, version: str = VERSION, folder: Path = MIGRATIONS) -> None:
    """Make the tables of an empty database, or bring those of an earlier version to this one.

    All in one transaction, which one process at a time can have: a process that dies in it has
    changed nothing. engine: on SQLite without foreign keys, since a table that is copied is dropped.
    Raises StoreError for records of a later version, and of one before the first release.
    """
    with engine.connect() as connection:
        if _version_of(connection) == version:
            return
    with _alone(engine) as connection:
        found = _version_of(connection)
        if found != version:  # nobody else has done it meanwhile
            _bring(connection, found, version, folder)
            _refuse_what_lacks_columns(connection)


def _bring(connection: Connection, found: str | None, version: str, folder: Path) -> None:
    # loaded only when there is something to do
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            f"The records were made by a newer version of Clickwatch (schema {found}; this one "
            f"knows {VERSION}). Install that version, or set CLICKWATCH_HOME to a new folder."
        )
    if not inspect(connection).get_table_names():
        METADATA.create_all(connection)
        command.stamp(config, version)
        return
    if found is None:
        command.stamp(config, FIRST)
    command.upgrade(config, version)


def _refuse_what_lacks_columns(connection: Connection) -> None:
    columns = inspect(connection).get_multi_columns()  # {(schema, table): columns}
    there = {(table, one["name"]) for (_, table), each in columns.items() for one in each}
    missing = [
        f"{table.name}.{name}"
        for table in METADATA.sorted_tables
        for name in table.columns.keys()  # noqa: SIM118 - columns are no dict
        if (table.name, name) not in there
    ]
    if missing:
        raise StoreError(
            "The records were made by another version of Clickwatch, which did not know "
            f"{', '.join(missing)}. Set CLICKWATCH_HOME to a new folder"
            " (and CLICKWATCH_DATABASE_URL to a new database, where it is set)."
        )


def _version_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Give a transaction that waits for every other process to end its own."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        yield connection
