"""What is kept is damaged on disk: each file of a run and of a dataset, and the database."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from dashboard.errors import DamagedError
from dashboard.runs.counts import load_counts
from tests.browser.server import ROOT, Server
from tests.faults.installation import TINY, add_counts, installation
from tests.processes import PATIENCE_SECONDS, wait_for

STARTS = (
    ("-m", "dashboard", "serve"),
    ("-m", "dashboard", "worker"),
    ("app.py",),
    ("-m", "streamlit", "run", "app.py"),
)
REFUSALS = ("cannot be opened", "records are missing", "records is damaged")


@dataclass(frozen=True)
class Damaged:
    """How many files were harmed and found out, and how many starts were refused."""

    files: int
    starts: int
    seconds: float


def damage_everything(seed: int, starts: int = len(STARTS)) -> Damaged:
    """Flip a bit in every file of a run and a dataset, and cut it short; then harm the database.

    Raises AssertionError where harm was not found out, or where it concerned anything else.
    """
    began, random = time.monotonic(), Random(seed)
    with installation() as server:
        store = server.store
        dataset, other = add_counts(server), add_counts(server, days=20)
        broken, well = (store.queue_run(dataset.id, TINY).id for _ in range(2))
        wait_for(lambda: all(run.state.is_final for run in store.runs()))
        counts = store.places.datasets
        files = 0
        for path in sorted(store.run(broken).folder.iterdir()):
            for harm in (flip, cut):
                with harmed(path, harm, random):
                    assert is_found_out(lambda: store.check_run(broken)), path
                    store.check_run(well)
                files += 1
        for path in sorted((counts / dataset.id).iterdir()):
            for harm in (flip, cut):
                with harmed(path, harm, random):
                    assert is_found_out(lambda: load_counts(counts / dataset.id)), path
                    load_counts(counts / other.id)
                files += 1
        store.check_run(broken)
        server.stop()
        refused = sum(
            refuses_to_start(server, harm, command)
            for command in STARTS[:starts]
            for harm in (rubbish, empty, Path.unlink)
        )
    return Damaged(files, refused, time.monotonic() - began)


def flip(path: Path, random: Random) -> None:
    """Flip one bit."""
    content = bytearray(path.read_bytes())
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    path.write_bytes(content)


def cut(path: Path, random: Random) -> None:
    """Let the file end too early."""
    content = path.read_bytes()
    path.write_bytes(content[: random.randrange(len(content))])


@contextmanager
def harmed(path: Path, harm: Callable[[Path, Random], None], random: Random) -> Iterator[None]:
    """Harm a file, and put it back afterwards."""
    sound = path.read_bytes()
    harm(path, random)
    try:
        yield
    finally:
        path.write_bytes(sound)


def is_found_out(ask: Callable[[], object]) -> bool:
    """Whether what is asked for is refused because it is damaged."""
    try:
        ask()
    except DamagedError:
        return True
    return False


def rubbish(path: Path) -> None:
    """Put something else in the place of a database."""
    path.write_bytes(b"rubbish " * 4_000)


def empty(path: Path) -> None:
    """Leave nothing of a database but its name."""
    path.write_bytes(b"")


def refuses_to_start(
    server: Server, harm: Callable[[Path], None], command: tuple[str, ...]
) -> bool:
    """Whether a start on harmed records ends with one sentence, and leaves them as they are."""
    path = server.settings.home / "clickwatch.db"
    with harmed(path, lambda at, _: harm(at), Random()):
        before = path.read_bytes() if path.exists() else None
        ended = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=server.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        after = path.read_bytes() if path.exists() else None
    assert ended.returncode == 2, ended.stderr
    assert any(words in ended.stderr for words in REFUSALS), ended.stderr
    assert "Traceback" not in ended.stderr
    assert after == before, "a new database was made in its place"
    return True
