"""One-time tokens for uploads by command: short-lived, good for one use, and of one owner.

They are with the records, so that whichever server the command reaches knows them.
"""

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, delete, insert, select
from sqlalchemy.exc import OperationalError

from dashboard.runs.clock import now
from dashboard.runs.schema import UPLOAD_TOKENS
from dashboard.sharing.secrets_book import fingerprint, new_secret

LIFETIME_SECONDS = 3_600


@dataclass(frozen=True)
class UploadTokens:
    """The tokens of one store."""

    engine: Engine

    def make(self, owner: str) -> str:
        """Return a token that admits one upload within the next hour; the dataset is then that owner's.

        On a full disk it admits none, as nothing could be uploaded.
        """
        token = new_secret()
        row = {"token_hash": fingerprint(token), "owner": owner, "made": now()}
        with suppress(OperationalError), self.engine.begin() as connection:
            connection.execute(delete(UPLOAD_TOKENS).where(~_holds()))
            connection.execute(insert(UPLOAD_TOKENS).values(row))
        return token

    def use(self, token: str) -> str | None:
        """Return for whom the token admits an upload, which it does once; None where it does not."""
        taken = delete(UPLOAD_TOKENS).where(_is(token), _holds()).returning(UPLOAD_TOKENS.c.owner)
        with self.engine.begin() as connection:
            return connection.scalar(taken)

    def is_used(self, token: str) -> bool:
        """Whether the token has been used, has run out, or was never given."""
        kept = select(UPLOAD_TOKENS.c.owner).where(_is(token), _holds())
        with self.engine.connect() as connection:
            return connection.scalar(kept) is None


def _is(token: str) -> ColumnElement[bool]:
    return UPLOAD_TOKENS.c.token_hash == fingerprint(token)


def _holds() -> ColumnElement[bool]:
    return UPLOAD_TOKENS.c.made > now() - LIFETIME_SECONDS
