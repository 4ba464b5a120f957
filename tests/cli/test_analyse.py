"""`analyse` writes every file of the contract, and `score` needs no training."""

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import main
from dashboard.errors import NotFoundError
from dashboard.runs.artefacts import open_manifest

MAP = ("--map", "user=who,time=day,value=clicks,value=views")
TINY = (
    "--units",
    "2",
    "--epochs",
    "2",
    "--patience",
    "0",
    "--window",
    "6",
    "--stride",
    "2",
    "--seed",
    "7",
)
FILES = {
    "cells.csv",
    "users.csv",
    "days.csv",
    "run.json",
    "model.keras",
    "calibration.json",
    "report.html",
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def out(counts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("analysed") / "new" / "out"
    assert main(["analyse", str(counts), "--out", str(folder), *MAP, *TINY]) == 0
    return folder


def test_the_folder_holds_the_contract_and_nothing_else(out: Path) -> None:
    assert {path.name for path in out.iterdir()} == FILES
    digests = json.loads((out / "run.json").read_text())["artefacts"]
    assert set(digests) == FILES - {"run.json"}
    for name, digest in digests.items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest


def test_cells_hold_every_observed_cell_of_every_scored_user_once(out: Path) -> None:
    cells = rows(out / "cells.csv")

    assert list(cells[0]) == (
        "user time feature actual expected error score p_value anomaly".split()  # noqa: SIM905
    )
    assert len(cells) == 9 * 12 * 2
    assert len({(row["user"], row["time"], row["feature"]) for row in cells}) == len(cells)
    assert {row["time"] for row in cells} == {f"2026-03-{day:02d}" for day in range(1, 13)}
    assert {row["anomaly"] for row in cells} <= {"0", "1"}
    for row in cells:
        assert all(float(row[name]) >= 0 for name in ("actual", "error", "score"))
        assert 0 < float(row["p_value"]) <= 1
        float(row["expected"])


def test_names_and_counts_are_those_of_the_file(out: Path, counts: Path) -> None:
    given = {
        (row["who"], row["day"]): (row["clicks"], row["views"])
        for row in rows(counts)
        if row["who"] != "newcomer"
    }
    told: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows(out / "cells.csv"):
        told.setdefault((row["user"], row["time"]), {})[row["feature"]] = row["actual"]

    assert {key: (each["clicks"], each["views"]) for key, each in told.items()} == given


def test_users_and_days_agree_with_the_cells(out: Path) -> None:
    cells, users, days = (rows(out / f"{name}.csv") for name in ("cells", "users", "days"))

    assert list(users[0]) == ["user", "error", "score", "p_value", "anomalous_times", "rank"]
    assert list(days[0]) == ["time", "error", "score", "p_value", "anomalous_users"]
    assert [int(row["rank"]) for row in users] == list(range(1, 10))
    assert users[0]["user"] == "🦊"
    for user in users:
        own = [row for row in cells if row["user"] == user["user"]]
        anomalous = {row["time"] for row in own if row["anomaly"] == "1"}
        assert float(user["score"]) == max(float(row["score"]) for row in own)
        assert int(user["anomalous_times"]) == len(anomalous)
    for day in days:
        own = [row for row in cells if row["time"] == day["time"] and row["anomaly"] == "1"]
        assert int(day["anomalous_users"]) == len({row["user"] for row in own})


def test_run_json_tells_what_was_done(out: Path, counts: Path) -> None:
    told = json.loads((out / "run.json").read_text())

    assert told["dataset"]["digest"] == hashlib.sha256(counts.read_bytes()).hexdigest()
    assert (told["seed"], told["settings"]["window"], told["settings"]["stride"]) == (7, 6, 2)
    assert told["unscored_users"] == ["newcomer"]
    assert {"settings", "versions", "metrics", "timings"} <= set(told)
    seconds = told["timings"]
    assert len(seconds["epochs"]) == 2
    parts = sum(seconds[part] for part in ("read", "train", "score", "self_test"))
    assert seconds["total"] >= parts > seconds["self_test"] > 0
    assert "copied" in told["metrics"]


def test_the_same_seed_gives_the_same_cells_and_a_folder_that_is_there_keeps_its_other_files(
    typed: Callable[..., Any], out: Path, counts: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "cells.csv").write_text("old")
    said = typed("analyse", counts, "--out", tmp_path, *MAP, *TINY)

    assert said.code == 0
    assert {path.name for path in tmp_path.iterdir()} == FILES | {"notes.txt"}
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "cells.csv").read_bytes() == (out / "cells.csv").read_bytes()
    assert "Epoch 2/2: loss" in said.err
    assert "Epoch" not in said.out


def test_a_budget_flags_that_many_users(
    typed: Callable[..., Any], counts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.detection.windows.LEAST_TIMES", 12)
    chosen = ("--model", "robust-z", "--threshold", "budget:2")
    assert typed("analyse", counts, "--out", tmp_path, *MAP, *chosen).code == 0

    users = rows(tmp_path / "users.csv")
    scores = sorted((float(user["score"]) for user in users), reverse=True)
    flagged = [user for user in users if user["anomalous_times"] != "0"]
    assert len(flagged) == sum(score >= scores[1] for score in scores)  # two, and ties with them


def test_a_trained_model_scores_the_same_file_the_same(
    typed: Callable[..., Any], out: Path, counts: Path, tmp_path: Path
) -> None:
    said = typed("score", out, counts, "--out", tmp_path / "scored", *MAP)

    assert said.code == 0
    assert {path.name for path in (tmp_path / "scored").iterdir()} == FILES
    assert json.loads((tmp_path / "scored" / "run.json").read_text())["timings"]["epochs"] == []
    for ours, theirs in zip(
        rows(tmp_path / "scored" / "cells.csv"), rows(out / "cells.csv"), strict=True
    ):
        assert ours["user"] == theirs["user"]
        assert float(ours["score"]) == pytest.approx(float(theirs["score"]), abs=1e-3)


def test_a_scored_folder_can_score_again(
    typed: Callable[..., Any], out: Path, counts: Path, tmp_path: Path
) -> None:
    assert typed("score", out, counts, "--out", tmp_path / "one", *MAP).code == 0
    assert typed("score", tmp_path / "one", counts, "--out", tmp_path / "two", *MAP).code == 0


def test_a_run_that_breaks_off_leaves_nothing(typed: Callable[..., Any], tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("user,date,clicks\na,2026-01-01,-3\n")

    assert typed("analyse", bad, "--out", tmp_path / "out").code == 2
    assert not (tmp_path / "out").exists()
    with pytest.raises(NotFoundError):
        open_manifest(tmp_path / "out")
