"""What is logged can be found by its request, and names nobody."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from structlog import get_logger, reset_defaults

from dashboard.runs.logs import configure_logging
from dashboard.ui.request_ids import RequestIdMiddleware


@pytest.fixture(autouse=True)
def logging_on() -> None:
    configure_logging("info")
    yield
    reset_defaults()


def test_an_answer_and_its_lines_have_the_same_id(capsys: pytest.CaptureFixture[str]) -> None:
    async def answer(_: object) -> PlainTextResponse:
        get_logger().info("asked")
        return PlainTextResponse("fine")

    app = Starlette(routes=[Route("/", answer)], middleware=[Middleware(RequestIdMiddleware)])
    ids = [TestClient(app).get("/").headers["x-request-id"] for _ in range(2)]
    lines = capsys.readouterr().err.splitlines()

    assert ids[0] != ids[1]
    assert [f"request={each}" in line for each, line in zip(ids, lines, strict=True)] == [True] * 2


def test_an_error_is_told_by_its_kind_and_place_and_an_id(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def page() -> None:
        from dashboard.ui.problems import show_problem  # noqa: PLC0415 - the page is run by itself

        try:
            {}["ann's own name"]
        except KeyError as error:
            show_problem(error)

    shown = AppTest.from_function(page).run().error[0].value
    (line,) = [each for each in capsys.readouterr().err.splitlines() if "page failed" in each]

    assert "error=KeyError trail=" in line
    assert "own name" not in line + shown
    assert line.split("request=")[1].split()[0] in shown
