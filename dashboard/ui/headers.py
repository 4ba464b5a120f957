"""What every answer of the server tells a browser not to do."""

import base64
import hashlib
import re
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHELL = Path(st.__file__).parent / "static" / "index.html"  # the page that Streamlit draws into


def security_headers(scripts: list[str]) -> dict[str, str]:
    """Return the headers of every answer; of inline scripts only these run, letter by letter."""
    policy = {
        "default-src": "'self'",
        # Plotly compiles the calls that draw with WebGL
        "script-src": " ".join(["'self'", "'unsafe-eval'", *map(_digest, scripts)]),
        "style-src": "'self' 'unsafe-inline'",  # Streamlit and Plotly write their styles into the page
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "frame-ancestors": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }


def shell_scripts() -> list[str]:
    """Return the scripts inside Streamlit's own page."""
    return re.findall(r"<script>(.*?)</script>", SHELL.read_text("utf-8"), re.DOTALL)


class SecurityHeadersMiddleware:
    """Adds the headers to every answer that does not set its own."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    answered.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _digest(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"
