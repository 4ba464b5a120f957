"""The real server, in a process of its own, on a free port and an empty data home."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import psutil

from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.runs.store import Store
from dashboard.settings import AppSettings
from dashboard.sharing.installation_key import installation_key
from dashboard.sharing.person_cookie import PersonCookie
from tests.processes import PATIENCE_SECONDS, training_process, wait_for

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "dashboard", "serve")


class Server:
    """A server that can be started, killed and started again on the same address and data."""

    def __init__(
        self,
        folder: Path,
        command: Sequence[str] = COMMAND,
        *,
        shares: "Server | None" = None,
        root: Path = ROOT,
        **settings: object,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        home = shares.settings.home if shares else folder / "home"
        self.settings = AppSettings(home=home, port=free_port(), stale_seconds=3, **settings)
        self.address = f"http://127.0.0.1:{self.settings.port}"
        self.store = Store.open(self.settings)
        self.further_environment: dict[str, str] = {}
        self._command, self._root = command, root
        self._log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        """Start it, and wait until it answers."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=self._root,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        wait_for(lambda: self.answers("/healthz"))
        return self

    @property
    def environment(self) -> dict[str, str]:
        """Of its processes: the settings that they share."""
        return (
            os.environ
            | self.settings.environment()
            | {"STREAMLIT_SERVER_PORT": str(self.settings.port)}
            | self.further_environment
        )

    def answers(self, path: str) -> bool:
        """Whether an address is answered with success."""
        assert self.process is None or self.process.poll() is None, "the server has ended"
        try:
            return httpx.get(self.address + path, timeout=PATIENCE_SECONDS).is_success
        except httpx.TransportError:
            return False

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        """End it; returns its exit code."""
        assert self.process is not None
        self.process.send_signal(signal_number)
        return self.process.wait(PATIENCE_SECONDS)

    def close(self) -> None:
        """End it where it still lives, and let go of its data."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
        self.store.close()

    @property
    def log(self) -> str:
        """All that it has said."""
        return self._log.read_text("utf-8", "replace") if self._log.exists() else ""

    @property
    def worker(self) -> psutil.Process:
        """Its worker: the only child of its own."""
        assert self.process is not None
        return next(
            each
            for each in psutil.Process(self.process.pid).children()
            if "worker" in each.cmdline()
        )

    @property
    def training(self) -> psutil.Process:
        """The process that trains now."""
        return training_process(self.worker.pid)

    def family(self) -> list[psutil.Process]:
        """Every process that it has started, and those have started."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def cookie_of(self, person: str) -> tuple[str, str]:
        """The name and value of the cookie by which it knows a browser as that person."""
        cookie = PersonCookie(installation_key(self.settings))
        value = cookie.write(person, secure=False).split("; ")[0].split("=", 1)[1]
        return cookie.name, value

    def dataset_of(self, address: str) -> DatasetRecord:
        """The dataset that a page's address names."""
        return self.store.dataset(httpx.URL(address).params["dataset"])

    def run_of(self, address: str) -> RunRecord:
        """The run that a page's address names."""
        return self.store.run(httpx.URL(address).params["run"])


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
