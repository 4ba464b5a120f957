"""The cookie by which a browser is known again: a random id, signed, so that nobody can be another.

Its name is that of the installation: a browser sends all cookies of a host to each of its ports, and
two servers on one host must not take each other's away.
"""

import hashlib
from http.cookies import CookieError, SimpleCookie

from itsdangerous import BadSignature, URLSafeSerializer

from dashboard.runs.names import new_id

LIFETIME_SECONDS = 400 * 86_400  # the longest that browsers keep a cookie
_PREFIX = "browser-"


class PersonCookie:
    """Reads and writes the cookie of one installation. key: the installation's."""

    def __init__(self, key: bytes) -> None:
        self.name = f"clickwatch_{hashlib.sha256(key).hexdigest()[:8]}"
        self._signer = URLSafeSerializer(key, salt="person")

    def read(self, value: object) -> str | None:
        """Return the browser's id; None for a value that this installation has not signed."""
        if not isinstance(value, str):
            return None
        try:
            found = self._signer.loads(value)
        except BadSignature:
            return None
        return found if isinstance(found, str) and found.startswith(_PREFIX) else None

    def read_header(self, header: str) -> str | None:
        """Return the browser's id from a request's Cookie header."""
        try:
            cookies = SimpleCookie(header)
        except CookieError:
            return None
        return self.read(cookies[self.name].value) if self.name in cookies else None

    def write(self, browser: str, *, secure: bool) -> str:
        """Return the Set-Cookie header that makes a browser known by that id.

        Scripts cannot read it, and other sites' forms and frames do not send it along.
        """
        parts = [
            f"{self.name}={self._signer.dumps(browser)}",
            f"Max-Age={LIFETIME_SECONDS}",
            "Path=/",
            "HttpOnly",
            "SameSite=Lax",
            *(["Secure"] if secure else []),
        ]
        return "; ".join(parts)


def new_browser() -> str:
    """Return an id for a browser that has none yet."""
    return _PREFIX + new_id()
