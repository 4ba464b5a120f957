"""`inspect`, `sample` and `models` answer without a model being trained."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli_options import parse_maps
from dashboard.detection.registry import MODELS
from dashboard.errors import SettingsError

ROOT = Path(__file__).parents[2]
MAP = "user=who,time=day,value=clicks,value=views"


def test_inspect_says_what_was_understood(typed: Callable[..., Any], counts: Path) -> None:
    said = typed("inspect", counts, "--map", MAP, "--json")
    told = json.loads(said.out)

    assert said.code == 0
    assert (told["users"], told["times"], told["features"]) == (10, 12, 2)
    assert told["total"] == {"clicks": 500 - 6 + 9 * 12 + 12 * 36 + 1, "views": 9 * 66 + 1}
    assert (told["first"], told["last"]) == ("2026-03-01", "2026-03-12")
    assert told["frequency"] == "day"
    assert told["user_sample"] == ["007", " space ", "NaN", "a,b", "=1+1"]
    assert told["notes"]


def test_a_folder_or_a_pattern_is_read_as_one_file(
    typed: Callable[..., Any], counts: Path, tmp_path: Path
) -> None:
    header, *rows = counts.read_text("utf-8").splitlines(keepends=True)
    for place, part in enumerate((rows[:50], rows[50:])):
        (tmp_path / f"{place}.csv").write_text(header + "".join(part), "utf-8")
    (tmp_path / "notes.md").write_text("no counts")
    whole, *as_one = (
        typed("inspect", what, "--map", MAP, "--json")
        for what in (counts, tmp_path, tmp_path / "*.csv")
    )
    assert [one.code for one in as_one] == [0, 0]
    assert {one.out for one in as_one} == {whole.out}
    assert "holds no file" in typed("inspect", tmp_path / "*.parquet").err


def test_inspect_speaks_to_people_too(typed: Callable[..., Any], counts: Path) -> None:
    said = typed("inspect", counts, "--map", MAP)

    assert said.code == 0
    assert "Users       10" in said.out
    assert "2026-03-01 to 2026-03-12" in said.out


def test_a_sample_is_the_same_for_the_same_seed(typed: Callable[..., Any], tmp_path: Path) -> None:
    for name in ("a", "b"):
        out, labels = tmp_path / f"{name}.csv", tmp_path / f"{name}-labels.csv"
        assert typed("sample", out, "--users", 20, "--days", 15, "--labels", labels).code == 0

    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    with (tmp_path / "a.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert set(rows[0]) == {"user", "date", "clicks"}
    assert len({row["user"] for row in rows}) == 20
    assert (tmp_path / "a-labels.csv").read_text().startswith("user,date,kind")


def test_every_model_is_listed_with_one_line(typed: Callable[..., Any]) -> None:
    lines = typed("models").out.splitlines()

    assert [line.split()[0] for line in lines] == list(MODELS)


def test_inspecting_loads_no_tensorflow_and_no_streamlit(counts: Path) -> None:
    program = (
        "import sys\n"
        "from dashboard.cli import main\n"
        f"code = main(['inspect', {str(counts)!r}, '--map', {MAP!r}, '--json']) or main(['models'])\n"
        "sys.exit(code or ', '.join({'tensorflow', 'keras', 'streamlit', 'sqlalchemy'} & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_reader_that_stops_early_is_no_error(counts: Path) -> None:
    command = f"{sys.executable} -m dashboard inspect {counts} --map {MAP} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("0", "")


@pytest.mark.parametrize(
    ("maps", "user", "time", "values"),
    [
        (["user=a,time=b,value=c"], "a", "b", ("c",)),
        (["user=last, first,time=day (d,m),value=n"], "last, first", "day (d,m)", ("n",)),
        (["user=a", "value=b", "value=c"], "a", None, ("b", "c")),
        (['user="a",value="x=y"'], "a", None, ("x=y",)),
    ],
)
def test_column_names_may_hold_commas(
    maps: list[str], user: str, time: str | None, values: tuple[str, ...]
) -> None:
    reading = parse_maps(maps)

    assert (reading.user, reading.time, reading.counts) == (user, time, values)


@pytest.mark.parametrize("text", ["", "user", "user=", "who=a", "user=a,user=b", "a,b"])
def test_a_map_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="--map"):
        parse_maps([text])
