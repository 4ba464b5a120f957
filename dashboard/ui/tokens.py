"""One-time tokens for uploads by command: signed, short-lived, and good for one use."""

import secrets
import threading
import time

from itsdangerous import BadSignature, URLSafeTimedSerializer

LIFETIME_SECONDS = 3_600
_SIGNER = URLSafeTimedSerializer(secrets.token_bytes(32), salt="upload")  # dies with the server
_USED: dict[str, float] = {}
_LOCK = threading.Lock()


def make_token() -> str:
    """Return a token that admits one upload within the next hour."""
    return _SIGNER.dumps(secrets.token_urlsafe(12))


def use_token(token: str) -> bool:
    """Whether the token admits an upload; it does so once."""
    try:
        number = _SIGNER.loads(token, max_age=LIFETIME_SECONDS)
    except BadSignature:
        return False
    now = time.monotonic()
    with _LOCK:
        for old in [key for key, used in _USED.items() if now - used > LIFETIME_SECONDS]:
            del _USED[old]
        if number in _USED:
            return False
        _USED[number] = now
    return True


def is_used(token: str) -> bool:
    """Whether the token has been used or has run out."""
    try:
        number = _SIGNER.loads(token, max_age=LIFETIME_SECONDS)
    except BadSignature:
        return True
    return number in _USED
