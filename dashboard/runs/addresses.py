"""Addresses of records: which are taken, and how a Postgres is reached by one."""

from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from dashboard.errors import SettingsError

BUSY_SECONDS = 10.0  # that SQLite waits for another process to have written
DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
EXAMPLE = "postgresql://user:password@host/database"
# A server that cannot be heard any more is given up within seconds, whatever lies between.
CONNECTING = {
    "client_encoding": "utf8",  # also where the database was made without saying so
    "connect_timeout": 4,  # seconds
    "tcp_user_timeout": 4_000,  # milliseconds
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "application_name": "clickwatch",
}


def records_address(url: str | URL) -> URL:
    """Return the address of records, with the driver by which they are reached.

    Raises SettingsError where it is none, in words that hold nothing of it: it has a password.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(
            f"CLICKWATCH_DATABASE_URL is no address of a database. Write it as {EXAMPLE}."
        ) from error
    driver = DRIVERS.get(address.drivername)
    if driver is None:
        raise SettingsError(
            f"CLICKWATCH_DATABASE_URL is an address of {address.drivername}; records are kept in a "
            f"Postgres ({EXAMPLE}), or, where it is empty, in the data home."
        )
    if "@" in f"{address.host}{address.database}":
        raise SettingsError(
            "CLICKWATCH_DATABASE_URL has a second @. Write what is special in a password as "
            "addresses have it: @ as %40, / as %2F, : as %3A, % as %25."
        )
    return address.set(drivername=driver)


def is_postgres(address: URL) -> bool:
    """Whether the records are in a Postgres; else they are in SQLite."""
    return address.get_backend_name() == "postgresql"


def new_engine(address: URL, **options: Any) -> Engine:
    """Return an engine for an address; what the address itself says of connections holds."""
    asked = CONNECTING if is_postgres(address) else {"timeout": BUSY_SECONDS}
    connecting = {name: value for name, value in asked.items() if name not in address.query}
    return create_engine(address, connect_args=connecting, **options)
