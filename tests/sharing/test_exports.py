"""What is taken along comes back as it was shown: read with pandas, DuckDB and the app's own reader."""

import io
import json
import re
import zipfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from dashboard.runs.results import Results
from dashboard.runs.views import Query, View
from dashboard.sharing import exports
from dashboard.sharing.exports import Extract, exports_of, user_csv
from dashboard.sharing.masking import open_masked
from dashboard.sharing.table_files import FORMULA_STARTS, safe_cell
from tests.charts.made_up import make_user, make_view
from tests.runs.conftest import NAMES

CELL_COLUMNS = (
    "user time feature actual expected low high error score p_value anomaly".split()  # noqa: SIM905
)


@pytest.fixture(scope="module")
def shown(results: Results) -> View:
    return results.view(Query(level=2.0, top=6, search="a"))


def files(extract: Extract, form: str) -> dict[str, bytes]:
    return {export.name.split(".")[0]: export.make() for export in exports_of(extract, form)}


def read_csv(data: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(data), dtype={"user": str}, keep_default_na=False)


def test_what_is_shown_is_in_the_order_and_at_the_level_shown(
    results: Results, shown: View
) -> None:
    made = files(Extract(results, shown, whole=False), "csv")
    users, days, cells = (read_csv(made[name]) for name in ("users", "days", "cells"))
    names = [safe_cell(name) for name in shown.users["user"]]
    assert list(users["user"]) == names == list(dict.fromkeys(cells["user"]))
    np.testing.assert_allclose(users["score"], shown.users["score"], rtol=1e-6)
    assert days["time"].iloc[0] == "2026-03-01"
    assert days["anomalous_users"].tolist() == shown.days["anomalous_users"].tolist()
    assert list(cells) == CELL_COLUMNS
    assert (cells["anomaly"] == (cells["score"] >= 2)).all()


def test_one_feature_alone_is_taken_where_it_alone_is_shown(results: Results) -> None:
    view = results.view(Query(feature="views", top=3))
    cells = read_csv(files(Extract(results, view, whole=False), "csv")["cells"])
    assert set(cells["feature"]) == {"views"}
    assert len(set(cells["user"])) == 3


@pytest.mark.parametrize("form", ["csv", "parquet", "json"])
def test_the_whole_run_holds_every_scored_cell_whatever_is_shown(
    results: Results, shown: View, form: str
) -> None:
    made = files(Extract(results, shown, whole=True), form)
    read = {
        "csv": read_csv,
        "parquet": lambda data: pd.read_parquet(io.BytesIO(data)),
        "json": lambda data: pd.DataFrame(json.loads(data)),
    }[form]
    cells, users = read(made["cells"]), read(made["users"])
    tell = safe_cell if form == "csv" else str
    assert len(users) == 23  # of 24 users one is too new
    assert len(cells) == 2 * (23 * 14 - 2)  # features x (cells less two that were not observed)
    assert {tell(name) for name in NAMES} <= set(cells["user"])
    assert set(cells["user"]) == set(users["user"])
    loud = cells[(cells["user"] == tell("a,b")) & (cells["feature"] == "clicks")]
    assert loud["actual"].astype(float).max() == 300


def test_csv_opens_as_utf_8_and_duckdb_reads_the_same(
    results: Results, shown: View, tmp_path: Path
) -> None:
    data = files(Extract(results, shown, whole=True), "csv")["cells"]
    assert data.startswith(b"\xef\xbb\xbf")
    (tmp_path / "cells.csv").write_bytes(data)
    found = duckdb.sql(
        f"""SELECT DISTINCT "user" FROM read_csv('{tmp_path}/cells.csv', all_varchar = true)"""
    ).fetchall()
    assert {name for (name,) in found} == set(read_csv(data)["user"])


def test_no_cell_of_a_csv_begins_a_formula(results: Results, shown: View) -> None:
    for name, data in files(Extract(results, shown, whole=True), "csv").items():
        table = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
        texts = [*table, *table["user"]] if "user" in table else list(table)
        assert not [text for text in texts if text.startswith(FORMULA_STARTS)], name


def test_findings_are_those_of_the_users_shown_at_the_level_shown(results: Results) -> None:
    view = results.view(Query(level=2.0, top=2))
    shown, whole = (
        read_csv(files(Extract(results, view, whole=whole), "csv")["findings"])
        for whole in (False, True)
    )
    assert set(shown["user"]) <= {safe_cell(name) for name in view.users["user"]}
    assert len(whole) == len(results.findings(2.0)) > len(shown) > 0
    strangest = whole.iloc[0]
    assert strangest["user"] == "a,b"  # whose loud cell it is
    assert strangest["start"] <= "2026-03-09" <= strangest["end"]
    assert strangest["features"].startswith("clicks")


def test_times_are_times_in_parquet(results: Results, shown: View) -> None:
    made = files(Extract(results, shown, whole=False), "parquet")
    for name in ("days", "cells"):
        times = pd.read_parquet(io.BytesIO(made[name]))["time"]
        assert times.min() == pd.Timestamp("2026-03-01")
    findings = pd.read_parquet(io.BytesIO(made["findings"]))
    told = read_csv(files(Extract(results, shown, whole=False), "csv")["findings"])
    for name in ("start", "end"):
        assert findings[name].dt.strftime("%Y-%m-%d").tolist() == told[name].tolist() != []


def test_more_than_a_form_takes_is_refused_with_a_sentence(
    results: Results, shown: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(exports.MOST_CELLS, "xlsx", 639)
    assert exports_of(Extract(results, shown, whole=False), "xlsx")[0].refusal is None
    (workbook,) = exports_of(Extract(results, shown, whole=True), "xlsx")
    assert workbook.refusal == (
        "A sheet of a workbook takes 639 rows, and these are 640 cells. "
        "Show fewer users, or take Parquet."
    )


def test_a_users_story_has_one_row_for_each_time_and_feature() -> None:
    view = make_view()
    rows = read_csv(user_csv(make_user(view, features=("clicks", "pages"))))
    assert len(rows) == 2 * len(view.grid.times)
    assert set(rows["feature"]) == {"clicks", "pages"}


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("form", ["csv", "parquet", "json", "xlsx"])
def test_a_masked_export_names_nobody_and_each_user_alike(
    results: Results, form: str, *, whole: bool
) -> None:
    masked = open_masked(results.folder, b"key of the installation")
    view = results.view(Query(level=2.0, top=24))
    made = files(Extract(masked, view, whole=whole), form)
    if form != "xlsx":
        assert not [
            name for name in NAMES[6:] if any(name.encode() in data for data in made.values())
        ]
    if form == "parquet":
        told = {
            name: set(pd.read_parquet(io.BytesIO(made[name]))["user"])
            for name in ("users", "cells", "findings")
        }
        assert all(re.fullmatch(r"user-[0-9a-f]{6}", user) for user in told["users"])
        assert told["users"] == told["cells"] >= told["findings"]
        assert len(told["users"]) == 23
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(made["clickwatch"])) as archive:
            sheets = b"".join(archive.read(name) for name in archive.namelist())
        assert b"user-" in sheets
        assert b"newcomer" not in sheets
        assert "naïve 🦊".encode() not in sheets
