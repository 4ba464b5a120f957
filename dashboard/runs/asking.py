"""Whether the shared files answer: known within seconds, also where a question to them takes longer."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from threading import Lock

from dashboard.errors import StoreError
from dashboard.runs.remote import Remote

ANSWER_SECONDS = 2.5  # an answer takes a fraction of it, a refusal about as long


class Asking:
    """Asks one address, one question at a time, so that what hangs holds up one thread at most."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._asker = ThreadPoolExecutor(1, "shared-files")
        self._turn = Lock()
        self._asked: Future | None = None

    def answers(self, seconds: float = ANSWER_SECONDS) -> bool:
        """Ask now; a question that has had no answer after so many seconds counts as a refusal."""
        try:
            self._question().result(seconds)
        except (TimeoutError, StoreError):
            return False
        return True

    def _question(self) -> Future:
        with self._turn:
            if self._asked is None or self._asked.done():
                self._asked = self._asker.submit(self._remote.ask)
            return self._asked


@lru_cache(maxsize=4)
def asking(remote: Remote) -> Asking:
    """Return what asks an address, the same for all threads."""
    return Asking(remote)
