"""A real Postgres on loopback: one server for a session of tests, a schema for each of them."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg

from tests.postgres.install import NEEDED, find_postgres
from tests.processes import wait_for

USER, PASSWORD = "clickwatch", secrets.token_hex(8)
# Linux ends it with the process that started it, however that ends
WITH_THE_TESTS = ("setpriv", "--pdeathsig", "QUIT") if shutil.which("setpriv") else ()
QUICK = (  # what is written need not outlive the machine
    *("-c", "fsync=off"),
    *("-c", "synchronous_commit=off"),
    *("-c", "full_page_writes=off"),
    *("-c", "max_connections=300"),
    *("-c", "unix_socket_directories="),
)


class Postgres:
    """A server that can be stopped and started again on the same port and data."""

    def __init__(self) -> None:
        programs = find_postgres()
        if programs is None:
            raise FileNotFoundError(NEEDED)
        self._programs = programs
        # Postgres refuses to be root's; its user has to reach the folder, unlike those of pytest
        self._user = "postgres" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self.port = _free_port()
        self._process: subprocess.Popen | None = None
        if self._user:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, -1)
        self._make()

    def _make(self) -> None:
        password_file = self.folder / "password"
        password_file.write_text(PASSWORD, "utf-8")
        password_file.chmod(0o644)  # of a server that lives as long as its tests
        options = ("--auth=scram-sha-256", "--no-sync", "--no-locale", "--encoding=UTF8")
        self._run("initdb", *options, f"--username={USER}", f"--pwfile={password_file}")

    def _run(self, program: str, *options: str) -> None:
        done = subprocess.run(
            [self._programs / program, "-D", self.folder / "data", *options],
            user=self._user,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> "Postgres":
        """Start it, and wait until it takes connections."""
        with (self.folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *WITH_THE_TESTS,
                    self._programs / "postgres",
                    *("-D", self.folder / "data", "-p", str(self.port), "-h", "127.0.0.1"),
                    *QUICK,
                ],
                user=self._user,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(self._answers)
        return self

    def stop(self, how: int = signal.SIGINT) -> None:
        """End it and all connections to it."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """End it for good, and leave nothing of it."""
        self.stop(signal.SIGQUIT)  # at once: nothing of it is needed any more
        shutil.rmtree(self.folder)

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/postgres"

    def new_schema(self) -> str:
        """The address of a new schema: as good as a database of its own, and quicker made."""
        name = f"s{secrets.token_hex(8)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{self.url}?options=-csearch_path%3D{name}"

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "log.txt").read_text("utf-8")
        try:
            psycopg.connect(self.url).close()
        except psycopg.OperationalError:
            return False
        return True


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
