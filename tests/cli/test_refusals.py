"""Whatever is typed wrongly is answered by one sentence and exit code 2, never by a traceback."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
WRONG = {
    "no command": [],
    "unknown command": ["dance"],
    "unknown option": ["models", "--loud"],
    "no file": ["inspect"],
    "missing file": ["inspect", "{tmp}/none.csv"],
    "folder": ["inspect", "{tmp}"],
    "empty file": ["inspect", "{tmp}/empty.csv"],
    "picture": ["inspect", "{tmp}/picture.csv"],
    "bad map": ["inspect", "{counts}", "--map", "colour=red"],
    "unknown column": ["inspect", "{counts}", "--map", "user=nobody"],
    "no out": ["analyse", "{counts}"],
    "out is a file": ["analyse", "{counts}", "--out", "{counts}"],
    "out in a file": ["analyse", "{counts}", "--out", "{counts}/deeper"],
    "unknown model": ["analyse", "{counts}", "--out", "{tmp}/o", "--model", "oracle"],
    "no epochs": ["analyse", "{counts}", "--out", "{tmp}/o", "--epochs", "0"],
    "epochs in words": ["analyse", "{counts}", "--out", "{tmp}/o", "--epochs", "many"],
    "half an epoch": ["analyse", "{counts}", "--out", "{tmp}/o", "--epochs", "1.5"],
    "empty units": ["analyse", "{counts}", "--out", "{tmp}/o", "--units", ""],
    "bad units": ["analyse", "{counts}", "--out", "{tmp}/o", "--units", "10,-1"],
    "negative seed": ["analyse", "{counts}", "--out", "{tmp}/o", "--seed", "-1"],
    "unknown scaling": ["analyse", "{counts}", "--out", "{tmp}/o", "--scaling", "magic"],
    "not a number": ["analyse", "{counts}", "--out", "{tmp}/o", "--learning-rate", "nan"],
    "bad threshold": ["analyse", "{counts}", "--out", "{tmp}/o", "--threshold", "loud"],
    "zero budget": ["analyse", "{counts}", "--out", "{tmp}/o", "--threshold", "budget:0"],
    "window too long": ["analyse", "{counts}", "--out", "{tmp}/o", "--window", "400"],
    "no run": ["score", "{tmp}", "{counts}", "--out", "{tmp}/o"],
    "no users": ["sample", "{tmp}/s.csv", "--users", "0"],
    "negative days": ["sample", "{tmp}/s.csv", "--days", "-4"],
    "all anomalous": ["sample", "{tmp}/s.csv", "--anomalies", "1.5"],
    "sample into nowhere": ["sample", "{tmp}/none/s.csv"],
    "sample into a folder": ["sample", "{tmp}"],
    "no such port": ["serve", "--port", "70000"],
    "a port in words": ["serve", "--port", "http"],
    "no labels": ["evaluate", "{counts}"],
    "missing labels": ["evaluate", "{counts}", "--labels", "{tmp}/none.csv", "--map", "{map}"],
    "labels in a folder": ["evaluate", "{counts}", "--labels", "{tmp}", "--map", "{map}"],
    "empty labels": ["evaluate", "{counts}", "--labels", "{tmp}/empty.csv", "--map", "{map}"],
    "no such column": ["evaluate", "{counts}", "--labels", "column:no", "--map", "{map}"],
    "a column of text": ["evaluate", "{counts}", "--labels", "column:who", "--map", "{map}"],
    "counts as labels": ["evaluate", "{counts}", "--labels", "column:views", "--map", "{map}"],
    "the only counts": ["evaluate", "{counts}", "--labels", "column:clicks", "--map", "{map}"],
    "unknown model to evaluate": [
        "evaluate",
        "{counts}",
        "--labels",
        "{tmp}/l",
        "--model",
        "oracle",
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_gets_one_sentence(
    typed: Callable[..., Any], counts: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)
    columns = "user=who,time=day,value=clicks"
    said = typed(*[part.format(tmp=tmp_path, counts=counts, map=columns) for part in WRONG[name]])

    assert (said.code, said.out) == (2, "")
    assert len(said.err.strip().splitlines()) == 1, said.err
    assert "Traceback" not in said.err
    assert not (tmp_path / "o").exists()


def test_a_setting_out_of_range_is_named_with_what_was_typed(
    typed: Callable[..., Any], counts: Path, tmp_path: Path
) -> None:
    said = typed("analyse", counts, "--out", tmp_path / "o", "--batch-size", "0")

    assert "--batch-size" in said.err
    assert "'0'" in said.err
    assert "1" in said.err


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--epochs many", "--epochs should be a whole number; received 'many'."),
        ("--units 10,x", "--units should be a whole number; received '10,x'."),
        ("--units 9,9,9,9,9", "--units takes at most 4 numbers; received '9,9,9,9,9'."),
        ("--dropout some", "--dropout should be a number; received 'some'."),
        (
            "--model stacked --metric loud",
            "--metric should be 'mae', 'mse' or 'rmse'; received 'loud'.",
        ),
        ("--epochs 0", "--epochs should be greater than or equal to 1; received '0'."),
    ],
)
def test_a_setting_is_refused_in_plain_words(
    typed: Callable[..., Any], counts: Path, tmp_path: Path, option: str, words: str
) -> None:
    assert typed("analyse", counts, "--out", tmp_path / "o", *option.split()).err == words + "\n"


def test_a_taken_port_is_named(typed: Callable[..., Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = typed("serve", "--port", taken.getsockname()[1])

    assert said.code == 2
    assert "--port" in said.err


def test_a_wrong_environment_variable_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", "worker"],
        cwd=ROOT,
        env=os.environ | {"CLICKWATCH_PORT": "http"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("CLICKWATCH_PORT")
    assert len(done.stderr.splitlines()) == 1


def test_a_full_disk_is_told_in_one_sentence() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m dashboard models > /dev/full"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "The disk is full" in done.stderr


def test_ctrl_c_ends_a_training_quietly(counts: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dashboard", "analyse", counts, "--out", tmp_path / "o"]
    columns = ["--map", "user=who,time=day,value=clicks"]
    small = ["--model", "stacked", "--units", "2", "--window", "6"]
    process = subprocess.Popen(
        [*command, *columns, *small, "--epochs", "1000", "--patience", "0"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # a shell that runs the tests in the background has them ignore Ctrl+C
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    assert process.stderr
    for line in process.stderr:
        if line.startswith("Epoch"):
            break
    process.send_signal(2)
    _, err = process.communicate(timeout=30)

    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert not (tmp_path / "o").exists()
