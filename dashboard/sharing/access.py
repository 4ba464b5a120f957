"""Who looks, and what they may see of a run."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Visitor:
    """Who looks: `person` owns datasets and runs, `browser` keeps the links that were opened in it.

    Both are the same where nobody has signed in. Neither is ever shown in full.
    """

    person: str
    browser: str


@dataclass(frozen=True)
class Sight:
    """What is to be seen of a run; what is kept of a run is kept apart for each."""

    run_id: str
    masked: bool


@dataclass(frozen=True)
class Access:
    """The right of one visitor to one run.

    may_review: may say what a finding is. masked: sees pseudonyms in place of user names.
    until: when the right ends; None: not by itself.
    """

    run_id: str
    is_owner: bool
    may_review: bool
    masked: bool
    until: datetime | None

    @property
    def sight(self) -> Sight:
        """Return what the visitor sees."""
        return Sight(self.run_id, self.masked)


def owners_access(run_id: str) -> Access:
    """Return the right of a run's owner: everything, for good."""
    return Access(run_id, is_owner=True, may_review=True, masked=False, until=None)
