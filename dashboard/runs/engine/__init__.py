"""Where large files are read and very many users judged: in a run's own process, or on a cluster beside it.

Both judge the same parts of the users by the same function; which they are follows from the users' names
alone (`dashboard/detection/partitions.py`). So both give the same figures.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dashboard.data.over import Answer, Over, Task
from dashboard.settings import AppSettings


class Engine(Protocol):
    """What calls a function with many things. elsewhere: `over`; None where that is in this process."""

    elsewhere: Over | None

    def over(self, function: Callable[[Task], Answer], tasks: Iterable[Task]) -> Iterator[Answer]:
        """Yield the answers in the order of the tasks; few of either are in memory at a time.

        Raises what the function raises, and EngineError where it cannot be called.
        """

    def close(self) -> None:
        """Let go of what was held."""


@dataclass(frozen=True)
class Cluster:
    """The address of a Dask scheduler, `dask://host:port`, and what is shown to it, if TLS is used.

    tls: a folder with `ca.pem`, `cert.pem` and `key.pem`.
    """

    address: str
    tls: Path | None = None


def cluster_of(settings: AppSettings) -> Cluster | None:
    """Return the cluster of an installation; None where it has none."""
    return Cluster(settings.engine, settings.engine_tls) if settings.engine else None


def open_engine(cluster: Cluster | None) -> AbstractContextManager[Engine]:
    """Return the engine of a run; None: its own process."""
    if cluster is None:
        from dashboard.runs.engine.local import LocalEngine  # noqa: PLC0415 - one of two is needed

        return closing(LocalEngine())
    from dashboard.runs.engine.dask import DaskEngine  # noqa: PLC0415 - loads Dask

    return closing(DaskEngine(cluster))
