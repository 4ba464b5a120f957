"""What files at an address raise, told as sentences: they cannot be reached now, or they refuse."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote

import structlog

from dashboard.errors import AwayError, ClickwatchError, StoreError
from dashboard.runs.space import is_full

PATIENCE_SECONDS = 300.0
LONGEST_PAUSE_SECONDS = 30.0
REFUSALS = {  # as the protocol of S3 has them
    "ACCESS_DENIED": "access is refused",
    "SIGNATURE_DOES_NOT_MATCH": "the key is refused",
    "INVALID_ACCESS_KEY_ID": "the key is refused",
    "INVALID_CLIENT_TOKEN_ID": "the key is refused",
    "NO_SUCH_BUCKET": "there is no such bucket",
}
LOG = structlog.get_logger()
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Words:
    """The sentences on the files at an address. {cause}: why they refuse, or what is missing here."""

    away: str
    refused: str
    not_installed: str


SHARED = Words(
    away="The shared files of this installation cannot be reached in this moment. "
    "Nothing that was kept is lost; try again in a while.",
    refused="The shared files of this installation cannot be used: {cause}. See that "
    "CLICKWATCH_ARTEFACTS is right, and that its key may list, read, write and delete there.",
    not_installed="CLICKWATCH_ARTEFACTS is of a kind that needs a package which is not installed "
    "here: {cause}.",
)


@contextmanager
def telling(words: Words, address: str) -> Iterator[None]:
    """Raise StoreError for what is raised, and AwayError where it may pass by itself.

    What it was stands in the log alone: it may name machines that are nobody's business. What may be
    secret of the address stands nowhere.
    """
    try:
        yield
    except ClickwatchError:
        raise
    except ImportError as error:
        raise StoreError(words.not_installed.format(cause=error.name or error)) from error
    except Exception as error:
        if is_full(error):
            raise
        LOG.warning("files at an address cannot be used", error=_without_secrets(error, address))
        if cause := _refusal(error):
            raise StoreError(words.refused.format(cause=cause)) from error
        raise AwayError(words.away) from error


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


def _without_secrets(error: Exception, address: str) -> str:
    """Return what was raised without the address, nor the user, password and query in it, or parts of them."""
    beyond, _, query = address.partition("://")[2].partition("?")
    pieces = {address, query, *re.split("[:/]", beyond.rpartition("@")[0])}
    told = str(error)
    for secret in sorted(pieces | {unquote(one) for one in pieces}, key=len, reverse=True):
        told = told.replace(secret, "***") if secret else told
    return told


def _refusal(error: Exception) -> str | None:
    """Return why trying again would be in vain; None where it may help."""
    if isinstance(error, PermissionError):
        return "access is refused"
    if isinstance(error, ValueError):
        return "that is no address of files"
    return next((cause for word, cause in REFUSALS.items() if word in str(error)), None)
