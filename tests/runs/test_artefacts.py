"""A run is on disk whole or not at all."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from dashboard.data.panel import Panel
from dashboard.detection.analysis import Analysis
from dashboard.errors import DamagedError, NotFoundError
from dashboard.runs.artefacts import Origin, damaged, is_whole, open_manifest, publish
from dashboard.runs.manifest import Dataset, RunManifest
from dashboard.runs.results import Results
from dashboard.runs.views import Query

ORIGIN = Origin(Dataset(name="clicks.csv", digest="0" * 64), read_seconds=0.0, began=0.0)
FILES = {
    "run.json",
    "cells.parquet",
    "users.parquet",
    "days.parquet",
    "history.parquet",
    "model.keras",
    "selftest.parquet",
    "calibration.json",
    "scaling.json",
    "ranked.npy",
    "sums.npz",
}


class UnwritableModel:
    """A trained model whose saving breaks off, as on a full disk."""

    def save(self, folder: Path) -> None:
        (folder / "model.keras").write_bytes(b"half")
        raise OSError(28, "No space left on device")


def test_a_finished_run_holds_every_file_and_the_digest_of_each(run_folder: Path) -> None:
    assert {path.name for path in run_folder.iterdir()} == FILES
    assert set(open_manifest(run_folder).artefacts) == FILES - {"run.json"}
    assert damaged(run_folder) == ()


def test_a_run_that_cannot_be_written_leaves_nothing(
    analysis: Analysis, panel: Panel, tmp_path: Path
) -> None:
    broken = dataclasses.replace(analysis, trained=UnwritableModel())

    with pytest.raises(OSError, match="No space"):
        publish(broken, panel, tmp_path / "run", ORIGIN)
    assert list(tmp_path.iterdir()) == []


def test_a_finished_run_is_never_overwritten(
    analysis: Analysis, panel: Panel, run_folder: Path
) -> None:
    before = (run_folder / "run.json").read_bytes()

    with pytest.raises(FileExistsError):
        publish(analysis, panel, run_folder, ORIGIN)
    assert (run_folder / "run.json").read_bytes() == before
    assert {path.name for path in run_folder.parent.iterdir()} == {run_folder.name}


def test_a_folder_without_its_manifest_or_an_artefact_is_no_run(
    analysis: Analysis, panel: Panel, tmp_path: Path
) -> None:
    for missing, error in (("run.json", NotFoundError), ("cells.parquet", DamagedError)):
        folder = tmp_path / missing
        publish(analysis, panel, folder, ORIGIN)
        (folder / missing).unlink()

        assert not is_whole(folder)
        with pytest.raises(error):
            open_manifest(folder)


def test_a_changed_artefact_is_noticed(analysis: Analysis, panel: Panel, tmp_path: Path) -> None:
    publish(analysis, panel, tmp_path / "run", ORIGIN)
    (tmp_path / "run" / "days.parquet").write_bytes(b"something else")

    assert damaged(tmp_path / "run") == ("days.parquet",)


def test_every_observed_cell_is_there_once_in_the_order_of_users(
    run_folder: Path, panel: Panel
) -> None:
    cells = pq.read_table(run_folder / "cells.parquet").to_pandas()
    keys = cells[["user_index", "time_index", "feature_index"]]

    assert len(cells) == panel.observed.sum() * len(panel.features)
    assert not keys.duplicated().any()
    assert keys.equals(keys.sort_values(list(keys)).reset_index(drop=True))
    actual = panel.values[tuple(keys.to_numpy().T)]
    assert np.array_equal(cells["actual"].to_numpy(), actual)


def test_figures_are_missing_only_where_nothing_was_scored(
    run_folder: Path, analysis: Analysis
) -> None:
    cells = pq.read_table(run_folder / "cells.parquet").to_pandas()
    scored = analysis.scored[cells["user_index"], cells["time_index"]]

    assert not scored.all()
    for name in ("expected", "error", "score", "p_value"):
        assert np.array_equal(cells[name].notna().to_numpy(), scored)


def test_the_manifest_comes_back_as_it_was_written(run_folder: Path, analysis: Analysis) -> None:
    manifest = RunManifest.read(run_folder)

    assert RunManifest.model_validate_json(manifest.model_dump_json()) == manifest
    assert manifest.settings == analysis.settings
    assert manifest.unscored_users == ("newcomer",)
    assert len(manifest.timings.epochs) == 2


def test_the_self_test_comes_back_as_it_was_found(results: Results, analysis: Analysis) -> None:
    test = results.self_test()

    assert test is not None
    assert test.users == 24
    pd.testing.assert_frame_equal(test.found, analysis.self_test.found, check_dtype=False)
    assert test.found["size"].isna().any()  # a silence has none
    assert results.manifest.timings.self_test == analysis.timings["self_test"] > 0
    assert results.manifest.metrics["copied"] == analysis.metrics["copied"]


def test_a_run_from_before_the_self_test_still_opens(
    analysis: Analysis, panel: Panel, tmp_path: Path
) -> None:
    earlier = dataclasses.replace(analysis, self_test=None)
    publish(earlier, panel, tmp_path / "run", ORIGIN)
    manifest = json.loads((tmp_path / "run" / "run.json").read_text())
    del manifest["timings"]["self_test"]
    (tmp_path / "run" / "run.json").write_text(json.dumps(manifest))

    opened = Results.open(tmp_path / "run")
    assert opened.self_test() is None
    assert len(opened.view(Query()).users) == 23
    opened.close()


def test_a_level_that_nothing_reaches_survives_the_manifest(run_folder: Path) -> None:
    manifest = RunManifest.read(run_folder).model_copy(update={"level": float("inf")})

    assert RunManifest.model_validate_json(manifest.model_dump_json()).level == float("inf")
