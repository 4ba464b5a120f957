"""Links: whoever holds one may see one run, or one view of it, until it expires or is revoked.

A link is a token of 32 random bytes. Only its SHA-256 is kept, so that whoever reads the records
holds no link. What does not exist, has expired or was revoked is refused by one and the same query.
"""

import hashlib
import secrets
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from dashboard.errors import NotFoundError
from dashboard.runs.names import new_id
from dashboard.runs.schema import GRANTS, LINKS, RUNS
from dashboard.runs.times import moment

TOKEN_BYTES = 32
NO_LINK = "This link opens nothing. It may have expired or been revoked: ask whoever sent it for a new one."


class LinkKind(StrEnum):
    """What a link opens."""

    RUN = "run"  # every page of a run, and its report
    VIEW = "view"  # one view of it, and nothing beside
    REPORT = "report"  # its report alone


@dataclass(frozen=True)
class LinkTerms:
    """What a link is to allow.

    view: of a link to one view, what it shows; plain JSON. may_review: of a link to a run alone.
    seconds: after which it expires; None: never. masked: shows pseudonyms in place of user names.
    """

    kind: LinkKind = LinkKind.RUN
    may_review: bool = False
    masked: bool = False
    seconds: float | None = None
    view: dict | None = None


@dataclass(frozen=True)
class Link:
    """A link as its owner sees it. uses: how often its address was opened."""

    id: str
    run_id: str
    kind: LinkKind
    view: dict | None
    may_review: bool
    masked: bool
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    last_used: datetime | None
    uses: int

    def holds(self, now: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked is None and (self.expires is None or self.expires > now)


class LinkBook:
    """The links of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def make(self, run_id: str, terms: LinkTerms) -> tuple[Link, str]:
        """Return a new link and its token, which cannot be had again."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), time.time()
        row = {
            "id": new_id(),
            "token_hash": fingerprint(token),
            "run_id": run_id,
            "kind": terms.kind,
            "view": terms.view,
            "may_review": terms.may_review and terms.kind is LinkKind.RUN,
            "masked": terms.masked,
            "created": now,
            "expires": None if terms.seconds is None else now + terms.seconds,
        }
        with self._engine.begin() as connection:
            connection.execute(insert(LINKS).values(row))
        return self._one(LINKS.c.id == row["id"]), token

    def of_run(self, run_id: str) -> list[Link]:
        """Return all links to a run, those that no longer hold too; newest first."""
        query = select(LINKS).where(LINKS.c.run_id == run_id).order_by(LINKS.c.created.desc())
        return self._all(query)

    def revoke(self, run_id: str, link_id: str) -> None:
        """End a link to that run at once, for everybody who has opened it."""
        which = (LINKS.c.id == link_id) & (LINKS.c.run_id == run_id) & LINKS.c.revoked.is_(None)
        with self._engine.begin() as connection:
            connection.execute(update(LINKS).where(which).values(revoked=time.time()))

    def open(
        self,
        token: str,
        browser: str | None = None,
        kinds: Collection[LinkKind] = tuple(LinkKind),
    ) -> Link:
        """Return the link of a token, counting one more use; it stays open to that browser.

        Raises NotFoundError, in the same words whatever the reason; also for another kind.
        """
        asked = (LINKS.c.token_hash == fingerprint(token)) & LINKS.c.kind.in_(kinds)
        link = self._one(asked, _holds())
        self._note(LINKS.c.id == link.id, last_used=time.time(), uses=LINKS.c.uses + 1)
        if browser is not None:
            self._grant(link.id, browser)
        return link

    def held(self, browser: str, run_id: str) -> list[Link]:
        """Return the links to a run that this browser has opened and that still hold."""
        return self._all(_opened_in(browser).where(LINKS.c.run_id == run_id))

    def held_link(self, browser: str, link_id: str) -> Link:
        """Return one link that this browser has opened and that still holds. Raises NotFoundError."""
        found = self._all(_opened_in(browser).where(LINKS.c.id == link_id))
        if not found:
            raise NotFoundError(NO_LINK)
        return found[0]

    def runs_opened(self, browser: str) -> set[str]:
        """Return the ids of the runs that links opened in this browser show as a whole."""
        query = _opened_in(browser).where(LINKS.c.kind == LinkKind.RUN)
        return {link.run_id for link in self._all(query)}

    def note_use(self, links: Sequence[Link]) -> None:
        """Note that what these links show is being looked at."""
        self._note(LINKS.c.id.in_([link.id for link in links]), last_used=time.time())

    def _note(self, which: ColumnElement[bool], **values: object) -> None:
        """Change links where that is possible: a full disk keeps nobody from looking."""
        with suppress(OperationalError), self._engine.begin() as connection:
            connection.execute(update(LINKS).where(which).values(**values))

    def _grant(self, link_id: str, browser: str) -> None:
        row = {"link_id": link_id, "browser": browser, "created": time.time()}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(GRANTS).values(row))
        except IntegrityError:
            return  # it had opened the link before

    def _one(self, *which: ColumnElement[bool]) -> Link:
        found = self._all(select(LINKS).join(RUNS, RUNS.c.id == LINKS.c.run_id).where(*which))
        if not found:
            raise NotFoundError(NO_LINK)
        return found[0]

    def _all(self, query: Select) -> list[Link]:
        with self._engine.connect() as connection:
            return [_link(row) for row in connection.execute(query)]


def _opened_in(browser: str) -> Select:
    joined = LINKS.join(GRANTS, GRANTS.c.link_id == LINKS.c.id).join(
        RUNS, RUNS.c.id == LINKS.c.run_id
    )
    return select(LINKS).select_from(joined).where(GRANTS.c.browser == browser, _holds())


def _holds() -> ColumnElement[bool]:
    """Neither revoked nor expired, to a run that has not been deleted."""
    return and_(
        LINKS.c.revoked.is_(None),
        or_(LINKS.c.expires.is_(None), LINKS.c.expires > time.time()),
        RUNS.c.deleted.is_(None),
    )


def fingerprint(token: str) -> str:
    """Return what is kept of a token: it cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _link(row: Row) -> Link:
    return Link(
        id=row.id,
        run_id=row.run_id,
        kind=LinkKind(row.kind),
        view=row.view,
        may_review=row.may_review,
        masked=row.masked,
        created=moment(row.created),
        expires=moment(row.expires),
        revoked=moment(row.revoked),
        last_used=moment(row.last_used),
        uses=row.uses,
    )
