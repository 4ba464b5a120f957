"""The engine of several machines: Dask's workers, of which this process is a client.

With the client's end its tasks end too: whoever stops a run's process frees the cluster.
"""

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import lru_cache

from distributed import Client, Future, KilledWorker, wait
from distributed.client import ClosedClientError
from distributed.security import Security

import dashboard
from dashboard.data.over import Answer, Over, Task
from dashboard.errors import EngineError
from dashboard.runs.engine import Cluster

PATIENCE_SECONDS = 30  # for the scheduler, and for the first worker
LOST = (CancelledError, ClosedClientError, OSError)  # how Dask tells that its scheduler has gone
EACH_WAITING = 2  # parts sent for each worker, so that none waits for the next
EACH_AHEAD = 4  # parts for each worker that are sent while the first of them is still being judged


class DaskEngine:
    """Calls functions on the workers of a Dask cluster. It is asked for when there is work."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._client: Client | None = None

    @property
    def elsewhere(self) -> Over:
        """Where what is asked for is done."""
        return self.over

    def over(self, function: Callable[[Task], Answer], tasks: Iterable[Task]) -> Iterator[Answer]:
        """Call it with several tasks at a time.

        The function travels with each, so that a worker that joins, or takes over from one that has
        died, needs nothing else.
        """
        packed = pickle.dumps(function)
        waiting: deque[Future] = deque()
        for task in tasks:
            waiting.append(self._sent(packed, task))
            while waiting and (waiting[0].done() or self._is_far_ahead(waiting)):
                yield self._answer(waiting.popleft())
        while waiting:
            yield self._answer(waiting.popleft())

    def close(self) -> None:
        """Leave the cluster, which drops what it was still asked."""
        if self._client is not None:
            self._client.close(timeout=PATIENCE_SECONDS)

    def _sent(self, packed: bytes, task: object) -> Future:
        with self._may_be_lost() as client:
            return client.submit(_call, dashboard.__version__, packed, task, pure=False)

    def _is_far_ahead(self, waiting: Sequence[Future]) -> bool:
        """Whether nothing more may be sent before the first of them answers.

        Where more may be, return when no more is underway than keeps all workers busy: a slow one
        holds the others up only when they are far ahead of it.
        """
        with self._may_be_lost() as client, client.as_current():
            workers = len(client.nthreads())
            if len(waiting) >= EACH_AHEAD * workers:
                return True
            underway = [future for future in waiting if not future.done()]
            if len(underway) > EACH_WAITING * workers:
                wait(underway, return_when="FIRST_COMPLETED")
            return False

    def _answer(self, future: Future) -> object:
        try:
            return future.result()
        except KilledWorker as error:
            raise EngineError(
                f"The cluster at {self._cluster.address} gave a part of the work up: each worker "
                "that was at it died, most likely for lack of memory. Give its workers more memory, "
                "and start again."
            ) from error
        except LOST as error:
            if future.status == "error":  # what the part itself has raised
                raise
            raise self._lost() from error

    @contextmanager
    def _may_be_lost(self) -> Iterator[Client]:
        """Give the connected client; raise EngineError where the cluster is lost meanwhile."""
        client = self._connected()
        try:
            yield client
        except LOST as error:
            raise self._lost() from error

    def _lost(self) -> EngineError:
        return EngineError(
            f"The cluster at {self._cluster.address} was lost in the middle of the work. "
            "Start again when its scheduler is back."
        )

    def _connected(self) -> Client:
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _connect(self) -> Client:
        address, tls = self._cluster.address.removeprefix("dask://"), self._cluster.tls
        try:
            client = Client(
                f"{'tls' if tls else 'tcp'}://{address}",
                security=tls and _security(self._cluster),
                timeout=PATIENCE_SECONDS,
                set_as_default=False,
                name="clickwatch",
            )
        except (OSError, ValueError) as error:
            raise EngineError(
                f"The scheduler at {self._cluster.address} cannot be reached: {error}. Start it, or "
                "correct CLICKWATCH_ENGINE and CLICKWATCH_ENGINE_TLS."
            ) from error
        try:
            client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
        except TimeoutError as error:
            client.close()
            raise EngineError(
                f"The cluster at {self._cluster.address} has no workers. Start one with `dask worker`."
            ) from error
        return client


def _security(cluster: Cluster) -> Security:
    ca, certificate, key = (str(cluster.tls / f"{name}.pem") for name in ("ca", "cert", "key"))
    return Security(
        tls_ca_file=ca, tls_client_cert=certificate, tls_client_key=key, require_encryption=True
    )


def _call(version: str, packed: bytes, task: Task) -> object:
    """Call a function on a worker."""
    if version != dashboard.__version__:
        raise EngineError(
            f"The run is of version {version}, a worker of the cluster of {dashboard.__version__}. "
            "Bring all machines to the same one."
        )
    return _unpacked(packed)(task)


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> Callable[[Task], object]:
    return pickle.loads(packed)  # noqa: S301 - the run's own, over a connection that it has chosen
