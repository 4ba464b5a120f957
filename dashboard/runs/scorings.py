"""Runs that train nothing: the model of an earlier run judges what is new in a dataset."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import Engine, insert, select

from dashboard.data.continuing import continue_panel
from dashboard.data.panel import Panel
from dashboard.data.reading import Reading
from dashboard.detection.trained import CALIBRATION_FILE, Fitted
from dashboard.errors import StoreError
from dashboard.runs.allowances import Allowance
from dashboard.runs.cache import Cache
from dashboard.runs.counts import bring_counts, load_counts
from dashboard.runs.names import clean, new_id
from dashboard.runs.places import Places
from dashboard.runs.records import DatasetRecord, RunRecord, RunState
from dashboard.runs.schema import CONTINUATIONS, DATASETS, RUNS, SCORINGS
from dashboard.runs.tables import time_labels
from dashboard.runs.unfinished import unfinished


@dataclass(frozen=True)
class KeptPanel:
    """Counts on disk, and whether a missing row of their file means zero."""

    folder: Path
    missing_is_zero: bool


@dataclass(frozen=True)
class Scorer:
    """A run whose model is to judge later counts.

    version: SHA-256 of its manifest, where that is known. earlier: what it knows, oldest first.
    """

    folder: Path
    run_id: str
    run_name: str
    earlier: tuple[KeptPanel, ...]
    missing_is_zero: bool
    version: str | None = None

    def known(self, cache: Cache | None) -> Panel:
        """Return all counts that the run knows. These and its own files are fetched where they are not here."""
        if cache is not None:
            cache.bring(self.folder, self.version)
        return joined(self.earlier, cache)


def joined(kept: Iterable[KeptPanel], cache: Cache | None) -> Panel:
    """Return counts put behind one another, oldest first; those that stand apart begin anew."""
    first, *later = kept
    panel = load_counts(bring_counts(first.folder, cache))
    for one in later:
        counts = load_counts(bring_counts(one.folder, cache))
        continued = continue_panel(panel, counts, missing_is_zero=one.missing_is_zero)
        if continued.news != "nothing":
            panel = continued.panel
    return panel


class ScoringLedger:
    """Scorings of a store: asked for, traced back to their training, and trained anew."""

    engine: Engine
    places: Places
    allowance: Allowance
    dataset: Callable[[str], DatasetRecord]
    add_dataset: Callable[..., DatasetRecord]
    run: Callable[[str], RunRecord]
    queue_run: Callable[..., RunRecord]
    check_run: Callable[[str], None]

    def queue_scoring(self, run_id: str, dataset_id: str) -> RunRecord:
        """Put a run at the end of the queue that judges a dataset by the model of a finished run.

        Raises StoreError for a run that has not finished or is damaged, a dataset without counts or an owner
        with too many runs waiting, and SettingsError where these are not of the kind that the model was trained on.
        """
        model_run, dataset = self.run(run_id), self.dataset(dataset_id)
        if model_run.state is not RunState.FINISHED:
            raise StoreError(f"{model_run.name} has no model yet: it has not finished.")
        if dataset.report is None:
            raise StoreError(f"{dataset.name} cannot be scored: {dataset.problem}")
        self.check_run(run_id)
        fitted = Fitted.model_validate_json((model_run.folder / CALIBRATION_FILE).read_bytes())
        fitted.check_kind(dataset.report.features, dataset.report.frequency)
        scoring_id = new_id()
        run = {
            "id": scoring_id,
            "owner": dataset.owner,
            "name": clean(f"{dataset.name}, scored by {model_run.name}"),
            "dataset_id": dataset_id,
            "settings": model_run.settings.model_dump(mode="json"),
            "threshold": model_run.threshold.model_dump(mode="json"),
            "state": RunState.QUEUED,
            "epochs": 0,
            "created": time.time(),
        }
        scoring = {
            "run_id": scoring_id,
            "model_run_id": model_run.id,
            "model_run_name": model_run.name,
        }
        with self.engine.begin() as connection:
            connection.execute(insert(RUNS).values(run))
            connection.execute(insert(SCORINGS).values(scoring))
            self.allowance.check_queue(connection, dataset.owner)
        return self.run(scoring_id)

    def scorer_of(self, run: RunRecord) -> Scorer | None:
        """Return the run whose model judges this one's dataset; None for a training.

        Raises NotFoundError where that run, or one before it, is gone for good.
        """
        if run.model_run_id is None:
            return None
        model_run = self.run(run.model_run_id)
        return Scorer(
            folder=model_run.folder,
            run_id=model_run.id,
            run_name=model_run.name,
            earlier=tuple(self._kept(one.dataset_id) for one in self._chain(model_run)),
            missing_is_zero=self._kept(run.dataset_id).missing_is_zero,
            version=model_run.manifest_digest,
        )

    def retrain(self, run_id: str) -> RunRecord:
        """Queue a training like the one behind a run, on all counts that are known by now.

        For a training these are its own; for a scoring, those that its model learned from with all
        that was scored since: they become a dataset of their own. Raises what `queue_run` does.
        """
        run = self.run(run_id)
        training, *later = self._chain(run)
        dataset_id = training.dataset_id
        if later:
            dataset_id = self._join([self._kept(one.dataset_id) for one in (training, *later)], run)
        return self.queue_run(dataset_id, training.settings, training.threshold)

    def families(self) -> dict[str, str]:
        """Return for each dataset the first of those with which it belongs together.

        Together belong readings of one file, and counts that go on where others ended.
        """
        with self.engine.connect() as connection:
            datasets = connection.execute(
                select(DATASETS.c.id, DATASETS.c.digest).order_by(DATASETS.c.sequence)
            ).all()
            scored = select(RUNS.c.dataset_id, SCORINGS.c.model_run_id).join(
                SCORINGS, SCORINGS.c.run_id == RUNS.c.id
            )
            of_run = dict(connection.execute(select(RUNS.c.id, RUNS.c.dataset_id)).all())
            pairs = [
                (dataset_id, of_run[model_run_id])
                for dataset_id, model_run_id in connection.execute(scored)
                if model_run_id in of_run
            ]
            pairs += connection.execute(
                select(CONTINUATIONS.c.dataset_id, CONTINUATIONS.c.earlier_id)
            ).all()
        first_of_digest: dict[str, str] = {}
        for dataset_id, digest in datasets:
            pairs.append((dataset_id, first_of_digest.setdefault(digest, dataset_id)))
        return first_of_each([dataset_id for dataset_id, _ in datasets], pairs)

    def _chain(self, run: RunRecord) -> list[RunRecord]:
        """Return the training behind a run, and all scorings from there to the run itself."""
        chain = [run]
        while chain[0].model_run_id is not None:
            chain.insert(0, self.run(chain[0].model_run_id))
        return chain

    def _kept(self, dataset_id: str) -> KeptPanel:
        zero = self.dataset(dataset_id).reading.missing == "zero"
        return KeptPanel(self.places.datasets / dataset_id, zero)

    def _join(self, kept: list[KeptPanel], run: RunRecord) -> str:
        """Keep counts that are put behind one another as one dataset; returns its id."""
        panel = joined(kept, self.places.cache)
        first = self._chain(run)[0]
        name = f"{Path(first.dataset_name).stem} until {time_labels(panel)[-1]}.csv"
        with unfinished(self.places.work) as folder:
            path = folder / "counts.csv"
            _observed(panel).to_csv(path, index=False)
            record = self.add_dataset(path, name, reading_of(panel), owner=run.owner)
        row = insert(CONTINUATIONS).values(dataset_id=record.id, earlier_id=first.dataset_id)
        known = select(CONTINUATIONS).where(CONTINUATIONS.c.dataset_id == record.id)
        with self.engine.begin() as connection:
            if connection.execute(known).first() is None:
                connection.execute(row)
        return record.id


def reading_of(panel: Panel) -> Reading:
    """Return how counts are read that were written with every observed cell, zeros among them."""
    user, time = _columns(panel)
    return Reading(
        layout="long",
        user=user,
        time=time,
        counts=panel.features,
        missing="unknown",
        frequency=panel.frequency,
    )


def first_of_each(ids: list[str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for each id the first, in the order of `ids`, of those that pairs tie together."""
    place = {one: number for number, one in enumerate(ids)}
    first = {one: one for one in ids}

    def root(one: str) -> str:
        while first[one] != one:
            one = first[one]
        return one

    for one, other in pairs:
        if one in first and other in first:
            early, late = sorted((root(one), root(other)), key=place.__getitem__)
            first[late] = early
    return {one: root(one) for one in ids}


def _observed(panel: Panel) -> pd.DataFrame:
    """Return one row for each observed cell."""
    user, time_index = np.nonzero(panel.observed)
    labels = np.array(time_labels(panel), dtype=object)
    user_column, time_column = _columns(panel)
    return pd.DataFrame(
        {
            user_column: np.array(panel.users, dtype=object)[user],
            time_column: labels[time_index],
            **{
                name: panel.values[user, time_index, one] for one, name in enumerate(panel.features)
            },
        }
    )


def _columns(panel: Panel) -> tuple[str, str]:
    """Return names for the columns of users and times that no feature has."""
    names = []
    for name in ("user", "time"):
        while name in panel.features:
            name += "_"  # noqa: PLW2901 - longer until it is free
        names.append(name)
    return names[0], names[1]
