"""The datasets that are kept: a source file, how it was read, and the panel that came of it."""

import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from dashboard.data import Preview, make_sample, preview, read_panel
from dashboard.data.panel import Panel
from dashboard.data.reading import Reading
from dashboard.data.report import QualityReport
from dashboard.errors import AwayError, NotFoundError, ReadError, StoreError
from dashboard.runs.allowances import Allowance
from dashboard.runs.counts import bring_counts, is_sound, load_counts, save_counts
from dashboard.runs.names import new_id, shown_name
from dashboard.runs.places import Places
from dashboard.runs.records import DatasetRecord
from dashboard.runs.schema import DATASETS, RUNS
from dashboard.runs.sources import keep
from dashboard.runs.space import telling_of_a_full_disk
from dashboard.runs.times import moment
from dashboard.runs.unfinished import unfinished
from dashboard.runs.whole import whole_folder

AS_FOUND = Reading()  # find everything out
NO_DATASET = "There is no such dataset here that you may see. It may have been deleted, or belong to somebody else."


class DatasetShelf:
    """Datasets by id. Each is immutable: reading a file differently makes another one."""

    engine: Engine
    places: Places
    most_upload_bytes: int
    allowance: Allowance

    def add_dataset(
        self,
        file: BinaryIO | Path,
        name: str,
        reading: Reading = AS_FOUND,
        *,
        owner: str | None = None,
    ) -> DatasetRecord:
        """Keep the bytes, then read them. The same file read the same way is one dataset an owner.

        A file that cannot be read is kept too, its `problem` saying why, so that the reading can
        be corrected. Raises StoreError where the bytes cannot be kept at all.
        """
        self.allowance.check_room(self.engine, self.places, owner)
        with telling_of_a_full_disk():
            source = keep(file, self.places.sources, self.most_upload_bytes)
            self._share(source.path, source.path)
            name = shown_name(name, otherwise="counts.csv")
            known = self._known(source.digest, name, reading, owner)
            return known or self._read_in(source.digest, source.bytes, name, reading, owner)

    def reread(self, dataset_id: str, reading: Reading) -> DatasetRecord:
        """Read the same file another way. The earlier dataset goes, unless a run uses it."""
        earlier = self.dataset(dataset_id)
        with telling_of_a_full_disk():
            known = self._known(earlier.digest, earlier.name, reading, earlier.owner)
            later = known or self._read_in(
                earlier.digest, earlier.bytes, earlier.name, reading, earlier.owner
            )
        if later.id != earlier.id:
            self._drop_unused(earlier.id)
        return later

    def add_sample(
        self, users: int = 2_000, days: int = 40, seed: int = 0, *, owner: str | None = None
    ) -> DatasetRecord:
        """Make sample counts and keep them like an uploaded file."""
        sample = make_sample(users=users, days=days, seed=seed)
        with unfinished(self.places.work) as folder:
            path = folder / "sample.csv"
            sample.counts.to_csv(path, index=False)
            return self.add_dataset(path, f"sample-{users}-users-{days}-days.csv", owner=owner)

    def datasets(
        self, *, owner: str | None = None, include_deleted: bool = False
    ) -> list[DatasetRecord]:
        """The datasets of that owner, else all; newest first."""
        query = select(DATASETS).order_by(DATASETS.c.sequence.desc())
        if owner is not None:
            query = query.where(DATASETS.c.owner == owner)
        if not include_deleted:
            query = query.where(DATASETS.c.deleted.is_(None))
        with self.engine.connect() as connection:
            return [_record(row) for row in connection.execute(query)]

    def dataset(self, dataset_id: str) -> DatasetRecord:
        """One dataset, a deleted one too. Raises NotFoundError."""
        query = select(DATASETS).where(DATASETS.c.id == dataset_id)
        with self.engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFoundError(NO_DATASET)
        return _record(row)

    def owner_of_dataset(self, dataset_id: str) -> str | None:
        """Return who owns a dataset; None where nobody does, or where there is no such dataset."""
        with self.engine.connect() as connection:
            return connection.scalar(select(DATASETS.c.owner).where(DATASETS.c.id == dataset_id))

    def panel(self, dataset_id: str) -> Panel:
        """Return the counts, mapped from disk. Raises StoreError where the file could not be read, or is damaged."""
        record = self.dataset(dataset_id)
        if not record.is_readable:
            raise StoreError(f"{record.name} has no counts yet: {record.problem}")
        return load_counts(self._counts_of(record.id))

    def preview(self, dataset_id: str, reading: Reading | None = None) -> Preview:
        """Return the first rows of the file under a reading; None: the dataset's own.

        Raises as dashboard.data.preview does.
        """
        record = self.dataset(dataset_id)
        path = self.places.source(record.digest)
        return preview(path, reading or record.reading, name=record.name)

    def delete_dataset(self, dataset_id: str) -> None:
        """Take a dataset off the list; its runs stay, and it can be restored."""
        self._mark_dataset(dataset_id, time.time())

    def restore_dataset(self, dataset_id: str) -> None:
        """Put a deleted dataset back on the list."""
        self._mark_dataset(dataset_id, None)

    def _mark_dataset(self, dataset_id: str, deleted: float | None) -> None:
        self.dataset(dataset_id)
        change = update(DATASETS).where(DATASETS.c.id == dataset_id).values(deleted=deleted)
        with self.engine.begin() as connection:
            connection.execute(change)

    def _known(
        self, digest: str, name: str, asked: Reading, owner: str | None
    ) -> DatasetRecord | None:
        query = (
            select(DATASETS)
            .where(DATASETS.c.digest == digest, DATASETS.c.name == name)
            .where(DATASETS.c.owner.is_not_distinct_from(owner))
            .where(DATASETS.c.deleted.is_(None), DATASETS.c.problem.is_(None))
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        wanted = asked.model_dump(mode="json")
        return next(
            (_record(row) for row in rows if row.asked == wanted and self._is_sound(row.id)),
            None,
        )

    def _read_in(
        self, digest: str, size: int, name: str, asked: Reading, owner: str | None
    ) -> DatasetRecord:
        dataset_id = new_id()
        facts = {"id": dataset_id, "digest": digest, "bytes": size, "name": name, "owner": owner}
        asked_json = asked.model_dump(mode="json")
        try:
            understood = read_panel(self.places.source(digest), asked, name=name)
        except ReadError as error:
            facts |= {"reading": asked_json, "problem": str(error), "problem_line": error.line}
        else:
            self._save(understood.panel, dataset_id)
            facts["reading"] = understood.reading.model_dump(mode="json")
            facts["report"] = understood.report.model_dump(mode="json")
        row = insert(DATASETS).values(**facts, asked=asked_json, created=time.time())
        with self.engine.begin() as connection:
            connection.execute(row)
        return self.dataset(dataset_id)

    def _counts_of(self, dataset_id: str) -> Path:
        return bring_counts(self.places.datasets / dataset_id, self.places.cache)

    def _is_sound(self, dataset_id: str) -> bool:
        try:
            return is_sound(self._counts_of(dataset_id))
        except AwayError:
            raise
        except StoreError:
            return False

    def _save(self, panel: Panel, dataset_id: str) -> None:
        try:
            with whole_folder(self.places.datasets / dataset_id) as folder:
                save_counts(panel, folder)
                self._share(self.places.datasets / dataset_id, folder)
        except OSError as error:
            raise StoreError(f"The counts cannot be kept: {error.strerror or error}.") from error

    def _drop_unused(self, dataset_id: str) -> None:
        used = select(func.count()).where(RUNS.c.dataset_id == dataset_id)
        try:
            with self.engine.begin() as connection:
                if connection.scalar(used):
                    return
                connection.execute(delete(DATASETS).where(DATASETS.c.id == dataset_id))
        except IntegrityError:
            return  # a run was queued in this moment: the dataset stays
        shutil.rmtree(self.places.datasets / dataset_id, ignore_errors=True)
        if self.places.cache is not None:
            with suppress(StoreError):  # nobody asks for it any more
                self.places.cache.remove(self.places.datasets / dataset_id)

    def _share(self, place: Path, made: Path) -> None:
        if self.places.cache is not None:
            self.places.cache.publish(place, made)


def _record(row: Row) -> DatasetRecord:
    return DatasetRecord(
        id=row.id,
        name=row.name,
        digest=row.digest,
        bytes=row.bytes,
        asked=Reading.model_validate(row.asked),
        reading=Reading.model_validate(row.reading),
        report=None if row.report is None else QualityReport.model_validate(row.report),
        problem=row.problem,
        problem_line=row.problem_line,
        created=moment(row.created),
        deleted=moment(row.deleted),
        owner=row.owner,
    )
