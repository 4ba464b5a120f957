"""The one door to datasets and runs: everything that a visitor asks for is asked for here.

What does not exist and what is not for this visitor is refused alike: by the same queries, in the
same words. Datasets are their owner's alone. A run is its owner's, and may be looked at by whoever
has opened a link to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from dashboard.data import Preview
from dashboard.data.panel import Panel
from dashboard.data.reading import Reading
from dashboard.detection.history import EpochRecord
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold
from dashboard.errors import NotFoundError, StoreError
from dashboard.runs.datasets import AS_FOUND, NO_DATASET
from dashboard.runs.ledger import NO_RUN, USUAL_THRESHOLD
from dashboard.runs.people import People
from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.runs.store import Store
from dashboard.sharing.access import Access, Sight, Visitor, owners_access
from dashboard.sharing.judging import GuardedReviews, Judging
from dashboard.sharing.links import Link, LinkBook, LinkKind, LinkTerms
from dashboard.sharing.masking import pseudonyms_of
from dashboard.sharing.program_tokens import ProgramToken, TokenBook, TokenTerms
from dashboard.sharing.upload_tokens import UploadTokens

LOOKED_AT = timedelta(minutes=1)  # so seldom is it noted that a link is in use


@dataclass(frozen=True)
class Door:
    """A store as one visitor may see and change it. Every call raises NotFoundError for what is not theirs."""

    store: Store
    visitor: Visitor
    key: bytes  # the installation's: pseudonyms are made with it
    _own: set[str] = field(default_factory=set, compare=False)  # runs known to be the visitor's

    def access(self, run_id: str) -> Access:
        """Return the visitor's right to a run, as its owner or by links opened in this browser."""
        if run_id in self._own or self.store.owner_of_run(run_id) == self.visitor.person:
            self._own.add(run_id)
            return owners_access(run_id)
        held = self.links.held(self.visitor.browser, run_id)
        links = [link for link in held if link.kind is LinkKind.RUN]
        if not links:
            raise NotFoundError(NO_RUN)
        self._note_use(links)
        return _access_by(links)

    def shared_view(self, link_id: str) -> tuple[Link, Sight]:
        """Return a link to one view that was opened in this browser, and what it shows."""
        link = self.links.held_link(self.visitor.browser, link_id)
        self._note_use([link])
        return link, Sight(link.run_id, link.masked)

    def owns(self, run: RunRecord) -> bool:
        """Whether the visitor may change, repeat and share a run."""
        return run.owner == self.visitor.person

    @property
    def links(self) -> LinkBook:
        """The links of the store."""
        return LinkBook(self.store.engine)

    # Links, as the owner of a run makes and ends them

    def share(self, run_id: str, terms: LinkTerms) -> tuple[Link, str]:
        """Return a new link to a run of the visitor's own, and its token."""
        return self.links.make(self._own_run(run_id).id, terms)

    def links_of(self, run_id: str) -> list[Link]:
        """Return the links to a run of the visitor's own, newest first."""
        return self.links.of_run(self._own_run(run_id).id)

    def revoke(self, run_id: str, link_id: str) -> None:
        """End a link to a run of the visitor's own."""
        self.links.revoke(self._own_run(run_id).id, link_id)

    # Tokens, by which programs act for the visitor

    def make_token(self, terms: TokenTerms) -> tuple[ProgramToken, str]:
        """Return a new token of the visitor's, and what a program is to show."""
        return self._tokens.make(self.visitor.person, terms)

    def tokens(self) -> list[ProgramToken]:
        """Return the visitor's tokens, newest first."""
        return self._tokens.of_owner(self.visitor.person)

    def revoke_token(self, token_id: str) -> None:
        """End a token of the visitor's."""
        self._tokens.revoke(self.visitor.person, token_id)

    @property
    def _tokens(self) -> TokenBook:
        return TokenBook(self.store.engine)

    # Datasets

    def datasets(self) -> list[DatasetRecord]:
        """The visitor's datasets, newest first."""
        return self.store.datasets(owner=self.visitor.person)

    def dataset(self, dataset_id: str) -> DatasetRecord:
        """One of the visitor's datasets, a deleted one too."""
        if self.store.owner_of_dataset(dataset_id) != self.visitor.person:
            raise NotFoundError(NO_DATASET)
        return self.store.dataset(dataset_id)

    def add_dataset(
        self, file: BinaryIO | Path, name: str, reading: Reading = AS_FOUND
    ) -> DatasetRecord:
        """Keep and read a file; the dataset is the visitor's."""
        return self.store.add_dataset(file, name, reading, owner=self.visitor.person)

    def upload_token(self, known: str | None = None) -> str:
        """Return what admits one upload by command, for the visitor: the one known where it still does."""
        tokens = UploadTokens(self.store.engine)
        if known is None or tokens.is_used(known):
            return tokens.make(self.visitor.person)
        return known

    def add_sample(self) -> DatasetRecord:
        """Make the sample; it is the visitor's."""
        return self.store.add_sample(owner=self.visitor.person)

    def reread(self, dataset_id: str, reading: Reading) -> DatasetRecord:
        """Read the same file another way."""
        return self.store.reread(self.dataset(dataset_id).id, reading)

    def panel(self, dataset_id: str) -> Panel:
        """Return the counts, mapped from disk."""
        return self.store.panel(self.dataset(dataset_id).id)

    def preview(self, dataset_id: str, reading: Reading | None = None) -> Preview:
        """Return the first rows of the file."""
        return self.store.preview(self.dataset(dataset_id).id, reading)

    def delete_dataset(self, dataset_id: str) -> None:
        """Take a dataset off the list."""
        self.store.delete_dataset(self.dataset(dataset_id).id)

    def restore_dataset(self, dataset_id: str) -> None:
        """Put a deleted dataset back on the list."""
        self.store.restore_dataset(self.dataset(dataset_id).id)

    # Runs, to look at

    def run(self, run_id: str) -> RunRecord:
        """One run that the visitor may see; of their own a deleted one too."""
        return self.store.run(self.access(run_id).run_id)

    def runs(self, search: str = "") -> list[RunRecord]:
        """The visitor's runs, and those opened by a link in this browser; newest first."""
        opened = self.links.runs_opened(self.visitor.browser)
        return self.store.runs(search, owner=self.visitor.person, besides=opened)

    def history(self, run_id: str) -> list[EpochRecord]:
        """Return the epochs so far, oldest first."""
        return self.store.history(self.access(run_id).run_id)

    def queue_position(self, run_id: str) -> int:
        """1 for the next run to start; 0 for one that is not waiting."""
        return self.store.queue_position(self.access(run_id).run_id)

    def worker_alive(self) -> bool:
        """Whether any worker has been heard of lately."""
        return self.store.worker_alive()

    @property
    def people(self) -> People:
        """The names under which people judge."""
        return self.store.people

    @property
    def reviews(self) -> GuardedReviews:
        """What people said of the findings of the runs that the visitor may see."""
        return GuardedReviews(self.judging)

    def judging(self, run_id: str) -> Judging:
        """Return the reviews of a finished run, to see and, where the visitor may, to give."""
        access = self.access(run_id)
        run = self.store.run(run_id)
        return Judging(
            access,
            run.dataset_id,
            lambda: pseudonyms_of(self.store.run_folder(run_id), self.key),
            self.store.reviews,
            self.store.mutes,
        )

    # Runs, to change

    def queue_run(
        self,
        dataset_id: str,
        settings: TrainingSettings,
        threshold: Threshold = USUAL_THRESHOLD,
        name: str | None = None,
    ) -> RunRecord:
        """Put a run on one of the visitor's datasets at the end of the queue."""
        dataset = self.dataset(dataset_id)
        return self.store.queue_run(
            dataset.id, settings, threshold, name, owner=self.visitor.person
        )

    def queue_runs(self, dataset_id: str, several: Sequence[TrainingSettings]) -> list[RunRecord]:
        """Put several runs on one of the visitor's datasets at the end of the queue, all or none."""
        dataset = self.dataset(dataset_id)
        return self.store.queue_runs(dataset.id, several, owner=self.visitor.person)

    def retry_run(self, run_id: str) -> RunRecord:
        """Return a new run with the same dataset, settings, threshold and name."""
        return self.store.retry_run(self._own_run(run_id).id)

    def queue_scoring(self, run_id: str, dataset_id: str) -> RunRecord:
        """Queue the scoring of one of the visitor's datasets by the model of a run of theirs."""
        return self.store.queue_scoring(self._own_run(run_id).id, self.dataset(dataset_id).id)

    def retrain(self, run_id: str) -> RunRecord:
        """Return a new training like the one behind a run, on all counts known by now."""
        return self.store.retrain(self._own_run(run_id).id)

    def families(self, runs: Sequence[RunRecord]) -> dict[str, list[RunRecord]]:
        """Return runs, newest first, by the data that they share; the key is the oldest one's dataset.

        Data is shared where it is of one file, or goes on where another file ended.
        """
        first = self.store.families()
        found: dict[str, list[RunRecord]] = {}
        for run in runs:
            found.setdefault(first[run.dataset_id], []).append(run)
        return {family[-1].dataset_id: family for family in found.values()}

    def rename_run(self, run_id: str, name: str) -> RunRecord:
        """Give a run another name."""
        return self.store.rename_run(self._own_run(run_id).id, name)

    def cancel_run(self, run_id: str) -> RunRecord:
        """Stop a run."""
        return self.store.cancel_run(self._own_run(run_id).id)

    def delete_run(self, run_id: str) -> None:
        """Take a run off the list, and with it from everybody who holds a link to it."""
        self.store.delete_run(self._own_run(run_id).id)

    def restore_run(self, run_id: str) -> RunRecord:
        """Put a deleted run back on the list; its links hold again."""
        return self.store.restore_run(self._own_run(run_id).id)

    def _own_run(self, run_id: str) -> RunRecord:
        if not self.access(run_id).is_owner:
            raise StoreError("This run was shared with you to look at; only its owner can do that.")
        return self.store.run(run_id)

    def _note_use(self, links: list[Link]) -> None:
        long_ago = datetime.now(UTC) - LOOKED_AT
        if unnoted := [one for one in links if one.last_used is None or one.last_used < long_ago]:
            self.links.note_use(unnoted)


def _access_by(links: list[Link]) -> Access:
    """Return the right that several links give together: whatever one of them allows."""
    ends = [link.expires for link in links]
    return Access(
        run_id=links[0].run_id,
        is_owner=False,
        may_review=any(link.may_review for link in links),
        masked=all(link.masked for link in links),
        until=None if None in ends else max(end for end in ends if end is not None),
    )
