"""What every answer tells a browser not to do."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

import app as launcher
from dashboard.ui.headers import SecurityHeadersMiddleware, security_headers, shell_scripts

HEADERS = security_headers(["one()"])


def answer(**own: str) -> dict[str, str]:
    route = Route("/", lambda _: PlainTextResponse("fine", headers=own))
    middleware = [Middleware(SecurityHeadersMiddleware, HEADERS)]
    return dict(TestClient(Starlette(routes=[route], middleware=middleware)).get("/").headers)


def test_every_answer_carries_the_headers() -> None:
    assert answer().items() >= HEADERS.items()


def test_an_answer_with_a_policy_of_its_own_keeps_it() -> None:
    own = {"content-security-policy": "sandbox"}
    assert answer(**own).items() >= (HEADERS | own).items()


def test_only_known_scripts_run_inside_a_page() -> None:
    policy = HEADERS["content-security-policy"]
    (scripts,) = [part for part in policy.split("; ") if part.startswith("script-src")]
    assert (
        scripts
        == "script-src 'self' 'unsafe-eval' 'sha256-HR7iaask9daLMRRskMI++QeJtjWDOjyPA6lGzYGzKW4='"
    )
    assert shell_scripts()
    assert SecurityHeadersMiddleware in [each.cls for each in launcher.app._user_middleware]
