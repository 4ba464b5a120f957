"""A backup by the command, while a run is trained and reviews are made; then a restore, and a start."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dashboard.runs.records import RunState
from dashboard.runs.reviewing import Person, Stretch, Verdict
from dashboard.runs.reviews import Judgement
from tests.browser.server import ROOT, Server
from tests.faults.installation import TINY, Witness, add_counts, installation
from tests.processes import wait_for
from tests.trainings import LONG

ANN = Person("ann", "Ann")


@dataclass(frozen=True)
class BackedUp:
    """What came back, the size of the file in MB, and the seconds of making it."""

    runs: int
    reviews: int
    megabytes: float
    backup_seconds: float
    seconds: float


def back_up_in_use() -> BackedUp:
    """Back up, restore elsewhere and start there. Raises AssertionError where anything is missing."""
    began = time.monotonic()
    with installation() as server:
        store, folder = server.store, server.settings.home.parent
        dataset = add_counts(server)
        finished = [store.queue_run(dataset.id, TINY).id for _ in range(2)]
        training = store.queue_run(dataset.id, LONG).id
        wait_for(lambda: store.run(training).epoch >= 1)
        witness = Witness(server)
        assert witness.complaints() == []
        with reviewing(server, finished[0]) as made:
            wait_for(lambda: len(made) >= 3)
            before, backup_began = len(made), time.monotonic()
            command(server, "backup", str(folder / "kept.tar"))
            backup_seconds = time.monotonic() - backup_began
        restored = Server(folder / "restored")
        restored.store.close()
        for path in restored.settings.home.glob("clickwatch.db*"):
            path.unlink()  # of the empty store that a Server makes
        command(restored, "restore", str(folder / "kept.tar"))
        try:
            restored.start()
            again = Witness(restored)
            assert again.complaints() == []
            assert again.seen == witness.seen, "a run did not come back as it was"
            reviews = len(restored.store.reviews.verdicts_of(finished[0]).valid)
            assert reviews >= before, "a review that was made before the backup is missing"
            wait_for(lambda: restored.store.run(training).attempt == 2)  # taken up by a new worker
            restored.store.cancel_run(training)
            wait_for(lambda: restored.store.run(training).state is RunState.CANCELLED)
        finally:
            restored.close()
        size = (folder / "kept.tar").stat().st_size / 1e6
    return BackedUp(len(again.seen), reviews, size, backup_seconds, time.monotonic() - began)


@contextmanager
def reviewing(server: Server, run_id: str) -> Iterator[list[int]]:
    """Let somebody judge one user after another; gives the users judged so far."""
    made: list[int] = []
    done = threading.Event()

    def go_on() -> None:
        while not done.wait(0.05):
            user = len(made)
            stretch = Stretch(user, f"u{user}", 3, 3, "2026-03-04", "2026-03-04", "clicks")
            server.store.reviews.judge(run_id, [Judgement(stretch, Verdict.UNSURE, ANN)])
            made.append(user)

    reviewer = threading.Thread(target=go_on)
    reviewer.start()
    try:
        yield made
    finally:
        done.set()
        reviewer.join()


def command(server: Server, *words: str) -> None:
    """Give a command in the environment of a server."""
    program = (sys.executable, "-m", "dashboard", *words)
    subprocess.run(program, cwd=ROOT, env=server.environment, check=True, stdout=subprocess.DEVNULL)
