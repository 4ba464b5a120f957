"""The connection to the records: SQLite beside the data, or Postgres by its address."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, event, exc, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from dashboard.errors import AwayError, StoreError
from dashboard.runs.addresses import is_postgres, new_engine, records_address
from dashboard.runs.upgrading import upgrade

AWAY = (
    "The records cannot be reached in this moment. Nothing of yours is lost; load the page again."
)


def open_database(url: str | URL, *, may_be_new: Callable[[], bool] = lambda: True) -> Engine:
    """Return an engine whose tables are those of this version.

    may_be_new: tells whether an empty database is one that has only begun. Raises StoreError where it is
    not and there is none, and where the database cannot be used or belongs to another version, and
    SettingsError for an address of no such database.
    """
    address = records_address(url)
    with _telling(address):
        if is_new(address) and not may_be_new():
            raise StoreError(
                f"The records are missing: {address.render_as_string()} is empty or not there, "
                "though CLICKWATCH_HOME, or CLICKWATCH_ARTEFACTS, holds datasets or runs. Put the "
                "database back, restore a backup, or set both to new places."
            )
        upgrade(new_engine(address, poolclass=NullPool))
        # a Postgres may have gone and come back since a connection was last used
        engine = new_engine(address, pool_pre_ping=is_postgres(address))
        if is_postgres(address):
            event.listen(engine, "before_cursor_execute", _without_nul, named=True, retval=True)
        else:
            event.listen(engine, "connect", _prepare_sqlite)
            _check_sqlite(engine)
        engine.connect().close()
    return engine


@contextmanager
def _telling(address: URL) -> Iterator[None]:
    try:
        yield
    except (exc.SQLAlchemyError, ImportError) as error:
        raise StoreError(_refusal(address, error)) from error


def is_away(error: BaseException) -> bool:
    """Whether an error says that the records cannot be used in this moment, and nothing worse."""
    return isinstance(error, (exc.OperationalError, exc.InterfaceError, exc.TimeoutError))


@contextmanager
def telling_when_away() -> Iterator[None]:
    """Raise AwayError where the records cannot be used in this moment."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        if not is_away(error):
            raise
        raise AwayError(
            "The records cannot be reached in this moment. Nothing that was kept is lost; try again "
            "in a while."
        ) from error


def _refusal(address: URL, error: Exception) -> str:
    if is_postgres(address) and isinstance(error, ImportError):
        return (
            "The records are in a Postgres, and psycopg, by which it is reached, is not installed: "
            "python -m pip install --require-hashes -r requirements-cluster.lock"
        )
    cause = str(getattr(error, "orig", None) or error)
    if is_postgres(address):
        said = cause.strip().splitlines()[0].rstrip(".")
        return (
            f"The records at {address.host or 'this machine'} cannot be opened: {said}. See that the "
            "server runs, and that user, password and database of CLICKWATCH_DATABASE_URL are right."
        )
    return (
        f"The records cannot be opened: {cause}. "
        "Check CLICKWATCH_DATABASE_URL and that CLICKWATCH_HOME can be written to; where the "
        "database itself is damaged, restore a backup."
    )


def is_new(address: URL) -> bool:
    """Whether a database has no tables, or is not there. Nothing is made by asking.

    Raises StoreError where it cannot be asked, and for a file that is no SQLite database: SQLite
    would write what it has beside the file, of the one that was there, into it.
    """
    if not is_postgres(address):
        path = Path(address.database or "")
        if not path.is_file() or path.stat().st_size == 0:
            return True
        if not _is_database(path):
            raise StoreError(
                f"The records cannot be opened: {path} is not a database. Restore a backup, or "
                "set CLICKWATCH_HOME to a new folder."
            )
    with _telling(address):
        return not inspect(new_engine(address, poolclass=NullPool)).get_table_names()


def _is_database(path: Path) -> bool:
    """Whether SQLite knows a file as its own, looking at nothing beside it.

    SQLite itself is asked: whoever else opens and closes the file takes from this process all locks
    that its connections hold, and the next to leave elsewhere would delete the log they write to.
    """
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.execute("PRAGMA schema_version")
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode != sqlite3.SQLITE_NOTADB
    return True


def _check_sqlite(engine: Engine) -> None:
    """Raise StoreError where the database has lost some of its pages, or holds others."""
    with engine.connect() as connection:
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found != "ok":
        raise StoreError(
            f"The database of the records is damaged ({found}). Restore a backup, or set "
            "CLICKWATCH_HOME to a new folder."
        )


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """WAL lets the server read while a worker writes; SQLite checks foreign keys only if told."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _without_nul(
    *, statement: str, parameters: Any, executemany: bool, **_: Any
) -> tuple[str, Any]:
    """Replace each NUL: a Postgres takes no text with one, which anybody can write into an address."""
    if executemany:
        return statement, [_replaced(each) for each in parameters]
    return statement, _replaced(parameters)


def _replaced(parameters: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value
        for name, value in parameters.items()
    }
