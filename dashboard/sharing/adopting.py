"""Taking over what nobody owns, or whose owner has lost their cookie: for whoever can read the key.

The command line signs a claim with the installation's key; the page that it names asks, and takes over.
"""

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import ColumnElement, Engine, Table, func, or_, select, update

from dashboard.errors import NotFoundError
from dashboard.runs.schema import DATASETS, RUNS

LIFETIME_SECONDS = 600
RUN_OUT = "This address has run out. `python -m dashboard adopt` prints another."


@dataclass(frozen=True)
class Claim:
    """What may be taken over. everybodys: what belongs to others too, not only what is nobody's."""

    everybodys: bool


class Claims:
    """Signs claims and reads them again. key: the installation's."""

    def __init__(self, key: bytes) -> None:
        self._signer = URLSafeTimedSerializer(key, salt="adopt")

    def write(self, claim: Claim) -> str:
        """Return the claim as text fit for an address."""
        return self._signer.dumps(claim.everybodys)

    def read(self, text: str) -> Claim:
        """Return a claim made within the last ten minutes. Raises NotFoundError for anything else."""
        try:
            return Claim(everybodys=bool(self._signer.loads(text, max_age=LIFETIME_SECONDS)))
        except BadSignature as error:
            raise NotFoundError(RUN_OUT) from error


@dataclass(frozen=True)
class Adoption:
    """What a person would take over by a claim."""

    engine: Engine
    claim: Claim
    person: str

    def numbers(self) -> tuple[int, int]:
        """Return how many datasets and runs, deleted ones left out, the person would take over."""
        with self.engine.connect() as connection:
            datasets, runs = (
                connection.scalar(
                    select(func.count())
                    .select_from(table)
                    .where(self._others(table), table.c.deleted.is_(None))
                )
                for table in (DATASETS, RUNS)
            )
        return datasets or 0, runs or 0

    def take(self) -> None:
        """Make them the person's. Links to them hold on."""
        with self.engine.begin() as connection:
            for table in (DATASETS, RUNS):
                change = update(table).where(self._others(table)).values(owner=self.person)
                connection.execute(change)

    def _others(self, table: Table) -> ColumnElement[bool]:
        nobodys = table.c.owner.is_(None)
        return or_(nobodys, table.c.owner != self.person) if self.claim.everybodys else nobodys
