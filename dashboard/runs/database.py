"""The connection to the records: SQLite beside the data, or Postgres by its address."""

from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from dashboard.errors import StoreError
from dashboard.runs.schema import METADATA

BUSY_TIMEOUT_MS = 10_000


def open_database(url: str) -> Engine:
    """Return an engine whose tables exist. Raises StoreError where the database cannot be used."""
    try:
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
        _create_tables(engine)
        missing = _missing_columns(engine)
    except (SQLAlchemyError, ImportError) as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(
            f"The records cannot be opened: {cause}. "
            "Check CLICKWATCH_DATABASE_URL and that CLICKWATCH_HOME can be written to."
        ) from error
    if missing:
        engine.dispose()
        raise StoreError(
            "The records were made by another version of Clickwatch, which did not know "
            f"{', '.join(missing)}. Set CLICKWATCH_HOME to a new folder"
            " (and CLICKWATCH_DATABASE_URL to a new database, where it is set)."
        )
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """WAL lets the server read while a worker writes; SQLite checks foreign keys only if told."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _missing_columns(engine: Engine) -> list[str]:
    """Return what the tables of an older version lack, as "table.column"."""
    found = inspect(engine)
    return [
        f"{table.name}.{name}"
        for table in METADATA.sorted_tables
        for name in set(table.columns.keys())
        - {one["name"] for one in found.get_columns(table.name)}
    ]


def _create_tables(engine: Engine) -> None:
    try:
        METADATA.create_all(engine)
    except (OperationalError, ProgrammingError):
        METADATA.create_all(engine)  # server and worker may have started in the same moment
