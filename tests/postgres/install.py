"""Makes sure that a Postgres server can be started for the tests, or fails saying how to get one.

Tried in turn: programs that are there, Debian's package.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

DEBIANS = Path("/usr/lib/postgresql")  # a folder for each version, none of them on the path
NEEDED = (
    "No Postgres could be found or installed. Install the package `postgresql`, "
    "or put `initdb` and `postgres` on the path, then `make test` again."
)


def find_postgres() -> Path | None:
    """The folder of `initdb` and `postgres`, or None."""
    on_the_path = shutil.which("initdb")
    versions = sorted(DEBIANS.glob("*/bin"), key=lambda path: float(path.parent.name))
    folders = [*reversed(versions), *([Path(on_the_path).parent] if on_the_path else [])]
    return next((folder for folder in folders if _has_both(folder)), None)


def _has_both(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("initdb", "postgres"))


def _run(*command: str) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, check=False).returncode == 0


def install_postgres() -> None:
    """Installs Debian's package where apt can."""
    if not shutil.which("apt-get"):
        return
    sudo = () if os.geteuid() == 0 else ("sudo", "--non-interactive")
    _run(*sudo, "apt-get", "update", "-qq")
    _run(*sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql")


def main() -> int:
    """Exit code 0 when a Postgres is there at the end."""
    if not find_postgres():
        sys.stderr.write("No Postgres found; installing one for the tests of its records.\n")
        install_postgres()
    if found := find_postgres():
        sys.stderr.write(f"Tests of records in a Postgres use {found}\n")
        return 0
    sys.stderr.write(f"{NEEDED}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
