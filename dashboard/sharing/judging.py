"""Verdicts and mutes of one run, as one visitor may see and give them.

To whoever sees pseudonyms, verdicts and mutes name users by them too; what is kept names the true
user, whoever judged. Notes are shown as they were written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dashboard.errors import StoreError
from dashboard.runs.mutes import Mutes
from dashboard.runs.muting import Mute, Normal
from dashboard.runs.reviewing import Log, Person, Review
from dashboard.runs.reviews import Judgement, Reviews
from dashboard.sharing.access import Access

UNKNOWN_USER = "another user"  # of a mute that speaks of somebody whom this run does not have
LOOK_ONLY = "This run was shared with you to look at. Ask its owner for a link to view and review."


@dataclass(frozen=True)
class Judging:
    """The reviews of a run behind the door.

    find_names: returns of each user the pseudonym; asked only where names are masked. Everything that
    changes something raises StoreError where the visitor may only look.
    """

    access: Access
    dataset_id: str
    find_names: Callable[[], dict[str, str]]
    kept_reviews: Reviews
    kept_mutes: Mutes

    @cached_property
    def _names(self) -> dict[str, str]:
        return self.find_names()

    def log(self) -> Log:
        """Return the log of verdicts."""
        log = self.kept_reviews.verdicts_of(self.access.run_id)
        if not self.access.masked:
            return log
        return Log(tuple(self._told(entry) for entry in log.entries))

    def judge(self, judgements: Sequence[Judgement]) -> None:
        """Keep verdicts as one step; see `Reviews.judge`."""
        self._check()
        true = [
            replace(one, stretch=replace(one.stretch, user=self._true(one.stretch.user)))
            for one in judgements
        ]
        self.kept_reviews.judge(self.access.run_id, true)

    def withdraw_last(self, person: Person) -> tuple[Review, ...]:
        """Take back what this person did last; see `Reviews.withdraw_last`."""
        self._check()
        taken = self.kept_reviews.withdraw_last(self.access.run_id, person)
        return tuple(self._told(entry) for entry in taken)

    def mutes(self) -> list[Mute]:
        """Return what is remembered as normal, lifted mutes too; oldest first."""
        return [self._told_mute(mute) for mute in self.kept_mutes.of(self.dataset_id)]

    def mute(self, normal: Normal, person: Person, note: str = "") -> Mute:
        """Remember something as normal, in this run and in others on the same data."""
        self._check()
        true = normal if normal.user is None else replace(normal, user=self._true(normal.user))
        return self._told_mute(self.kept_mutes.add(self.dataset_id, true, person, note))

    def lift(self, mute_id: str, person: Person) -> Mute:
        """Let what a mute silences be heard again."""
        self._check()
        return self._told_mute(self.kept_mutes.lift(self.dataset_id, mute_id, person))

    def restore(self, mute_id: str) -> Mute:
        """Bring a lifted mute back."""
        self._check()
        return self._told_mute(self.kept_mutes.restore(self.dataset_id, mute_id))

    def _check(self) -> None:
        if not self.access.may_review:
            raise StoreError(LOOK_ONLY)

    def _told(self, entry: Review) -> Review:
        return replace(entry, stretch=replace(entry.stretch, user=self._shown(entry.stretch.user)))

    def _told_mute(self, mute: Mute) -> Mute:
        if mute.normal.user is None:
            return mute
        return replace(mute, normal=replace(mute.normal, user=self._shown(mute.normal.user)))

    def _shown(self, user: str) -> str:
        return self._names.get(user, UNKNOWN_USER) if self.access.masked else user

    def _true(self, user: str) -> str:
        if not self.access.masked:
            return user
        return next((true for true, shown in self._names.items() if shown == user), user)


@dataclass(frozen=True)
class GuardedReviews:
    """The reviews of all runs, as `Reviews` gives them, each asked for at the door. judging: of a run."""

    judging: Callable[[str], Judging]

    def verdicts_of(self, run_id: str) -> Log:
        """Return the log of a run."""
        return self.judging(run_id).log()

    def judge(self, run_id: str, judgements: Sequence[Judgement]) -> None:
        """Keep verdicts as one step."""
        self.judging(run_id).judge(judgements)

    def withdraw_last(self, run_id: str, person: Person) -> tuple[Review, ...]:
        """Take back what this person did last in a run."""
        return self.judging(run_id).withdraw_last(person)
