"""Whoever asks too often is told to wait, and takes nobody else's turn."""

import time
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from dashboard.runs.store import Store
from dashboard.sharing.person_cookie import new_browser
from dashboard.ui.person import person_cookie
from dashboard.ui.request_limit import RequestLimitMiddleware

MOST = 60


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    while True:
        await socket.send_text(await socket.receive_text())


@pytest.fixture
def client(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:  # noqa: ARG001 - its key signs
    monkeypatch.setenv("CLICKWATCH_REQUESTS_PER_MINUTE", str(MOST))
    routes = [
        Route("/", lambda _: PlainTextResponse("fine")),
        Route("/healthz", lambda _: PlainTextResponse("ok")),
        WebSocketRoute("/stream", echo),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(RequestLimitMiddleware)])
    with TestClient(app) as opened:
        yield opened


def cookie_of(browser: str) -> dict[str, str]:
    return {"cookie": person_cookie().write(browser, secure=False).split(";")[0]}


def test_beyond_the_limit_the_answer_is_a_sentence_and_when_to_try_again(
    client: TestClient,
) -> None:
    answers = [client.get("/") for _ in range(2 * MOST)]
    assert {each.status_code for each in answers[:MOST]} == {200}
    refused = next(each for each in answers if each.status_code != 200)
    assert refused.status_code == 429
    assert refused.json() == {
        "problem": "More than 60 requests came within a minute. Wait a moment, then try again."
    }
    assert int(refused.headers["retry-after"]) > 0
    assert client.get("/healthz").status_code == 200


def test_one_browser_takes_no_turn_of_another(client: TestClient) -> None:
    busy, other = cookie_of(new_browser()), cookie_of(new_browser())
    assert 429 in {client.get("/", headers=busy).status_code for _ in range(2 * MOST)}
    assert client.get("/", headers=other).status_code == 200


def test_a_cookie_of_ones_own_making_gives_no_new_turn(client: TestClient) -> None:
    name = person_cookie().name
    made_up = [{"cookie": f"{name}=browser-{number}.signature"} for number in range(2 * MOST)]
    assert 429 in {client.get("/", headers=each).status_code for each in made_up}


def test_what_an_open_page_sends_waits_and_is_not_lost(client: TestClient) -> None:
    with client.websocket_connect("/stream") as page:
        sent = [str(number) for number in range(MOST + 1)]
        began = time.monotonic()
        for each in sent:
            page.send_text(each)
        assert [page.receive_text() for _ in sent] == sent
    assert (
        time.monotonic() - began > 0.5
    )  # at 60 a minute, two of these 61 and the opening come late
