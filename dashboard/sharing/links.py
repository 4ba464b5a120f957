"""Links: whoever holds one may see one run, or one view of it, until it expires or is revoked.

What does not exist, has expired or was revoked is refused by one and the same query.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Engine, Row, Select, insert, select
from sqlalchemy.exc import IntegrityError

from dashboard.errors import NotFoundError
from dashboard.runs.schema import GRANTS, LINKS, RUNS
from dashboard.sharing.secrets_book import Secret, SecretsBook, known_of

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


@dataclass(frozen=True, kw_only=True)
class Link(Secret):
    """A link as its owner sees it. uses: how often its address was opened."""

    run_id: str
    kind: LinkKind
    view: dict | None
    may_review: bool
    masked: bool
    uses: int


class LinkBook:
    """The links of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._links = SecretsBook(engine, LINKS, LINKS.c.run_id, _link)

    def make(self, run_id: str, terms: LinkTerms) -> tuple[Link, str]:
        """Return a new link and its token, which cannot be had again."""
        return self._links.make(
            run_id,
            terms.seconds,
            kind=terms.kind,
            view=terms.view,
            may_review=terms.may_review and terms.kind is LinkKind.RUN,
            masked=terms.masked,
        )

    def of_run(self, run_id: str) -> list[Link]:
        """Return all links to a run, those that no longer hold too; newest first."""
        return self._links.of(run_id)

    def revoke(self, run_id: str, link_id: str) -> None:
        """End a link to that run at once, for everybody who has opened it."""
        self._links.revoke(run_id, link_id)

    def open(
        self,
        token: str,
        browser: str | None = None,
        kinds: Collection[LinkKind] = tuple(LinkKind),
    ) -> Link:
        """Return the link of a token, counting one more use; it stays open to that browser.

        Raises NotFoundError, in the same words whatever the reason; also for another kind.
        """
        asked = select(LINKS).join(RUNS, RUNS.c.id == LINKS.c.run_id)
        link = self._only(
            asked.where(self._links.is_shown(token), LINKS.c.kind.in_(kinds), self._holds())
        )
        self._links.note_use(LINKS.c.id == link.id, uses=LINKS.c.uses + 1)
        if browser is not None:
            self._grant(link.id, browser)
        return link

    def held(self, browser: str, run_id: str) -> list[Link]:
        """Return the links to a run that this browser has opened and that still hold."""
        return self._links.find(self._opened_in(browser).where(LINKS.c.run_id == run_id))

    def held_link(self, browser: str, link_id: str) -> Link:
        """Return one link that this browser has opened and that still holds. Raises NotFoundError."""
        return self._only(self._opened_in(browser).where(LINKS.c.id == link_id))

    def runs_opened(self, browser: str) -> set[str]:
        """Return the ids of the runs that links opened in this browser show as a whole."""
        query = self._opened_in(browser).where(LINKS.c.kind == LinkKind.RUN)
        return {link.run_id for link in self._links.find(query)}

    def note_use(self, links: Sequence[Link]) -> None:
        """Note that what these links show is being looked at."""
        self._links.note_use(LINKS.c.id.in_([link.id for link in links]))

    def _grant(self, link_id: str, browser: str) -> None:
        row = {"link_id": link_id, "browser": browser, "created": time.time()}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(GRANTS).values(row))
        except IntegrityError:
            return  # it had opened the link before

    def _only(self, query: Select) -> Link:
        found = self._links.find(query)
        if not found:
            raise NotFoundError(NO_LINK)
        return found[0]

    def _opened_in(self, browser: str) -> Select:
        joined = LINKS.join(GRANTS, GRANTS.c.link_id == LINKS.c.id).join(
            RUNS, RUNS.c.id == LINKS.c.run_id
        )
        opened = select(LINKS).select_from(joined)
        return opened.where(GRANTS.c.browser == browser, self._holds())

    def _holds(self) -> ColumnElement[bool]:
        """Neither revoked nor expired, to a run that has not been deleted."""
        return self._links.holds() & RUNS.c.deleted.is_(None)


def _link(row: Row) -> Link:
    return Link(
        run_id=row.run_id,
        kind=LinkKind(row.kind),
        view=row.view,
        may_review=row.may_review,
        masked=row.masked,
        uses=row.uses,
        **known_of(row),
    )
