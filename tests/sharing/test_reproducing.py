"""The lines that repeat a run are run, and give the same cells."""

import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.data.reading import Reading
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.artefacts import open_manifest
from dashboard.runs.manifest import Dataset
from dashboard.sharing.reproducing import command_lines, python_lines
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
    program = python_lines(open_manifest(folder / "first"))
    tell = "\nprint(*analysis.score[analysis.scored].ravel().tolist())"
    done = subprocess.run(
        [sys.executable, "-c", program + tell],
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    cells = pd.read_csv(folder / "first" / "cells.csv")
    assert len(cells) == 6 * 20 - 1  # a missing row is unknown, as was asked
    assert [float(score) for score in done.stdout.split()] == pytest.approx(cells["score"].tolist())


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
