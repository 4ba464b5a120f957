"""The cookie: only what this installation has signed is believed; and the key that signs it."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.settings import AppSettings
from dashboard.sharing.installation_key import KEY_FILE, installation_key
from dashboard.sharing.person_cookie import PersonCookie, new_browser
from dashboard.ui.cookies import CookieMiddleware
from dashboard.ui.person import person_cookie

KEY, ANOTHER_KEY = b"k" * 32, b"a" * 32


def test_a_browser_is_known_again_by_its_cookie() -> None:
    cookie, browser = PersonCookie(KEY), new_browser()
    written = cookie.write(browser, secure=False)
    assert cookie.read_header(written.split("; ")[0]) == browser
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(written.split("; "))
    assert "Secure" in cookie.write(browser, secure=True).split("; ")


@pytest.mark.parametrize("value", ["", "browser-me", None, "x.y"])
def test_what_was_not_signed_is_nobody(value: object) -> None:
    assert PersonCookie(KEY).read(value) is None


def test_another_installation_has_another_cookie_and_another_signature() -> None:
    ours, theirs = PersonCookie(KEY), PersonCookie(ANOTHER_KEY)
    value = theirs.write(new_browser(), secure=False).split("; ")[0].split("=", 1)[1]
    assert ours.name != theirs.name
    assert ours.read(value) is None


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    settings = AppSettings(home=tmp_path / "home")
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: installation_key(settings), range(16)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    assert stat.S_IMODE((settings.home / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in settings.home.iterdir()] == [KEY_FILE]


def test_a_key_that_is_set_needs_no_file(tmp_path: Path) -> None:
    settings = AppSettings(home=tmp_path, secret_key="s" * 32)
    assert installation_key(settings) == b"s" * 32
    assert list(tmp_path.iterdir()) == []


def test_a_page_gives_the_cookie_and_later_requests_keep_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLICKWATCH_HOME", str(tmp_path))
    person_cookie.clear()

    async def page(request: Request) -> Response:
        return HTMLResponse(request.state.browser)

    async def data(request: Request) -> Response:
        return PlainTextResponse(request.state.browser)

    app = Starlette(
        routes=[Route("/page", page), Route("/data", data)],
        middleware=[Middleware(CookieMiddleware)],
    )
    with TestClient(app) as client:
        assert "set-cookie" not in client.get("/data").headers
        first = client.get("/page")
        assert "HttpOnly" in first.headers["set-cookie"]
        assert first.headers["cache-control"] == "private, no-cache"
        assert client.get("/data").text == client.get("/page").text == first.text
        assert "set-cookie" not in client.post("/page", headers={"Accept": "text/html"}).headers
    with TestClient(app) as another:
        assert another.get("/page").text != first.text
    person_cookie.clear()
