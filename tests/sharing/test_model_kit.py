"""A model that was taken along scores outside the app, as in the run: with nothing but what it names."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from dashboard.data import read_panel
from dashboard.detection.choices import make_settings
from dashboard.detection.pipeline import analyse
from dashboard.detection.settings import TrainingSettings
from dashboard.runs import queries
from dashboard.runs.artefacts import publish
from dashboard.runs.results import Results
from dashboard.sharing.model_kit import has_model, kit_bytes, source_files
from tests.runs.conftest import ORIGIN

SETTINGS = (
    TrainingSettings(units=(3,), epochs=1, window=8, stride=2, scaling="log-range"),
    make_settings(model="counts", units=(4,), epochs=2),
)
BLOCKED = [
    "streamlit",
    "starlette",
    "plotly",
    "jinja2",
    "xlsxwriter",
    "sklearn",
    "pyarrow",
    "duckdb",
    "charset_normalizer",
    "sqlalchemy",
    "pydantic_settings",
    "typer",
    "structlog",
]
RUN_ALL = f"""
import runpy, sys
sys.modules.update(dict.fromkeys({BLOCKED!r}))
for folder in sys.argv[1:]:
    sys.argv = ["score.py", folder + "/counts.csv", folder + "/scored.csv"]
    runpy.run_path(folder + "/score.py", run_name="__main__")
"""


def counts() -> str:
    """25 users, 30 days; users of their own level, one silent in the end, one with a late start."""
    lines = ["user,time,clicks,views"]
    for user in range(25):
        for day in range(30):
            late, silent = user == 3 and day < 9, user == 4 and day > 25
            if not late and not silent:
                clicks = user + (day % 7) * (2 + user % 3) + 40 * ((user, day) == (5, 20))
                lines.append(f'"{user:03d}, =1+1",2026-03-{day + 1:02d},{clicks},{day % 5}')
    return "\n".join(lines)


@pytest.fixture(scope="module")
def kits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """For each model a folder with the unpacked kit, the counts and the run's own cells."""
    home = tmp_path_factory.mktemp("kits")
    return {settings.model: make_kit(home / settings.model, settings) for settings in SETTINGS}


def make_kit(folder: Path, settings: TrainingSettings) -> Path:
    folder.mkdir()
    (folder / "counts.csv").write_text(counts())
    panel = read_panel(folder / "counts.csv").panel
    publish(analyse(panel, settings), panel, folder / "run", ORIGIN)
    results = Results.open(folder / "run")
    results.write_csv(queries.CELLS_FILE, folder / "cells.csv")
    (folder / "model.zip").write_bytes(kit_bytes(results))
    assert (folder / "model.zip").read_bytes() == kit_bytes(results)
    with zipfile.ZipFile(folder / "model.zip") as archive:
        archive.extractall(folder)
    return folder


def test_the_script_scores_as_the_run_did_without_the_app(kits: dict[str, Path]) -> None:
    folders = [str(folder) for folder in kits.values()]
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUN_ALL, *folders],
        cwd=kits["counts"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    for folder in kits.values():
        made, told = (
            pd.read_csv(folder / name, dtype={"user": str}) for name in ("scored.csv", "cells.csv")
        )
        assert len(told) == 2 * (25 * 30 - 9)
        pd.testing.assert_frame_equal(made, told, check_dtype=False, rtol=1e-4, atol=1e-5)


def test_a_kit_holds_no_pickle_no_user_and_nothing_twice(
    results: Results, kits: dict[str, Path]
) -> None:
    with zipfile.ZipFile(kits["counts"] / "model.zip") as archive:
        names = archive.namelist()
        assert len(names) == len(set(names))
        assert {"model.keras", "score.py", "README.md", "requirements.txt", "LICENSE"} <= set(names)
        assert not [
            name for name in names if name.endswith((".pkl", ".pickle", ".npy", ".parquet"))
        ]
        text = b"".join(archive.read(name) for name in names if not name.endswith(".keras"))
    assert b"003, =1+1" not in text
    assert not has_model(results)  # a baseline has none


def test_a_kit_names_its_libraries_and_what_it_was_trained_for(kits: dict[str, Path]) -> None:
    pins = (kits["counts"] / "requirements.txt").read_text().splitlines()
    named = {line.split("==")[0] for line in pins}
    assert named == {
        "numpy",
        "scipy",
        "pandas",
        "pydantic",
        "psutil",
        "keras",
        "tensorflow",
        "tensorflow-cpu",
    }
    about = json.loads((kits["counts"] / "about.json").read_text())
    assert (about["model"], about["features"], about["step"]) == (
        "counts",
        ["clicks", "views"],
        "day",
    )


def test_the_source_is_that_of_scoring_alone() -> None:
    assert {"detection/pipeline.py", "detection/models/counts_network.py"} <= set(source_files())
    assert {name.split("/")[0] for name in source_files()} == {
        "__init__.py",
        "data",
        "detection",
        "errors.py",
    }
    assert "data/panel.py" in source_files()
    assert "data/table.py" not in source_files()  # what reads files needs a database
