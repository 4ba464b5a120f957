"""The names under which people judge: each gives one, and keeps it from visit to visit."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select

from dashboard.runs.names import clean
from dashboard.runs.reviewing import Person
from dashboard.runs.schema import PEOPLE

LONGEST = 60
SIGNS = 4  # of a guest's name, so that two guests can be told apart


@dataclass(frozen=True)
class People:
    """Display names by the id of a person."""

    engine: Engine

    def person(self, person_id: str) -> Person:
        """Return a person by the name that was given; a guest where there was none."""
        query = select(PEOPLE.c.name).where(PEOPLE.c.id == person_id)
        with self.engine.connect() as connection:
            name = connection.scalar(query)
        return Person(person_id, name or f"Guest {pseudonym(person_id)[:SIGNS].upper()}")

    def call(self, person_id: str, name: str) -> Person:
        """Keep a name; an empty one makes a guest again. What was judged before keeps its name."""
        wanted = clean(name)[:LONGEST].strip()
        with self.engine.begin() as connection:
            connection.execute(delete(PEOPLE).where(PEOPLE.c.id == person_id))
            if wanted:
                connection.execute(insert(PEOPLE).values(id=person_id, name=wanted))
        return self.person(person_id)


def pseudonym(person_id: str) -> str:
    """Return what stands for a person where the id must not be shown: it cannot be turned back."""
    return hashlib.sha256(f"clickwatch reviewer {person_id}".encode()).hexdigest()[:16]
