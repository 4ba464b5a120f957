"""The table of installed packages and their licences in docs/dependencies.md.

python tests/project/licences.py
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-cluster.lock")
LONGEST = 60  # letters; what is longer is the text of a licence, not its name


def rows() -> list[str]:
    """Return one row of the table for each locked package that belongs on this machine."""
    text = "\n".join((ROOT / lock).read_text("utf-8") for lock in LOCKS)
    pins = sorted(set(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE)))
    return [row for name, version in pins if (row := _row(name, version))]


def _row(name: str, version: str) -> str | None:
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return None  # meant for another machine
    return f"| {name} | {version} | {_licence(found)} |"


def _licence(found) -> str:  # noqa: ANN001 - a message, as importlib has it
    classed = [
        entry.split(" :: ")[-1]
        for entry in found.get_all("Classifier") or []
        if entry.startswith("License ::")
    ]
    written = found.get("License") or ""
    return (
        found.get("License-Expression")
        or ", ".join(classed)
        or (written if 0 < len(written) <= LONGEST else "not declared; see its project")
    )


if __name__ == "__main__":
    sys.stdout.write("\n".join(rows()) + "\n")
