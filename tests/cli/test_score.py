"""`score` on later files: only what is new is judged, and drift is said in plain words."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import main

USERS = [f"u{number:02d}" for number in range(20)]
LOUD = ("u07", 23)
MODEL = ("--model", "weekday-median", "--threshold", "rate:0.01")


def counts(days: range, factor: float = 1, *, without: str = "", more: str = "") -> str:
    """user,date,clicks from 2 March 2026 on: 10 a day over all users, 200 in one cell of `factor` 1."""
    lines = ["user,date,clicks"]
    for place, user in enumerate([*USERS, *more.split()]):
        for day in days:
            usual = factor * (8 + (3 * day + place) % 5)
            clicks = 200 if (user, day, factor) == (*LOUD, 1) else usual
            if user != without:
                lines.append(f"{user},{date(2026, 3, 2) + timedelta(day)},{clicks}")
    return "\n".join(lines)


@dataclass(frozen=True)
class Scored:
    said: str
    out: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.out / name).open(newline="", encoding="utf-8") as lines:
            return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over three weeks."""
    folder = tmp_path_factory.mktemp("again")
    (folder / "march.csv").write_text(counts(range(21)))
    assert main(["analyse", str(folder / "march.csv"), "--out", str(folder / "run"), *MODEL]) == 0
    return folder / "run"


@pytest.fixture
def score(trained: Path, tmp_path: Path, typed: Callable[..., Any]) -> Callable[[str], Scored]:
    def run(text: str) -> Scored:
        (tmp_path / "later.csv").write_text(text)
        said = typed("score", trained, tmp_path / "later.csv", "--out", tmp_path / "out")
        assert said.code == 0, said.err
        return Scored(said.out, tmp_path / "out")

    return run


def test_next_weeks_file_is_judged_by_the_weeks_before_it(score: Callable[[str], Scored]) -> None:
    scored = score(counts(range(21, 28), without="u05"))
    cells = scored.rows("cells.csv")
    assert {row["time"] for row in cells} == {f"2026-03-{day}" for day in range(23, 30)}
    assert len(cells) == 20 * 7
    loudest = max(cells, key=lambda row: float(row["actual"]))
    assert loudest["anomaly"] == "1"
    assert (loudest["user"], loudest["time"]) == ("u07", "2026-03-25")
    assert {row["actual"] for row in cells if row["user"] == "u05"} == {"0"}
    assert {row["user"] for row in scored.rows("users.csv")[:2]} == {"u05", "u07"}
    assert [row["time"] for row in scored.rows("days.csv")] == sorted(
        {row["time"] for row in cells}
    )
    assert "7 days beyond those known (up to Sun 22 Mar 2026)." in scored.said
    assert "1 known user without a row in the file counts as silent" in scored.said
    assert "No need to retrain" in scored.said
    told = json.loads((scored.out / "run.json").read_text())["scored_with"]
    assert (told["run_name"], told["trained_on"]["name"]) == ("run", "march.csv")
    assert told["drift"]["users"] == 20


def test_a_file_of_all_weeks_so_far_is_judged_by_its_new_week_and_its_new_users(
    score: Callable[[str], Scored],
) -> None:
    scored = score(counts(range(28), factor=2, more="new1 new2"))
    times: dict[str, set[str]] = {}
    for row in scored.rows("cells.csv"):
        times.setdefault(row["user"], set()).add(row["time"])
    assert {len(times[user]) for user in USERS} == {7}
    assert {len(times[user]) for user in ("new1", "new2")} == {28}
    assert "2 users whom the run did not know" in scored.said
    assert "Users: 2 of 22 are unknown to the training." in scored.said
    assert "Retrain: volumes are up 100%" in scored.said
    assert "Retrain: volumes are up 100%" in (scored.out / "report.html").read_text("utf-8")


def test_new_users_with_too_few_days_are_refused_in_a_sentence(
    trained: Path, tmp_path: Path, typed: Callable[..., Any]
) -> None:
    (tmp_path / "later.csv").write_text("user,date,clicks\nx,2026-04-01,3\nx,2026-04-02,3")
    said = typed("score", trained, tmp_path / "later.csv", "--out", tmp_path / "out")
    assert said.code == 2
    assert len(said.err.strip().splitlines()) == 1
