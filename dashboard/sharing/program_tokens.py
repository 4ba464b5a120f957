"""Tokens by which programs act for a person: within some scopes, until they expire or are revoked."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Engine, Row, select

from dashboard.errors import StoreError
from dashboard.runs.names import clean
from dashboard.runs.schema import PROGRAM_TOKENS
from dashboard.sharing.secrets_book import Secret, SecretsBook, known_of

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


@dataclass(frozen=True, kw_only=True)
class ProgramToken(Secret):
    """A token as its owner sees it."""

    owner: str
    name: str
    scopes: tuple[Scope, ...]


class TokenBook:
    """The tokens of one store."""

    def __init__(self, engine: Engine) -> None:
        self._tokens = SecretsBook(engine, PROGRAM_TOKENS, PROGRAM_TOKENS.c.owner, _token)

    def make(self, owner: str, terms: TokenTerms) -> tuple[ProgramToken, str]:
        """Return a new token, and what a program is to show, which cannot be had again.

        Raises StoreError where it has no name or would allow nothing.
        """
        name = clean(terms.name)[:LONGEST_NAME].strip()
        if not name:
            raise StoreError("Name the program, so that you know its token again.")
        if not terms.scopes:
            raise StoreError("Choose at least one thing that the program may do.")
        scopes = [scope for scope in Scope if scope in terms.scopes]
        return self._tokens.make(owner, terms.seconds, BEGINNING, name=name, scopes=scopes)

    def of_owner(self, owner: str) -> list[ProgramToken]:
        """Return all tokens of a person, those that no longer hold too; newest first."""
        return self._tokens.of(owner)

    def revoke(self, owner: str, token_id: str) -> None:
        """End a token of that person at once."""
        self._tokens.revoke(owner, token_id)

    def use(self, shown: str) -> ProgramToken | None:
        """Return the token that a program shows, noting that it is in use; None where none holds."""
        asked = select(PROGRAM_TOKENS).where(self._tokens.is_shown(shown), self._tokens.holds())
        for token in self._tokens.find(asked):
            if token.last_used is None or token.last_used < datetime.now(UTC) - USED_AT:
                self._tokens.note_use(PROGRAM_TOKENS.c.id == token.id)
            return token
        return None


def _token(row: Row) -> ProgramToken:
    return ProgramToken(
        owner=row.owner,
        name=row.name,
        scopes=tuple(Scope(scope) for scope in row.scopes),
        **known_of(row),
    )
