"""The disk fills, a small real one: while a file is taken in, a run is trained and kept, and exported.

The disk is a tmpfs that only this process and its children see, and that ends with them.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil

from dashboard.errors import StoreError
from dashboard.runs.copying import Wanted
from dashboard.runs.records import RunState
from dashboard.runs.results import Results
from dashboard.runs.space import NO_SPACE, is_full
from dashboard.runs.unfinished import temporary_files_in
from dashboard.runs.views import Query
from dashboard.sharing.links import LinkBook, LinkKind, LinkTerms
from tests.browser.counts import long_csv
from tests.browser.server import ROOT, Server
from tests.faults.installation import OWNER, TINY, Witness, add_counts
from tests.processes import PATIENCE_SECONDS, wait_for
from tests.trainings import SOME_SECONDS

DISK_MB = 96
ALONE = ("unshare", "--map-root-user", "--mount", sys.executable, "-m", "tests.faults.disk")
BASELINE = ("--model", "robust-z")


@dataclass(frozen=True)
class Filled:
    """What was told where there was no room, step by step."""

    told: dict[str, str]
    seconds: float


def fill_the_disk() -> Filled:
    """Go through all steps on a full disk. Raises CalledProcessError where one of them went wrong."""
    began = time.monotonic()
    told = subprocess.run(ALONE, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    return Filled(json.loads(told), time.monotonic() - began)


def main() -> None:
    """Mount the disk, go through the steps and print what was told."""
    with TemporaryDirectory(prefix="faults-") as folder:
        mount = ("mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", folder)
        subprocess.run(mount, check=True)
        server = Server(Path(folder))
        try:
            sys.stdout.write(json.dumps(go_through(server.start(), Path(folder))))
        except BaseException:
            sys.stderr.write(server.log[-6_000:])
            raise
        finally:
            server.close()
            subprocess.run(("umount", "--lazy", folder), check=True)


def go_through(server: Server, disk: Path) -> dict[str, str]:
    """Finish a run, fill the disk while another is trained, and make room again."""
    store, witness, told = server.store, Witness(server), {}
    small, filler = disk / "small.csv", disk / "filler"
    small.write_bytes(long_csv())
    dataset = add_counts(server)
    first = store.queue_run(dataset.id, TINY)
    wait_for(lambda: store.run(first.id).state is RunState.FINISHED)
    _, token = LinkBook(store.engine).make(first.id, LinkTerms(kind=LinkKind.REPORT))
    assert witness.complaints() == []

    second = store.queue_run(dataset.id, SOME_SECONDS)
    wait_for(lambda: store.run(second.id).epoch >= 1)
    training = server.training
    fill(filler)
    told["upload"] = sentence_of(lambda: store.add_dataset(BytesIO(long_csv(days=20)), "more.csv"))
    told["analyse"] = refusal_of("analyse", str(small), "--out", str(disk / "out"), *BASELINE)
    with temporary_files_in(store.places.work):  # as a server does
        told["export"] = sentence_of(lambda: export(first.folder, disk / "cells.csv"))
    assert witness.complaints() == []
    assert Results.open(first.folder).view(Query(top=1)).grid.users == ("u03",)
    assert httpx.get(f"{server.address}/r/{token}", timeout=PATIENCE_SECONDS).status_code == 200
    assert server.answers("/data")
    wait_for(lambda: not training.is_running() or training.status() == psutil.STATUS_ZOMBIE)

    filler.unlink()
    wait_for(lambda: store.run(second.id).state is RunState.FAILED)
    told["training"] = store.run(second.id).reason or ""
    again = store.retry_run(second.id)
    wait_for(lambda: store.run(again.id).state is RunState.FINISHED)
    assert store.add_dataset(BytesIO(long_csv(days=20)), "more.csv", owner=OWNER).is_readable
    assert witness.complaints() == []
    server.stop()
    assert witness.leftovers() == []
    return told


def fill(path: Path) -> None:
    """Write until there is no room for another byte."""
    step = 1 << 20
    with path.open("wb", buffering=0) as out:
        while step:
            try:
                out.write(bytes(step))
            except OSError:  # no room for so much
                step //= 2


def export(folder: Path, path: Path) -> None:
    """Write all cells of a run as CSV."""
    results = Results.open(folder)
    try:
        results.copy_cells(path, "csv", Wanted(level=results.manifest.level))
    finally:
        results.close()


def sentence_of(act: Callable[[], object]) -> str:
    """What a person is told of an act that fails for lack of room."""
    try:
        act()
    except StoreError as error:
        return str(error)
    except Exception as error:
        if is_full(error):  # what pages and commands make of it
            return NO_SPACE
        raise
    message = "it was done, though the disk is full"
    raise AssertionError(message)


def refusal_of(*command: str) -> str:
    """What a command says that ends with exit code 2."""
    program = (sys.executable, "-m", "dashboard", *command)
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr.splitlines()[-1]  # after what it said of its progress


if __name__ == "__main__":
    main()
