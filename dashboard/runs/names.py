"""Ids nobody can guess, and names fit to be shown."""

import secrets
import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 200


def new_id() -> str:
    """Return an id with 128 random bits, fit for addresses and file names; never begins with "-" or "."."""
    while True:
        candidate = secrets.token_urlsafe(16)
        if candidate[0].isalnum():
            return candidate


def shown_name(text: str, otherwise: str) -> str:
    """Return a name without folders or control characters, at most LONGEST_NAME long; never empty."""
    last = PurePosixPath(text.replace("\\", "/")).name
    return (clean(last).strip(".") and clean(last)) or otherwise


def clean(text: str) -> str:
    """Return the text on one line, without control characters or outer spaces."""
    kept = "".join(
        " " if unicodedata.category(sign).startswith("Z") else sign
        for sign in text
        if not unicodedata.category(sign).startswith("C")
    )
    return kept.strip()[:LONGEST_NAME].strip()
