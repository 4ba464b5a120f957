"""A folder or an address is watched: each new file is scored by a run's model, and its findings are told."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, repeat
from pathlib import Path

import structlog

from dashboard.data.reading import Layout, Reading
from dashboard.errors import AwayError, ClickwatchError, NotFoundError, SettingsError, StoreError
from dashboard.runs.arrivals import Arrival, Arrivals, Notice
from dashboard.runs.database import telling_when_away
from dashboard.runs.inbox import File, Inbox
from dashboard.runs.records import DatasetRecord, RunRecord, RunState
from dashboard.runs.results import Results
from dashboard.runs.space import telling_of_a_full_disk
from dashboard.runs.store import Store
from dashboard.runs.unfinished import unfinished
from dashboard.sharing.delivery import DeliveryError, Target
from dashboard.sharing.digest import Digest, digest_of_problem, digest_of_run
from dashboard.sharing.masking import open_masked

LOG = structlog.get_logger()


@dataclass(frozen=True)
class Wish:
    """What is watched, and who is told.

    place: a folder, or an address of files. run_id: the finished run whose model judges. address: of the app, where findings are looked at.
    key: the installation's, where users are told by their pseudonyms; None: by their names.
    """

    place: str = field(repr=False)  # some addresses have a password in them
    run_id: str
    targets: Sequence[Target]
    address: str
    key: bytes | None = None


class Watch:
    """One place under watch. What it has done is kept with the records, so it may end at any time."""

    @telling_when_away()
    def __init__(self, store: Store, wish: Wish) -> None:
        self._store, self._wish = store, wish
        self._arrivals = Arrivals(store.engine, wish.run_id)
        self._targets = {target.address: target for target in wish.targets}
        self._inbox = Inbox.at(wish.place)
        self._listed: frozenset[File] = frozenset()  # by the last look
        self._seen = self._arrivals.seen()
        self._unsettled = False
        run = store.run(wish.run_id)
        if run.state is not RunState.FINISHED:
            raise SettingsError(f"{run.name} has no model yet: it has not finished.")

    @telling_of_a_full_disk()
    @telling_when_away()
    def look(self) -> bool:
        """Tell what is to be told, and take in the next new file; returns whether something is still under way.

        Raises AwayError where the place, the records or shared files cannot be reached now, and
        StoreError where the disk is full: the next look does it.
        """
        waiting = [each for each in self._arrivals.open() if not self._decide(each)]
        for notice in self._arrivals.due(list(self._targets)):
            self._tell(notice)
        settled = self._settled()
        taken = not waiting and any(self._take_in(file) for file in settled)
        return bool(taken or waiting or self._unsettled)

    def _settled(self) -> list[File]:
        """Return files that have not been seen to and are not being written any more, oldest first.

        Where a store does not tell the time of each of them, they go by their names.
        """
        listed = self._inbox.files()
        new = {file for file in listed if self._inbox.mark(file) not in self._seen}
        still = new & self._listed
        self._unsettled = still != new
        self._listed = listed
        told = all(file.changed for file in still)
        return sorted(still, key=lambda file: (told and file.changed, file.name))

    def _take_in(self, file: File) -> bool:
        """See to a file; returns whether it has content that has not come before."""
        with unfinished(self._store.places.work) as folder:
            path = folder / "file"
            digest = self._inbox.fetch(file, path, self._store.most_upload_bytes + 1)
            if digest is None:  # it has been written again
                self._unsettled = True
                return False
            is_new = not self._arrivals.known(digest)
            if is_new:
                self._have_scored(path, file.name, digest)
        self._arrivals.see(self._inbox.mark(file))
        self._seen.add(self._inbox.mark(file))
        return is_new

    def _have_scored(self, path: Path, name: str, digest: str) -> None:
        model_run = self._newest()
        run_id = problem = None
        try:
            reading = _like(self._store.dataset(model_run.dataset_id))
            dataset = self._store.add_dataset(path, name, reading, owner=model_run.owner)
            run_id = self._store.queue_scoring(model_run.id, dataset.id).id
        except AwayError:
            raise
        except ClickwatchError as error:
            problem = str(error)
        if self._arrivals.note(name, digest, run_id, problem):
            LOG.info("file taken in", run=run_id or "none")
        elif run_id is not None:
            self._store.cancel_run(run_id)  # another process was first

    def _newest(self) -> RunRecord:
        """Return the run that knows most: the last file's, else the one whose model judges."""
        for arrival in reversed(self._arrivals.scored()):
            run = self._run_of(arrival)
            if run is not None and run.state is RunState.FINISHED and run.deleted is None:
                return run
        return self._store.run(self._wish.run_id)

    def _run_of(self, arrival: Arrival) -> RunRecord | None:
        """Return the run that scores an arrival; None where there was none, or it is gone for good."""
        with suppress(NotFoundError):
            return self._store.run(arrival.run_id or "")
        return None

    def _decide(self, arrival: Arrival) -> bool:
        """Settle who is told of an arrival; False where its run is still to finish."""
        run = self._run_of(arrival)
        if run is not None and not run.state.is_final:
            return False
        told = self._digest(arrival)
        self._arrivals.decide(arrival, list(self._targets) if told else [])
        return True

    def _digest(self, arrival: Arrival) -> Digest | None:
        """Return what is told of an arrival; None where there is nothing to tell."""
        key = f"{self._wish.run_id}-{arrival.sequence}"
        run = self._run_of(arrival)
        problem = run.reason if run is not None else arrival.problem
        if problem is not None:
            return digest_of_problem(key, arrival.name, problem)
        if run is None or run.state is not RunState.FINISHED:
            return None
        results = self._open(run)
        try:
            digest = digest_of_run(results, key, arrival.name, self._address_of(run))
        finally:
            results.close()
        return digest if digest.findings else None

    def _open(self, run: RunRecord) -> Results:
        folder = self._store.run_folder(run.id)
        if self._wish.key is not None:
            return open_masked(folder, self._wish.key)
        return Results.open(folder)

    def _address_of(self, run: RunRecord) -> str:
        return f"{self._wish.address.rstrip('/')}/review?run={run.id}"

    def _tell(self, notice: Notice) -> None:
        digest = self._digest(notice.arrival)
        if digest is None:  # the run was deleted meanwhile
            self._arrivals.told(notice)
            return
        try:
            self._targets[notice.target].tell(digest)
        except DeliveryError as error:
            wait = self._arrivals.failed(notice)
            LOG.warning("not told", reason=str(error), again_in_seconds=round(wait))
        else:
            self._arrivals.told(notice)
            LOG.info("told", run=notice.arrival.run_id or "none")


def watch(store: Store, wish: Wish, every_seconds: float, *, once: bool) -> None:
    """Look again and again; once: until all that lies there has been scored, and told once.

    Raises SettingsError or StoreError where the place or the run cannot be used from the first. What
    cannot be reached or used later is tried again with the next look; once: it is raised.
    """
    under_watch = Watch(store, wish)
    for is_first in chain([True], repeat(False)):
        try:
            under_way = under_watch.look()
        except StoreError as error:
            is_refusal = is_first and not isinstance(error, AwayError)
            if once or is_refusal or isinstance(error, NotFoundError):
                raise
            LOG.warning("not looked", reason=str(error), again_in_seconds=every_seconds)
        else:
            if once and not under_way:
                return
        time.sleep(min(every_seconds, 1.0) if once else every_seconds)


def _like(record: DatasetRecord) -> Reading:
    """Return how a file is read that comes after another: the same columns, written the same way."""
    if record.reading.layout in {Layout.DAYS_ACROSS, Layout.DAYS_DOWN}:
        return record.asked  # its columns are days or users, and are others in each file
    found_anew = dict.fromkeys(("encoding", "delimiter", "sheet"))
    return record.reading.model_copy(update=found_anew)
