"""What tests of several folders share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.browser.install import find_browser
from tests.postgres.install import NEEDED, find_postgres
from tests.postgres.server import Postgres
from tests.runs.s3_server import ENVIRONMENT, S3Server

os.environ.setdefault("CLICKWATCH_KEEP_READY", "false")  # no test waits for what only saves seconds

# a busy machine is slow, and what is made for a test serves all its examples
settings.register_profile(
    "calm",
    settings(),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("calm")

LONGEST_FIRST = (
    "browser", "pages", "faults", "postgres", "runs", "detection", "cli", "api", "sharing",
)  # fmt: skip
MADE_ONCE = ("browser", "pages")  # whose tests share a server, or runs that a worker has trained

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
)


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A folder for files that several machines share."""
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for each module: an open one would keep other modules from asyncio."""
    path = find_browser()
    if path is None:
        pytest.fail("No Chromium was found. `python tests/browser/install.py` gets one.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One Postgres for all tests of a process that leave it alive."""
    if find_postgres() is None:
        pytest.fail(NEEDED)
    server = Postgres()
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """An object store, and its key in the environment, for the tests of a process."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        server = S3Server()
        yield server
        server.close()


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str | None:
    """Where the records of a test are: None for SQLite in its data home, as is usual."""
    kind = getattr(request, "param", "sqlite")
    return None if kind == "sqlite" else request.getfixturevalue("postgres").new_schema()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process waits for it in the end."""
    places = {folder: place for place, folder in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.parent.name, len(places)))


class ByFolderOrModule(LoadScopeScheduling):
    """Has one process do all tests that share something, so that it is made once."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.split("::", maxsplit=1)[0]
        folder = Path(module).parent.name
        return folder if folder in MADE_ONCE else module


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFolderOrModule:
    return ByFolderOrModule(config, log)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Do what has the mark, and has records, with both kinds of database."""
    if "database_url" in metafunc.fixturenames and metafunc.definition.get_closest_marker(
        "both_databases"
    ):
        metafunc.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
