"""The secret of one installation: it signs cookies and makes pseudonyms that nobody can undo."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from dashboard.errors import StoreError
from dashboard.runs.unfinished import unfinished
from dashboard.settings import AppSettings

KEY_FILE = "secret.key"
OWNER_ONLY = 0o600


def installation_key(settings: AppSettings) -> bytes:
    """Return the key of the settings, else that of the data home, made when it is first asked for.

    Raises StoreError where it can be neither read nor made.
    """
    if settings.secret_key:
        return settings.secret_key.encode()
    path = settings.home / KEY_FILE
    try:
        if not path.exists():
            _make(path)
        return path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"The secret key {path} cannot be used: {error.strerror or error}. "
            "Let this user read it, or set CLICKWATCH_SECRET_KEY."
        ) from error


def _make(path: Path) -> None:
    """Write a new key whole, for this user alone; of several processes the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), unfinished(path.parent) as folder:  # another may be first
        aside = folder / path.name
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as out:
            out.write(secrets.token_urlsafe(32).encode())
            out.flush()
            os.fsync(out.fileno())
        os.link(aside, path)
