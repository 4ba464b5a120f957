"""One server and one finished run for all browser tests, and pages that are watched."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, expect

from dashboard.detection.settings import TrainingSettings
from dashboard.runs.records import RunRecord
from tests.browser.counts import HOSTILE, MANY, QUIET, long_csv
from tests.browser.server import Server
from tests.processes import PATIENCE_SECONDS, wait_for
from tests.trainings import LONG

PATIENCE_MS = PATIENCE_SECONDS * 1_000
TINY = TrainingSettings(units=(2,), epochs=2, batch_size=8, validation_share=0.0)
OWNER = "browser-of-the-tests"
PROBE = re.compile(r"/(data|train|anomalies|runs|trust|compare|review|shared|learn|home)/_stcore/")
PAGES = pytest.StashKey[list[Page]]()
Visit = Callable[..., Page]
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of all tests that leave it alive."""
    opened = Server(tmp_path_factory.mktemp("server"))
    try:
        yield opened.start()
    finally:
        opened.close()


@pytest.fixture(scope="session")
def finished_run(server: Server) -> RunRecord:
    """A run over twelve quiet users, of whom u03 has one loud day, and the hostile names."""
    counts = BytesIO(long_csv((*QUIET, *HOSTILE)))
    dataset = server.store.add_dataset(counts, f"{HOSTILE[1]}.csv", owner=OWNER)
    run = server.store.queue_run(dataset.id, TINY)
    wait_for(lambda: server.store.run(run.id).state.is_final)
    return server.store.run(run.id)


@pytest.fixture
def long_run(server: Server) -> Iterator[RunRecord]:
    """A run that would train for many minutes, and that has begun to learn."""
    dataset = server.store.add_dataset(BytesIO(long_csv(MANY)), "clicks.csv", owner=OWNER)
    run = server.store.queue_run(dataset.id, LONG)
    wait_for(lambda: server.store.run(run.id).epoch >= 1)
    yield server.store.run(run.id)
    server.store.cancel_run(run.id)
    wait_for(lambda: server.store.run(run.id).state.is_final)


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest, server: Server) -> Iterator[Visit]:
    """Opens an address in a browser of its own (a context: no cookies, no cache of another).

    It is that of OWNER, unless it is a stranger's. Afterwards no page may have complained, asked for anything but the server of its address, or
    opened a dialog. `outage`: the server is meant to vanish, so complaints about that are allowed.
    """
    contexts, complaints = [], []
    pages = request.node.stash[PAGES] = []

    def open_page(
        address: str,
        width: int = 1_440,
        *,
        outage: bool = False,
        stranger: bool = False,
        touch: bool = False,
    ) -> Page:
        size = {"width": width, "height": 1_000}
        context = browser.new_context(viewport=size, has_touch=touch, is_mobile=touch)
        if not stranger:
            context.add_cookies([owners_cookie(server)])
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        pages.append(page)
        home = "/".join(address.split("/")[:3])
        watch(page, home, complaints, outage=outage)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def owners_cookie(server: Server) -> dict[str, str]:
    """The cookie of whoever owns the runs of these tests."""
    name, value = server.cookie_of(OWNER)
    return {"name": name, "value": value, "url": server.address}


def watch(page: Page, home: str, complaints: list[str], *, outage: bool) -> None:
    """Collect what a page should not do."""
    own = (home, home.replace("http:", "ws:"), "data:", "blob:")

    def asked(url: str) -> None:
        if not url.startswith(own):
            complaints.append(f"asked for {url}")

    def said(message: ConsoleMessage) -> None:
        # Streamlit finds its own place by asking below the page's address first
        seeking = PROBE.search(message.location["url"])
        if message.type in {"error", "warning"} and not seeking and not outage:
            complaints.append(f"{message.type}: {message.text} {message.location['url']}")

    def asks(dialog: Dialog) -> None:
        complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("request", lambda request: asked(request.url))
    page.on("websocket", lambda socket: asked(socket.url))
    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("dialog", asks)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> object:
    """Show the servers' logs and the pages where a test fails."""
    report = yield
    if report.failed and report.when == "call":
        for name, value in item.funcargs.items():
            if isinstance(value, Server):
                report.sections.append((f"log of {name}", value.log[-6_000:]))
        for page in (page for page in item.stash.get(PAGES, []) if not page.is_closed()):
            report.sections.append((page.url, page.locator("body").aria_snapshot()))
    return report
