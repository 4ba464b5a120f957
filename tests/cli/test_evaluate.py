"""`evaluate` puts models side by side on counts whose anomalies are known."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.detection.registry import MODELS

MAP = ("--map", "user=who,time=day,value=clicks")
LOUD = "user,time,kind\n🦊,2026-03-08,spike\n"  # the one loud cell of the counts
Typed = Callable[..., Any]


@pytest.fixture(autouse=True)
def short_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts have twelve days, of which windows are cut without being asked for."""
    monkeypatch.setattr("dashboard.detection.windows.LEAST_TIMES", 12)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.csv"
    path.write_text(LOUD, "utf-8")
    return path


def test_every_model_gets_a_column(typed: Typed, counts: Path, labels: Path) -> None:
    said = typed("evaluate", counts, "--labels", labels, *MAP, "--epochs", "1")

    assert said.code == 0, said.err
    header = next(line for line in said.out.splitlines() if all(name in line for name in MODELS))
    assert header.split() == list(MODELS)
    for row in ("Per user", "average precision", "precision in first 10", "VUS-PR", "spike"):
        assert row in said.out
    for name in MODELS:
        assert f"{name}: Scoring" in said.err
    assert "Scoring" not in said.out


def test_json_holds_figures_that_can_be_worked_out(
    typed: Typed, counts: Path, labels: Path
) -> None:
    arguments = ("--model", "stacked", "--epochs", "1", "--seed", "3", "--threshold", "budget:1")
    said = typed("evaluate", counts, "--labels", labels, *MAP, *arguments, "--json")

    told = json.loads(said.out)
    assert (told["users"], told["times"], told["labelled_cells"]) == (10, 12, 1)
    assert told["threshold"] == "budget:1"
    assert list(told["models"]) == ["stacked"]
    stacked = told["models"]["stacked"]
    # nine users are scored, the newcomer has one day; 500 clicks are the strangest of all
    assert (stacked["users"]["judged"], stacked["users"]["labelled"]) == (9, 1)
    assert (stacked["cells"]["judged"], stacked["left_out_cells"]) == (9 * 12, 12)
    assert stacked["users"]["chance"] == pytest.approx(1 / 9)
    assert stacked["users"]["average_precision"]["value"] == 1
    assert stacked["cells"]["average_precision"]["value"] == 1
    assert stacked["users"]["precision_in_first"]["10"]["value"] == pytest.approx(1 / 9)
    assert stacked["events_by_kind"] == {"spike": {"events": 1, "caught": 1}}
    assert stacked["events"]["delay_steps"]["value"] == 0
    assert (stacked["settings"]["seed"], stacked["settings"]["epochs"]) == (3, 1)


def test_labels_can_stand_in_a_column(typed: Typed, tmp_path: Path) -> None:
    rows = [
        f"{user},2026-03-{day:02d},{400 if (user, day) == ('d', 9) else day % 7},{int((user, day) == ('d', 9))}"
        for user in "abcdef"
        for day in range(1, 29)
    ]
    path = tmp_path / "counts.csv"
    path.write_text("\n".join(["user,date,clicks,strange", *rows]))
    said = typed(
        "evaluate",
        path,
        "--labels",
        "column:strange",
        "--model",
        "robust-z",
        "--json",
    )

    told = json.loads(said.out)
    assert told["features"] == 1  # the labels are no counts
    assert told["labelled_cells"] == 1
    assert told["models"]["robust-z"]["users"]["labelled"] == 1


def test_the_files_of_a_folder_are_evaluated_as_one(
    typed: Typed, counts: Path, labels: Path, tmp_path: Path
) -> None:
    header, *rows = counts.read_text("utf-8").splitlines(keepends=True)
    folder = tmp_path / "days"
    folder.mkdir()
    (folder / "a.csv").write_text(header + "".join(rows[:40]), "utf-8")
    (folder / "b.csv").write_text(header + "".join(rows[40:]), "utf-8")
    told = []
    for file in (counts, folder):
        said = typed("evaluate", file, "--labels", labels, *MAP, "--model", "robust-z", "--json")
        assert said.code == 0, said.err
        told.append(json.loads(said.out))
        told[-1]["models"]["robust-z"].pop("seconds")
    assert told[0] == told[1]

    labels.write_text(LOUD + "🦊,never,spike\n", "utf-8")
    refused = typed("evaluate", folder, "--labels", labels, *MAP, "--model", "robust-z")
    assert refused.code == 2
    assert "labels.csv: Line 3 has 'never'" in refused.err


def test_a_day_of_everyone_is_not_held_against_each(
    typed: Typed, counts: Path, labels: Path
) -> None:
    names = ["007", " space ", "NaN", '"a,b"', "=1+1", "🦊", "six"]
    outage = "".join(f"{name},2026-03-03,outage\n" for name in names)
    labels.write_text(LOUD + outage + "nobody,2026-03-03,outage\n", "utf-8")
    said = typed("evaluate", counts, "--labels", labels, *MAP, "--model", "robust-z", "--json")

    told = json.loads(said.out)
    assert told["shared_times"] == ["2026-03-03"]
    assert told["models"]["robust-z"]["users"]["labelled"] == 1
    assert 1 <= told["models"]["robust-z"]["shared_time_ranks"][0] <= 12
    assert told["notes"][0] == "1 of 9 labels name a user that the counts do not have."
    assert "2026-03-03" in told["notes"][1]
