"""A real server on a data home of its own, and what must be true of that home at any moment."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from dashboard.data import load_panel
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.artefacts import damaged, is_whole
from dashboard.runs.records import DatasetRecord, RunState
from dashboard.runs.sources import digest_of
from dashboard.runs.unfinished import UNFINISHED
from tests.browser.counts import QUIET, long_csv
from tests.browser.server import Server

OWNER = "owner-of-the-faults"
TINY = TrainingSettings(units=(2,), epochs=4, batch_size=8, validation_share=0.0)


@contextmanager
def installation(
    environment: Mapping[str, str] | None = None, **settings: object
) -> Iterator[Server]:
    """A server that has started, on an empty home; nothing of it is left afterwards."""
    with TemporaryDirectory(prefix="faults-") as folder:
        server = Server(Path(folder), **settings)
        server.further_environment.update(environment or {})
        try:
            yield server.start()
        except BaseException:
            sys.stderr.write(server.log[-6_000:])
            raise
        finally:
            server.close()


def add_counts(server: Server, days: int = 14) -> DatasetRecord:
    """Twelve quiet users."""
    return server.store.add_dataset(BytesIO(long_csv(QUIET, days)), "clicks.csv", owner=OWNER)


def processes_of(home: Path) -> list[psutil.Process]:
    """Every living process that works on a data home, whoever its parents are."""
    found = []
    for process in psutil.process_iter():
        try:
            own = process.environ().get("CLICKWATCH_HOME") == str(home)
            if own and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


class Witness:
    """Remembers every finished run, and tells what is not as it has to be."""

    def __init__(self, server: Server) -> None:
        self._store = server.store
        self.seen: dict[str, dict[str, str]] = {}  # digests of the files of each finished run

    def complaints(self) -> list[str]:
        """What is wrong at this moment, whatever is being killed."""
        runs = self._store.runs(include_deleted=True)
        finished = {run.id: run.folder for run in runs if run.state is RunState.FINISHED}
        for run_id in finished.keys() - self.seen.keys():
            self.seen[run_id] = _digests(finished[run_id])
        return [
            *(f"run {each} is no longer finished" for each in self.seen.keys() - finished.keys()),
            *(
                f"run {each} has changed"
                for each, known in self.seen.items()
                if each in finished and _digests(finished[each]) != known
            ),
            *(f"run {each} is damaged" for each, at in finished.items() if damaged(at)),
            *(f"half a run is at {at}" for at in self._visible_runs() if not is_whole(at)),
            *self._unreadable_datasets(),
        ]

    def leftovers(self) -> list[str]:
        """What unfinished work has left behind, once nothing is at work."""
        home = self._store.places.home
        unfinished = home.rglob(f"{UNFINISHED}*")
        known = {run.id for run in self._store.runs(include_deleted=True)}
        strange = [at for at in self._visible_runs() if at.name not in known]
        return [str(path) for path in (*unfinished, *strange)]

    def _visible_runs(self) -> list[Path]:
        runs = self._store.places.runs.iterdir()
        return [path for path in runs if not path.name.startswith(UNFINISHED)]

    def _unreadable_datasets(self) -> list[str]:
        problems = []
        for record in self._store.datasets(include_deleted=True):
            try:
                load_panel(self._store.places.datasets / record.id)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                problems.append(f"dataset {record.id} cannot be read: {error}")
            if digest_of(self._store.places.sources / record.digest) != record.digest:
                problems.append(f"the file of dataset {record.id} has changed")
        return problems


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: digest_of(path) for path in folder.iterdir()}
