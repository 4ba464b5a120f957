"""A finished run on disk: there whole, or not at all."""

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from dashboard.data.panel import Panel
from dashboard.detection.analysis import Analysis
from dashboard.errors import DamagedError, NotFoundError
from dashboard.runs.cache import NO_RUN_HERE, Cache
from dashboard.runs.digests import Signature, changed, digest_of, digests_of, signature_of
from dashboard.runs.manifest import FILE_NAME, Dataset, RunManifest, ScoredWith, Timings
from dashboard.runs.parquet_views import CELLS, DAYS, USERS, view_files
from dashboard.runs.ranked import RANKED, write_ranked
from dashboard.runs.remote_errors import patiently
from dashboard.runs.sums import SUMS, add_up, write_sums
from dashboard.runs.tables import (
    CELL_SCHEMA,
    cell_tables,
    days_table,
    history_table,
    self_test_table,
    time_labels,
    users_table,
)
from dashboard.runs.whole import whole_folder

HISTORY = "history.parquet"
SELF_TEST = "selftest.parquet"
ROWS_IN_GROUP = 20_000  # a user is found by reading one or two groups


@dataclass(frozen=True)
class Origin:
    """Where an analysis came from: its dataset, the seconds of reading it, and when work began.

    began: `time.perf_counter()` of this process when the work began.
    scored_with: the earlier run whose model was used; None where one was trained.
    """

    dataset: Dataset
    read_seconds: float
    began: float
    scored_with: ScoredWith | None = None


def publish(
    analysis: Analysis, panel: Panel, folder: Path, origin: Origin, cache: Cache | None = None
) -> RunManifest:
    """Write a run's artefacts. `folder` appears in one moment, complete and synced.

    cache: where there are shared files, they have all of it before. Raises FileExistsError where
    `folder` is there already, OSError where the disk is full, and StoreError where the shared files
    cannot be written for some minutes.
    """
    with whole_folder(folder) as aside:
        write_tables(analysis, panel, aside)
        write_for_pages(analysis, panel, aside)
        analysis.trained.save(aside)
        manifest = describe(analysis, panel, origin, digests_of(aside))
        (aside / FILE_NAME).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
        if cache is not None:
            patiently(lambda: cache.publish(folder, aside))
    return manifest


def write_tables(analysis: Analysis, panel: Panel, folder: Path) -> None:
    """Write the Parquet files: four, and one more where there was a self-test."""
    _write(cell_tables(panel, analysis), CELL_SCHEMA, folder / CELLS)
    for table, name in (
        (users_table(panel, analysis), USERS),
        (days_table(panel, analysis), DAYS),
        (history_table(analysis), HISTORY),
    ):
        _write([table], table.schema, folder / name)
    if analysis.self_test is not None:
        table = self_test_table(analysis.self_test)
        _write([table], table.schema, folder / SELF_TEST)


def write_for_pages(analysis: Analysis, panel: Panel, folder: Path) -> None:
    """Write what pages need at once, beside the Parquet files."""
    cells = write_ranked(folder / RANKED, panel, analysis)
    with view_files(folder) as tables:
        write_sums(add_up(cells, tables), folder / SUMS)


def describe(
    analysis: Analysis, panel: Panel, origin: Origin, artefacts: dict[str, str]
) -> RunManifest:
    """Return the manifest of an analysis."""
    seconds = analysis.timings
    first, last = (_plain(panel, index) for index in (0, -1))
    return RunManifest(
        settings=analysis.settings,
        threshold=analysis.threshold,
        level=as_written(analysis.level),
        seed=analysis.settings.seed,
        dataset=origin.dataset,
        users=len(panel.users),
        times=len(panel.times),
        features=panel.features,
        frequency=panel.frequency,
        first=first,
        last=last,
        unscored_users=analysis.unscored_users,
        metrics={name: each for name, each in analysis.metrics.items() if math.isfinite(each)},
        timings=Timings(
            read=origin.read_seconds,
            start=seconds["start"],
            train=seconds["train"],
            epochs=tuple(seconds["epochs"]),
            score=seconds["score"],
            self_test=seconds.get("self_test", 0.0),
            total=time.perf_counter() - origin.began,
        ),
        versions=analysis.versions,
        scored_with=origin.scored_with,
        artefacts=artefacts,
    )


def as_written(level: float) -> float:
    """Return a level with the digits that a 32-bit score has in CSV, so that both compare as read."""
    return float(str(np.float32(level)))


def is_whole(folder: Path) -> bool:
    """Whether a complete run lies there: its manifest can be read and every artefact is present."""
    try:
        manifest = RunManifest.read(folder)
    except (OSError, ValidationError):
        return False
    return all((folder / name).is_file() for name in manifest.artefacts)


def version_of(folder: Path, cache: Cache | None) -> str | None:
    """Return the SHA-256 of a whole run's manifest, be it here or among the shared files; None for no run."""
    if is_whole(folder):
        return digest_of(folder / FILE_NAME)
    return None if cache is None else cache.version_of(folder)


def open_manifest(folder: Path, *, compared: bool = False) -> RunManifest:
    """Return the manifest of a whole run. compared: as in `OpenedRun.open`.

    Raises NotFoundError where there is none, and DamagedError where a file is not what was written.
    """
    if not (folder / FILE_NAME).is_file():
        raise NotFoundError(NO_RUN_HERE)
    if not compared and (broken := damaged(folder)):
        raise DamagedError(
            f"This run is damaged: {broken[0]} is not what was written. "
            "Bring it back from a backup, or train again."
        )
    return RunManifest.read(folder)


def damaged(folder: Path, manifest_digest: str | None = None) -> tuple[str, ...]:
    """Return the names of the files that are missing, or whose bytes are not those of the manifest.

    manifest_digest: the SHA-256 of the manifest itself; None where it is not known.
    """
    if manifest_digest and changed(folder, {FILE_NAME: manifest_digest}):
        return (FILE_NAME,)
    return _damaged(folder, signature_of(folder))


@lru_cache(maxsize=500)
def _damaged(
    folder: Path,
    signature: Signature,  # noqa: ARG001 - another one is another answer
) -> tuple[str, ...]:
    try:
        manifest = RunManifest.read(folder)
    except (OSError, ValidationError):
        return (FILE_NAME,)
    return changed(folder, manifest.artefacts)


def _write(tables: Iterable[pa.Table], schema: pa.Schema, path: Path) -> None:
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table, row_group_size=ROWS_IN_GROUP)


def _plain(panel: Panel, index: int) -> str | int:
    return time_labels(panel)[index] if panel.has_dates else int(panel.times[index])
