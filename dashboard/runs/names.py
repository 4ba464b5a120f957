"""Ids nobody can guess, and names fit to be shown."""

import secrets
import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 200


def new_id() -> str:
    """An id with 128 random bits, fit for addresses and file names; never begins with "-" or "."."""
    while True:
        candidate = secrets.token_urlsafe(16)
        if candidate[0].isalnum():
            return candidate


def shown_name(text: str, otherwise: str) -> str:
    """A name without folders or control characters, at most LONGEST_NAME long; never empty."""
    last = PurePosixPath(text.replace("\\", "/")).name
    return clean(last) or otherwise


def clean(text: str) -> str:
    """The text on one line, without control characters or outer spaces."""
    kept = "".join(
        " " if unicodedata.category(sign).startswith("Z") else sign
        for sign in text
        if not unicodedata.category(sign).startswith("C")
    )
    return kept.strip()[:LONGEST_NAME].strip()
