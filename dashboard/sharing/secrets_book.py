"""Secrets that open something to whoever shows them, until they expire or are revoked.

A secret is made of 32 random bytes. Only its SHA-256 is kept, so that whoever reads the records holds none.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Engine,
    Row,
    Select,
    Table,
    and_,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import OperationalError

from dashboard.runs.names import new_id
from dashboard.runs.times import moment

SECRET_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Secret:
    """What is known of a secret. id: names it to whoever made it, and opens nothing."""

    id: str
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    last_used: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked is None and (self.expires is None or self.expires > now)


Kind = TypeVar("Kind", bound=Secret)


@dataclass(frozen=True)
class SecretsBook(Generic[Kind]):
    """The secrets of one table of a store.

    belongs_to: the column that says whose they are. read: makes a secret of its row.
    """

    engine: Engine
    table: Table
    belongs_to: Column
    read: Callable[[Row], Kind]

    def make(
        self, belongs_to: str, seconds: float | None, beginning: str = "", **values: object
    ) -> tuple[Kind, str]:
        """Return a new secret, and what is to be shown for it, which cannot be had again.

        seconds: after which it expires; None: never. beginning: what it is to begin with.
        """
        shown, now = beginning + new_secret(), time.time()
        row = {
            "id": new_id(),
            "token_hash": fingerprint(shown),
            self.belongs_to.name: belongs_to,
            "created": now,
            "expires": None if seconds is None else now + seconds,
            **values,
        }
        with self.engine.begin() as connection:
            connection.execute(insert(self.table).values(row))
        (made,) = self.find(select(self.table).where(self.table.c.id == row["id"]))
        return made, shown

    def of(self, belongs_to: str) -> list[Kind]:
        """Return all that belong there, those that no longer hold too; newest first."""
        query = select(self.table).where(self.belongs_to == belongs_to)
        return self.find(query.order_by(self.table.c.created.desc()))

    def revoke(self, belongs_to: str, secret_id: str) -> None:
        """End one that belongs there, at once, for everybody."""
        which = (self.belongs_to == belongs_to) & (self.table.c.id == secret_id)
        with self.engine.begin() as connection:
            connection.execute(
                update(self.table)
                .where(which, self.table.c.revoked.is_(None))
                .values(revoked=time.time())
            )

    def find(self, query: Select) -> list[Kind]:
        """Return the secrets of that query's rows."""
        with self.engine.connect() as connection:
            return [self.read(row) for row in connection.execute(query)]

    def is_shown(self, shown: str) -> ColumnElement[bool]:
        """Whether a row is that of what is shown."""
        return self.table.c.token_hash == fingerprint(shown)

    def holds(self) -> ColumnElement[bool]:
        """Whether a row is of a secret that is neither revoked nor expired."""
        return and_(
            self.table.c.revoked.is_(None),
            or_(self.table.c.expires.is_(None), self.table.c.expires > time.time()),
        )

    def note_use(self, which: ColumnElement[bool], **values: object) -> None:
        """Note that these are in use where that is possible: a full disk keeps nobody from looking."""
        used = update(self.table).where(which).values(last_used=time.time(), **values)
        with suppress(OperationalError), self.engine.begin() as connection:
            connection.execute(used)


def known_of(row: Row) -> dict[str, Any]:
    """Return what every secret has, of its row."""
    return {
        "id": row.id,
        "created": moment(row.created),
        "expires": moment(row.expires),
        "revoked": moment(row.revoked),
        "last_used": moment(row.last_used),
    }


def new_secret() -> str:
    """Return a secret that nobody can guess."""
    return secrets.token_urlsafe(SECRET_BYTES)


def fingerprint(shown: str) -> str:
    """Return what is kept of a secret: it cannot be turned back."""
    return hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()
