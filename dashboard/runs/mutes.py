"""What is remembered as normal of a dataset: kept, listed, lifted and brought back."""

import time
from dataclasses import dataclass

from sqlalchemy import Engine, Row, Select, insert, select, update

from dashboard.errors import NotFoundError, StoreError
from dashboard.runs.muting import Mute, Normal
from dashboard.runs.names import new_id
from dashboard.runs.reviewing import Person
from dashboard.runs.schema import DATASETS, MUTES
from dashboard.runs.times import moment

LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class Mutes:
    """Mutes hold for every dataset that their owner has made of the same file, and every run on it."""

    engine: Engine

    def of(self, dataset_id: str) -> list[Mute]:
        """Return all mutes of a dataset's file, lifted ones too; oldest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(_of(dataset_id)).all()
        return [_mute(row) for row in rows]

    def add(self, dataset_id: str, normal: Normal, person: Person, note: str = "") -> Mute:
        """Remember something as normal. Raises StoreError for a note that is too long."""
        if len(note) > LONGEST_NOTE:
            raise StoreError(
                f"A note has at most {LONGEST_NOTE:,} characters; this one has {len(note):,}. Shorten it."
            )
        mute_id = new_id()
        row = insert(MUTES).values(
            id=mute_id,
            dataset_id=dataset_id,
            user=normal.user,
            weekday=normal.weekday,
            start=normal.start,
            end=normal.end,
            direction=normal.direction,
            note=note,
            person_id=person.id,
            person_name=person.name,
            made=time.time(),
        )
        with self.engine.begin() as connection:
            connection.execute(row)
        return self._one(dataset_id, mute_id)

    def lift(self, dataset_id: str, mute_id: str, person: Person) -> Mute:
        """Let its findings be heard again. Raises NotFoundError for a mute of another dataset."""
        return self._mark(dataset_id, mute_id, lifted=time.time(), lifted_by=person.name)

    def restore(self, dataset_id: str, mute_id: str) -> Mute:
        """Bring a lifted mute back. Raises NotFoundError for a mute of another dataset."""
        return self._mark(dataset_id, mute_id, lifted=None, lifted_by=None)

    def _mark(self, dataset_id: str, mute_id: str, **values: object) -> Mute:
        self._one(dataset_id, mute_id)
        with self.engine.begin() as connection:
            connection.execute(update(MUTES).where(MUTES.c.id == mute_id).values(**values))
        return self._one(dataset_id, mute_id)

    def _one(self, dataset_id: str, mute_id: str) -> Mute:
        for mute in self.of(dataset_id):
            if mute.id == mute_id:
                return mute
        raise NotFoundError("There is no such mute here. Load the page again.")


def _of(dataset_id: str) -> Select:
    asked = DATASETS.alias("asked")
    same_file = (DATASETS.c.digest == asked.c.digest) & DATASETS.c.owner.is_not_distinct_from(
        asked.c.owner  # another's mutes of equal bytes are none of ours
    )
    return (
        select(MUTES)
        .join(DATASETS, MUTES.c.dataset_id == DATASETS.c.id)
        .join(asked, same_file)
        .where(asked.c.id == dataset_id)
        .order_by(MUTES.c.sequence)
    )


def _mute(row: Row) -> Mute:
    return Mute(
        id=row.id,
        normal=Normal(
            user=row.user,
            weekday=row.weekday,
            start=row.start,
            end=row.end,
            direction=row.direction,
        ),
        note=row.note,
        person=Person(row.person_id, row.person_name),
        made=moment(row.made),
        lifted=moment(row.lifted),
        lifted_by=row.lifted_by,
    )
