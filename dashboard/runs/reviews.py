"""The log of verdicts: several people write to it at once, and nobody overwrites another unseen."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, Insert, Row, func, insert, select
from sqlalchemy.exc import IntegrityError

from dashboard.errors import ChangedError, StoreError
from dashboard.runs.names import new_id
from dashboard.runs.reviewing import Log, Person, Review, Stretch, Verdict
from dashboard.runs.schema import REVIEWS
from dashboard.runs.times import moment

LONGEST_NOTE = 2_000
ATTEMPTS = 20  # where others write in the same moment
WORDS = {
    Verdict.ANOMALY: "judged this an anomaly",
    Verdict.NORMAL: "judged this normal",
    Verdict.UNSURE: "was unsure about this",
    Verdict.HIDDEN: "hid this with others like it",
    Verdict.WITHDRAWN: "withdrew a verdict on this",
}


@dataclass(frozen=True)
class Judgement:
    """A verdict to be kept. seen: `Log.seen` of that user when the person looked.

    made: seconds since 1970; None: now.
    """

    stretch: Stretch
    verdict: Verdict
    person: Person
    note: str = ""
    seen: int = 0
    made: float | None = None


@dataclass(frozen=True)
class Reviews:
    """What people said of the findings of all runs. Safe to share between threads and processes."""

    engine: Engine

    def verdicts_of(self, run_id: str) -> Log:
        """Return the log of a run."""
        with self.engine.connect() as connection:
            return _log_of(connection, run_id)

    def judge(self, run_id: str, judgements: Sequence[Judgement]) -> None:
        """Keep verdicts as one step: all of them, or none. What the same person has said already is kept once.

        Raises ChangedError where somebody judged one of the stretches after it was last seen, and
        StoreError for a note that is too long.
        """
        for judgement in judgements:
            _check_note(judgement.note)
        step = new_id()

        def keep(connection: Connection) -> None:
            for judgement in judgements:
                # The number is read first: who writes between the check and the row takes it.
                number = _next_number(connection, run_id, judgement)
                newer = _newer(connection, run_id, judgement, step)
                if newer is None:
                    connection.execute(_row(run_id, judgement, number, step))
                elif not _says_the_same(newer, judgement):
                    raise ChangedError(_told(newer, judgement))

        self._attempt(keep)

    def withdraw_last(self, run_id: str, person: Person) -> tuple[Review, ...]:
        """Take back what this person did last in a run; returns it, nothing where there is none."""
        taken: tuple[Review, ...] = ()
        step = new_id()

        def take_back(connection: Connection) -> None:
            nonlocal taken
            log = _log_of(connection, run_id)
            taken = log.last_step(person.id)
            for review in taken:
                seen = log.seen(review.stretch.user_index)
                back = Judgement(review.stretch, Verdict.WITHDRAWN, person, seen=seen)
                number = _next_number(connection, run_id, back)
                row = _row(run_id, back, number, step).values(withdraws=review.sequence)
                connection.execute(row)

        self._attempt(take_back)
        return taken

    def _attempt(self, write: Callable[[Connection], None]) -> None:
        """Write, and again from the start where another took the same number in that moment."""
        for attempt in range(ATTEMPTS):
            try:
                with self.engine.begin() as connection:
                    write(connection)
            except IntegrityError:
                time.sleep(0.005 * attempt)
            else:
                return
        raise StoreError("Too many people are judging in this moment. Try again.")


def _check_note(note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise StoreError(
            f"A note has at most {LONGEST_NOTE:,} characters; this one has {len(note):,}. Shorten it."
        )


def _next_number(connection: Connection, run_id: str, judgement: Judgement) -> int:
    of_user = _of_user(run_id, judgement.stretch.user_index)
    return (connection.scalar(select(func.max(REVIEWS.c.number)).where(of_user)) or 0) + 1


def _newer(connection: Connection, run_id: str, judgement: Judgement, step: str) -> Review | None:
    """Return the last that was said of a stretch, or a part of it, since the person looked."""
    meeting = (
        select(REVIEWS)
        .where(_of_user(run_id, judgement.stretch.user_index))
        .where(REVIEWS.c.number > judgement.seen, REVIEWS.c.step != step)
        .where(REVIEWS.c.first <= judgement.stretch.last)
        .where(REVIEWS.c.last >= judgement.stretch.first)
        .order_by(REVIEWS.c.number.desc())
        .limit(1)
    )
    newer = connection.execute(meeting).one_or_none()
    return None if newer is None else _review(newer)


def _says_the_same(newer: Review, judgement: Judgement) -> bool:
    """Whether a verdict was kept already, such as by a key that was pressed twice."""
    said = (newer.person.id, newer.stretch, newer.verdict)
    says = (judgement.person.id, judgement.stretch, judgement.verdict)
    return said == says and judgement.note in {"", newer.note}


def _told(newer: Review, judgement: Judgement) -> str:
    mine = newer.person.id == judgement.person.id
    who = "You, in another window," if mine else newer.person.name
    note = f" and noted “{newer.note}”" if newer.note else ""
    return (
        f"{who} {WORDS[newer.verdict]} at {newer.made:%H:%M} UTC{note}, after you had opened it. "
        f"Your verdict, {judgement.verdict}, was not kept: look again, and decide."
    )


def _row(run_id: str, judgement: Judgement, number: int, step: str) -> Insert:
    stretch = judgement.stretch
    return insert(REVIEWS).values(
        run_id=run_id,
        user_index=stretch.user_index,
        user=stretch.user,
        first=stretch.first,
        last=stretch.last,
        start=stretch.start,
        end=stretch.end,
        feature=stretch.feature,
        verdict=judgement.verdict.value,
        note=judgement.note,
        person_id=judgement.person.id,
        person_name=judgement.person.name,
        made=time.time() if judgement.made is None else judgement.made,
        number=number,
        on_top_of=judgement.seen,
        step=step,
    )


def _of_user(run_id: str, user_index: int) -> ColumnElement[bool]:
    return (REVIEWS.c.run_id == run_id) & (REVIEWS.c.user_index == user_index)


def _log_of(connection: Connection, run_id: str) -> Log:
    query = select(REVIEWS).where(REVIEWS.c.run_id == run_id).order_by(REVIEWS.c.sequence)
    return Log(tuple(_review(row) for row in connection.execute(query)))


def _review(row: Row) -> Review:
    return Review(
        sequence=row.sequence,
        stretch=Stretch(
            user_index=row.user_index,
            user=row.user,
            first=row.first,
            last=row.last,
            start=row.start,
            end=row.end,
            feature=row.feature,
        ),
        verdict=Verdict(row.verdict),
        note=row.note,
        person=Person(row.person_id, row.person_name),
        made=moment(row.made),
        number=row.number,
        step=row.step,
        withdraws=row.withdraws,
    )
