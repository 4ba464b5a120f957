"""What people say of findings, as plain immutable records, and what of it stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What is said of a finding. HIDDEN: like one that was judged, and not looked at by itself.

    WITHDRAWN is the entry of the log that takes another one back.
    """

    ANOMALY = "anomaly"
    NORMAL = "normal"
    UNSURE = "unsure"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


class Opinion(StrEnum):
    """What all verdicts on a finding come to."""

    OPEN = "open"
    ANOMALY = "anomaly"
    NORMAL = "normal"
    UNSURE = "unsure"
    DISPUTED = "disputed"
    HIDDEN = "hidden"


SAID = (Verdict.ANOMALY, Verdict.NORMAL, Verdict.UNSURE)


@dataclass(frozen=True)
class Person:
    """Who judges: an id that is never shown, and the name that is."""

    id: str
    name: str


@dataclass(frozen=True)
class Stretch:
    """The time steps of one user that a verdict speaks of: from first to last, both included.

    start, end: the same steps as `Results.label` writes them. feature: that of the highest score.
    """

    user_index: int
    user: str
    first: int
    last: int
    start: str
    end: str
    feature: str

    def meets(self, other: "Stretch") -> bool:
        """Whether both share a time step of one user."""
        same = self.user_index == other.user_index
        return same and self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Review:
    """One entry of the log.

    number: its place among all entries on this user of the run. step: what was done at once.
    withdraws: the sequence of the entry that this one takes back.
    """

    sequence: int
    stretch: Stretch
    verdict: Verdict
    note: str
    person: Person
    made: datetime
    number: int
    step: str
    withdraws: int | None


@dataclass(frozen=True)
class Log:
    """All entries on a run, oldest first."""

    entries: tuple[Review, ...]

    @property
    def valid(self) -> tuple[Review, ...]:
        """Verdicts that nobody has withdrawn, oldest first."""
        withdrawn = {entry.withdraws for entry in self.entries}
        return tuple(
            entry
            for entry in self.entries
            if entry.verdict is not Verdict.WITHDRAWN and entry.sequence not in withdrawn
        )

    def seen(self, user_index: int) -> int:
        """Return the number of the last entry on a user; 0 where there is none."""
        numbers = (e.number for e in self.entries if e.stretch.user_index == user_index)
        return max(numbers, default=0)

    def standing(self, stretches: Sequence[Stretch]) -> list[tuple[Review, ...]]:
        """Return what stands of each stretch: of every person the latest verdict that meets it."""
        by_user: dict[int, list[Review]] = {}
        for entry in self.valid:
            by_user.setdefault(entry.stretch.user_index, []).append(entry)
        return [
            latest_of_each(
                entry for entry in by_user.get(each.user_index, []) if entry.stretch.meets(each)
            )
            for each in stretches
        ]

    def last_step(self, person_id: str) -> tuple[Review, ...]:
        """Return what this person did last and has not withdrawn; nothing where there is none."""
        own = [entry for entry in self.valid if entry.person.id == person_id]
        return tuple(entry for entry in own if entry.step == own[-1].step)


def latest_of_each(entries: Iterable[Review]) -> tuple[Review, ...]:
    """Return the last entry of each person, in the order in which they were made."""
    latest = {entry.person.id: entry for entry in entries}
    return tuple(sorted(latest.values(), key=lambda entry: entry.sequence))


def opinion_of(standing: Iterable[Review]) -> Opinion:
    """Return what the standing verdicts come to: who is unsure leaves it to the others."""
    said = {entry.verdict for entry in standing}
    if {Verdict.ANOMALY, Verdict.NORMAL} <= said:
        return Opinion.DISPUTED
    for verdict in (*SAID, Verdict.HIDDEN):
        if verdict in said:
            return Opinion(verdict.value)
    return Opinion.OPEN
