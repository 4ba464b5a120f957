"""Where a digest goes: to a webhook, or by mail."""

import smtplib
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

import httpx

from dashboard.errors import SettingsError
from dashboard.settings import AppSettings
from dashboard.sharing.digest import Digest

PATIENCE_SECONDS = 30
SMTP_PORTS = {"smtp": 587, "smtps": 465}


class DeliveryError(Exception):
    """A digest did not reach its target; it will be tried again."""


class Target(Protocol):
    """Somebody to be told."""

    @property
    def address(self) -> str:
        """What the target was named by."""

    def tell(self, digest: Digest) -> None:
        """Send it. Raises DeliveryError where it did not arrive."""


class Webhook:
    """An address that takes JSON by POST. What was sent before has the same `Idempotency-Key`."""

    def __init__(self, address: str) -> None:
        self.address = address

    def tell(self, digest: Digest) -> None:
        """Send it. Raises DeliveryError for all answers but success; redirections are not followed."""
        headers = {"Idempotency-Key": digest.key}
        try:
            answer = httpx.post(
                self.address, json=digest.as_json(), headers=headers, timeout=PATIENCE_SECONDS
            )
        except httpx.HTTPError as error:
            raise DeliveryError(f"no answer ({type(error).__name__})") from error
        if not answer.is_success:
            raise DeliveryError(f"answered {answer.status_code}")


class Mail:
    """A person, by mail; what was sent before has the same `Message-ID`."""

    def __init__(self, address: str, settings: AppSettings) -> None:
        self.address = address
        self._to = unquote(urlsplit(address).path)
        if not settings.smtp_url or not settings.mail_from:
            raise SettingsError(
                "Mail needs CLICKWATCH_SMTP_URL, such as smtps://user:password@mail.example.org, "
                "and CLICKWATCH_MAIL_FROM."
            )
        self._from = settings.mail_from
        self._server = urlsplit(settings.smtp_url)
        if self._server.scheme not in SMTP_PORTS or not self._server.hostname:
            raise SettingsError("CLICKWATCH_SMTP_URL has to begin with smtp:// or smtps://.")

    def tell(self, digest: Digest) -> None:
        """Send it. Raises DeliveryError where the mail server does not take it."""
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = digest.title, self._from, self._to
        message["Message-ID"] = f"<{digest.key}@clickwatch>"
        message.set_content(digest.text)
        try:
            with self._connected() as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(f"the mail server failed ({type(error).__name__})") from error

    def _connected(self) -> smtplib.SMTP:
        where = self._server
        kind = smtplib.SMTP_SSL if where.scheme == "smtps" else smtplib.SMTP
        server = kind(where.hostname, where.port or SMTP_PORTS[where.scheme], PATIENCE_SECONDS)
        if where.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
        return server


def target_of(address: str, settings: AppSettings) -> Target:
    """Return who is meant by `https://...`, `http://...` or `mailto:...`. Raises SettingsError."""
    parts = urlsplit(address)
    if parts.scheme in {"http", "https"} and parts.hostname:
        return Webhook(address)
    if parts.scheme == "mailto" and "@" in parts.path:
        return Mail(address, settings)
    raise SettingsError(
        f"--to takes https://ADDRESS or mailto:PERSON@EXAMPLE.ORG; received {address!r}."
    )
