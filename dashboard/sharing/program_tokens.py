"""Tokens by which programs act for a person: within some scopes, until they expire or are revoked.

Of a token of 32 random bytes only the SHA-256 is kept, so that whoever reads the records holds none.
"""

import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Engine, Row, Select, insert, or_, select, update
from sqlalchemy.exc import OperationalError

from dashboard.errors import StoreError
from dashboard.runs.names import clean, new_id
from dashboard.runs.schema import PROGRAM_TOKENS
from dashboard.runs.times import moment
from dashboard.sharing.links import TOKEN_BYTES, fingerprint

BEGINNING = "clickwatch_"  # so that a token is known for one, wherever it lies about
USED_AT = timedelta(minutes=1)  # so seldom is it noted that a token is in use
LONGEST_NAME = 60


class Scope(StrEnum):
    """What a token allows, of all that its owner may do."""

    DATA_READ = "data:read"
    DATA_WRITE = "data:write"
    RUNS_READ = "runs:read"
    RUNS_WRITE = "runs:write"
    REVIEWS_READ = "reviews:read"
    REVIEWS_WRITE = "reviews:write"


@dataclass(frozen=True)
class TokenTerms:
    """What a token is to allow. seconds: after which it expires; None: never."""

    name: str
    scopes: tuple[Scope, ...]
    seconds: float | None = None


@dataclass(frozen=True)
class ProgramToken:
    """A token as its owner sees it."""

    id: str
    owner: str
    name: str
    scopes: tuple[Scope, ...]
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    last_used: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it allows anything at that moment."""
        return self.revoked is None and (self.expires is None or self.expires > now)


class TokenBook:
    """The tokens of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def make(self, owner: str, terms: TokenTerms) -> tuple[ProgramToken, str]:
        """Return a new token, and what a program is to show, which cannot be had again.

        Raises StoreError where it has no name or would allow nothing.
        """
        name = clean(terms.name)[:LONGEST_NAME].strip()
        if not name:
            raise StoreError("Name the program, so that you know its token again.")
        if not terms.scopes:
            raise StoreError("Choose at least one thing that the program may do.")
        shown, now = BEGINNING + secrets.token_urlsafe(TOKEN_BYTES), time.time()
        row = {
            "id": new_id(),
            "token_hash": fingerprint(shown),
            "owner": owner,
            "name": name,
            "scopes": [scope for scope in Scope if scope in terms.scopes],
            "created": now,
            "expires": None if terms.seconds is None else now + terms.seconds,
        }
        with self._engine.begin() as connection:
            connection.execute(insert(PROGRAM_TOKENS).values(row))
        (token,) = self._all(select(PROGRAM_TOKENS).where(PROGRAM_TOKENS.c.id == row["id"]))
        return token, shown

    def of_owner(self, owner: str) -> list[ProgramToken]:
        """Return all tokens of a person, those that no longer hold too; newest first."""
        query = (
            select(PROGRAM_TOKENS)
            .where(PROGRAM_TOKENS.c.owner == owner)
            .order_by(PROGRAM_TOKENS.c.created.desc())
        )
        return self._all(query)

    def revoke(self, owner: str, token_id: str) -> None:
        """End a token of that person at once."""
        which = (
            (PROGRAM_TOKENS.c.id == token_id)
            & (PROGRAM_TOKENS.c.owner == owner)
            & PROGRAM_TOKENS.c.revoked.is_(None)
        )
        with self._engine.begin() as connection:
            connection.execute(update(PROGRAM_TOKENS).where(which).values(revoked=time.time()))

    def use(self, shown: str) -> ProgramToken | None:
        """Return the token that a program shows, noting that it is in use; None where none holds."""
        now = datetime.now(UTC)
        query = select(PROGRAM_TOKENS).where(
            PROGRAM_TOKENS.c.token_hash == fingerprint(shown),
            PROGRAM_TOKENS.c.revoked.is_(None),
            or_(PROGRAM_TOKENS.c.expires.is_(None), PROGRAM_TOKENS.c.expires > now.timestamp()),
        )
        for token in self._all(query):
            if token.last_used is None or token.last_used < now - USED_AT:
                self._note_use(token)
            return token
        return None

    def _note_use(self, token: ProgramToken) -> None:
        """Note it where that is possible: a full disk keeps nobody from looking."""
        used = (
            update(PROGRAM_TOKENS)
            .where(PROGRAM_TOKENS.c.id == token.id)
            .values(last_used=time.time())
        )
        with suppress(OperationalError), self._engine.begin() as connection:
            connection.execute(used)

    def _all(self, query: Select) -> list[ProgramToken]:
        with self._engine.connect() as connection:
            return [_token(row) for row in connection.execute(query)]


def _token(row: Row) -> ProgramToken:
    return ProgramToken(
        id=row.id,
        owner=row.owner,
        name=row.name,
        scopes=tuple(Scope(scope) for scope in row.scopes),
        created=moment(row.created),
        expires=moment(row.expires),
        revoked=moment(row.revoked),
        last_used=moment(row.last_used),
    )
