"""What the shared files raise, told as sentences: they cannot be reached now, or they refuse."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog

from dashboard.errors import AwayError, ClickwatchError, StoreError
from dashboard.runs.space import is_full

PATIENCE_SECONDS = 300.0
LONGEST_PAUSE_SECONDS = 30.0
AWAY = (
    "The shared files of this installation cannot be reached in this moment. "
    "Nothing that was kept is lost; try again in a while."
)
REFUSED = (
    "The shared files of this installation cannot be used: {cause}. See that CLICKWATCH_ARTEFACTS "
    "is right, and that its key may list, read, write and delete there."
)
NOT_INSTALLED = (
    "CLICKWATCH_ARTEFACTS is of a kind that needs a package which is not installed here: {cause}."
)
REFUSALS = {  # as the protocol of S3 has them
    "ACCESS_DENIED": "access is refused",
    "SIGNATURE_DOES_NOT_MATCH": "the key is refused",
    "INVALID_ACCESS_KEY_ID": "the key is refused",
    "INVALID_CLIENT_TOKEN_ID": "the key is refused",
    "NO_SUCH_BUCKET": "there is no such bucket",
}
LOG = structlog.get_logger()
Answer = TypeVar("Answer")


@contextmanager
def telling() -> Iterator[None]:
    """Raise StoreError for what is raised, and AwayError where it may pass by itself.

    What it was stands in the log alone: it may name machines that are nobody's business.
    """
    try:
        yield
    except ClickwatchError:
        raise
    except ImportError as error:
        raise StoreError(NOT_INSTALLED.format(cause=error.name or error)) from error
    except Exception as error:
        if is_full(error):
            raise
        LOG.warning("the shared files cannot be used", error=str(error))
        if cause := _refusal(error):
            raise StoreError(REFUSED.format(cause=cause)) from error
        raise AwayError(AWAY) from error


def patiently(act: Callable[[], Answer]) -> Answer:
    """Do it, again and again for some minutes while the shared files cannot be reached."""
    until, pause = time.monotonic() + PATIENCE_SECONDS, 1.0
    while True:
        try:
            return act()
        except AwayError:
            if time.monotonic() >= until:
                raise
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _refusal(error: Exception) -> str | None:
    """Return why trying again would be in vain; None where it may help."""
    if isinstance(error, PermissionError):
        return "access is refused"
    if isinstance(error, ValueError):
        return "that is no address of files"
    return next((cause for word, cause in REFUSALS.items() if word in str(error)), None)
