"""The connection to the records: SQLite beside the data, or Postgres by its address."""

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from dashboard.errors import StoreError
from dashboard.runs.upgrading import upgrade

BUSY_TIMEOUT_MS = 10_000


def open_database(url: str) -> Engine:
    """Return an engine whose tables are those of this version.

    Raises StoreError where the database cannot be used, or belongs to another version.
    """
    try:
        _bring_up_to_date(url)
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
        engine.connect().close()
    except (SQLAlchemyError, ImportError) as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(
            f"The records cannot be opened: {cause}. "
            "Check CLICKWATCH_DATABASE_URL and that CLICKWATCH_HOME can be written to."
        ) from error
    return engine


def _bring_up_to_date(url: str) -> None:
    waiting = {"timeout": BUSY_TIMEOUT_MS / 1_000} if url.startswith("sqlite") else {}
    engine = create_engine(url, connect_args=waiting, poolclass=NullPool)
    upgrade(engine)
    engine.dispose()


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """WAL lets the server read while a worker writes; SQLite checks foreign keys only if told."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
