"""Makes sure that a Chromium can be found for the browser tests, or fails saying how to get one.

Tried in turn: a browser that is there, Debian's package, Playwright's own download.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """The path of a Chromium that can be started, or None."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return _playwright_browser()


def _playwright_browser() -> str | None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow, seldom needed

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def _run(*command: str) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, check=False).returncode == 0


def install_browser() -> None:
    """Installs Debian's chromium where apt can, else Playwright's own."""
    if shutil.which("apt-get"):
        sudo = () if os.geteuid() == 0 else ("sudo", "--non-interactive")
        if _run(*sudo, "apt-get", "update", "-qq") and _run(
            *sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"
        ):
            return
    _run(sys.executable, "-m", "playwright", "install", "chromium")


def main() -> int:
    """Exit code 0 when a browser is there at the end."""
    if not find_browser():
        sys.stderr.write("No Chromium found; installing one for the browser tests.\n")
        install_browser()
    if found := find_browser():
        sys.stderr.write(f"Browser tests use {found}\n")
        return 0
    sys.stderr.write(
        "No Chromium could be found or installed. Install the package `chromium`, "
        "or run `playwright install chromium`, then `make test` again.\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
