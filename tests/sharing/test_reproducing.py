"""The lines that repeat a run are run, and give the same cells."""

import shlex
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.data.reading import Reading
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.artefacts import open_manifest
from dashboard.runs.manifest import Dataset, RunManifest
from dashboard.sharing.reproducing import command_lines, files_sentence, python_lines
from tests.charts.made_up import make_manifest, make_view

MANIFEST = make_manifest(make_view())
NAME = "it's $HOME; counts.csv"
ROWS = "who;day;clicks;pages\n" + "\n".join(
    f"{user};{day:02d}.03.2026;{user + (day * 7) % 5 + 60 * ((user, day) == (2, 8))};1"
    for user in range(6)
    for day in range(1, 21)
    if (user, day) != (4, 4)
)
CHOICES = [
    *("--map", "user=who,time=day,value=clicks", "--read", "missing=unknown"),
    *("--model", "weekday-median", "--seed", "3", "--threshold", "rate:0.02"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repeated")
    (folder / NAME).write_text(ROWS)
    assert main(["analyse", str(folder / NAME), "--out", str(folder / "first"), *CHOICES]) == 0
    return folder


def test_the_command_does_the_same_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    words = shlex.split(command_lines(open_manifest(folder / "first")))
    assert words[:4] == ["python", "-m", "dashboard", "analyse"]
    assert main(words[3:]) == 0
    again, first = (folder / name / "cells.csv" for name in ("result", "first"))
    assert again.read_bytes() == first.read_bytes()


def test_the_program_does_the_same_again(folder: Path) -> None:
    scores = scores_of(folder / "first" / "cells.csv")
    assert len(scores) == 6 * 20 - 1  # a missing row is unknown, as was asked
    assert run_program(folder, open_manifest(folder / "first")) == pytest.approx(scores)


def scores_of(cells: Path) -> list[float]:
    return pd.read_csv(cells)["score"].tolist()


def run_program(folder: Path, manifest: RunManifest) -> list[float]:
    """The scores that the program of a run ends with, cell by cell."""
    tell = "\nprint(*analysis.score[analysis.scored].ravel().tolist())"
    done = subprocess.run(
        [sys.executable, "-c", python_lines(manifest) + tell],
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(score) for score in done.stdout.split()]


def test_a_scoring_is_repeated_with_the_training_before_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    later = [line.replace(".03.2026", ".04.2026") for line in ROWS.splitlines()[:-80]]
    (folder / "later.csv").write_text("\n".join(later))
    words = ["score", "first", "later.csv", "--out", "scored", *CHOICES[:4]]
    assert main(words) == 0
    manifest = open_manifest(folder / "scored")
    assert manifest.scored_with is not None
    assert "beside it" in files_sentence(manifest)
    assert "to the last digit" in files_sentence(manifest)
    later_still = manifest.scored_with.model_copy(update={"between": 1})
    told = files_sentence(manifest.model_copy(update={"scored_with": later_still}))
    assert "1 other file scored in between is left out" in told
    first, second = command_lines(manifest).splitlines()
    assert shlex.split(first)[3:5] == ["analyse", NAME]
    training = open_manifest(folder / "first")
    assert first == command_lines(training).replace("--out result", "--out trained")
    copytree(
        folder / "first", folder / "trained"
    )  # which is what that command makes, as seen above
    assert main(shlex.split(second)[3:]) == 0
    again, scored = (folder / name / "cells.csv" for name in ("result", "scored"))
    assert again.read_bytes() == scored.read_bytes()
    assert run_program(folder, manifest) == pytest.approx(scores_of(scored))


def test_what_is_usual_is_left_out() -> None:
    usual = MANIFEST.model_copy(
        update={
            "settings": TrainingSettings(),
            "dataset": Dataset(name="counts.csv", digest="", reading=Reading()),
        }
    )
    assert command_lines(usual) == (
        "python -m dashboard analyse counts.csv --out result --model encoder-decoder "
        "--threshold rate:0.001"
    )


def test_every_kind_of_choice_is_written_as_it_is_typed() -> None:
    settings = TrainingSettings(units=(8, 4), shuffle=True, learning_rate=0.005, window=12)
    reading = Reading(layout="long", counts=("a b", "c"), day_first=True, delimiter="\t")
    manifest = MANIFEST.model_copy(
        update={
            "settings": settings,
            "dataset": Dataset(name="-rf.csv", digest="", reading=reading),
        }
    )
    words = shlex.split(command_lines(manifest))
    assert words[4] == "./-rf.csv"
    typed = " ".join(words[7:])
    assert typed == (
        "--map value=a b --map value=c --read layout=long --read delimiter=\t "
        "--read day_first=true --model encoder-decoder --window 12 --units 8,4 "
        "--learning-rate 0.005 --shuffle --threshold rate:0.001"
    )
