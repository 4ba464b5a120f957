"""One-time tokens for uploads by command: short-lived, good for one use, and of one owner."""

import secrets
import threading
import time

LIFETIME_SECONDS = 3_600
_ISSUED: dict[str, tuple[str, float]] = {}  # token -> owner, and when; dies with the server
_LOCK = threading.Lock()


def make_token(owner: str) -> str:
    """Return a token that admits one upload within the next hour; the dataset is then that owner's."""
    token = secrets.token_urlsafe(32)
    with _LOCK:
        for old in [one for one in _ISSUED if _is_old(one)]:
            del _ISSUED[old]
        _ISSUED[token] = owner, time.monotonic()
    return token


def use_token(token: str) -> str | None:
    """Return for whom the token admits an upload, which it does once; None where it does not."""
    with _LOCK:
        if is_used(token):
            return None
        return _ISSUED.pop(token)[0]


def is_used(token: str) -> bool:
    """Whether the token has been used, has run out, or was never given."""
    return _is_old(token)


def _is_old(token: str) -> bool:
    _, made = _ISSUED.get(token, ("", -LIFETIME_SECONDS))
    return time.monotonic() - made > LIFETIME_SECONDS
