"""The store: all datasets and runs of one installation, behind one door."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine

from dashboard.errors import AwayError
from dashboard.runs.allowances import Allowance
from dashboard.runs.database import open_database
from dashboard.runs.datasets import DatasetShelf
from dashboard.runs.engine import Cluster, cluster_of
from dashboard.runs.ledger import RunLedger
from dashboard.runs.mutes import Mutes
from dashboard.runs.people import People
from dashboard.runs.places import Places
from dashboard.runs.queue import Queue
from dashboard.runs.reviews import Reviews
from dashboard.runs.scorings import ScoringLedger
from dashboard.settings import AppSettings


@dataclass(frozen=True)
class Store(DatasetShelf, RunLedger, ScoringLedger):
    """Datasets (`DatasetShelf`), runs (`RunLedger`, `ScoringLedger`); workers use its `queue`.

    Safe to share between threads, and by several processes on one data home.
    """

    engine: Engine
    places: Places
    most_upload_bytes: int
    stale_seconds: float
    allowance: Allowance
    most_training_bytes: int | None
    cluster: Cluster | None

    @classmethod
    def open(cls, settings: AppSettings) -> Self:
        """Open the data home, making what is missing. Raises StoreError where that cannot be."""
        places = Places.of(settings)
        places.create()
        return cls(
            engine=open_database(
                settings.records_url, may_be_new=lambda: not places.hold_anything()
            ),
            places=places,
            most_upload_bytes=settings.max_upload_mb * 1_000_000,
            stale_seconds=settings.stale_seconds,
            allowance=Allowance(settings.owner_waiting_runs, settings.owner_gb),
            most_training_bytes=settings.training_memory_mb * 1_000_000 or None,
            cluster=cluster_of(settings),
        )

    @property
    def queue(self) -> Queue:
        """The queue as workers see it."""
        return Queue(self.engine, self.places, self.stale_seconds)

    @property
    def reviews(self) -> Reviews:
        """What people said of the findings of its runs."""
        return Reviews(self.engine)

    @property
    def mutes(self) -> Mutes:
        """What is remembered as normal of its datasets."""
        return Mutes(self.engine)

    @property
    def people(self) -> People:
        """The names under which people judge."""
        return People(self.engine)

    def check_shared_files(self) -> None:
        """Raise StoreError where shared files refuse. Where they are away, pages say so for so long."""
        if self.places.cache is not None:
            with suppress(AwayError):
                self.places.cache.remote.check()

    def worker_alive(self) -> bool:
        """Whether any worker has been heard of lately; without one, queued runs only wait."""
        return self.queue.worker_alive()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
