"""What is done once an hour so that nothing piles up, by each worker, and by servers that have none beside them."""

import threading

import structlog
from sqlalchemy.exc import SQLAlchemyError

from dashboard.errors import StoreError
from dashboard.runs.purge import purge
from dashboard.runs.store import Store
from dashboard.runs.sweep import sweep

TIDY_SECONDS = 3_600
LOG = structlog.get_logger()


def tidy(store: Store) -> None:
    """Remove what unfinished work has left, and what was deleted long ago; shared files another time where they refuse."""
    sweep(store.places)
    try:
        purge(store.engine, store.places)
    except StoreError as error:
        LOG.warning("what was deleted could not be removed", error=str(error))


def keep_tidy(store: Store, ended: threading.Event) -> None:
    """Do so every hour until the end."""
    while not ended.wait(TIDY_SECONDS):
        try:
            tidy(store)
        except SQLAlchemyError as error:
            LOG.warning("the records cannot be used", error=str(getattr(error, "orig", error)))
