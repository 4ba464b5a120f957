"""What tests of several folders share."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.install import find_browser

os.environ.setdefault("CLICKWATCH_KEEP_READY", "false")  # no test waits for what only saves seconds

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
)


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
