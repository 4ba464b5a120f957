import csv
import io
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.sharing.table_files import FORMULA_STARTS, csv_bytes, json_bytes, safe_cell
from tests.charts.made_up import make_view


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_cell_that_begins_like_a_formula_is_made_text(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert safe_cell(f"  {start}1+1").startswith("'")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("ann;=1+1", "ann;'=1+1"),  # where cells are parted by semicolons, the second one
        ("ann, @SUM(A1)", "ann, '@SUM(A1)"),
        ('"=1+1"', '"\'=1+1"'),
        ("ann-lee@example.org", "ann-lee@example.org"),
        ("a;b", "a;b"),
    ],
)
def test_a_part_that_another_spreadsheet_would_take_for_a_cell_is_made_text_too(
    name: str, safe: str
) -> None:
    assert safe_cell(name) == safe


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=20), min_size=1))
def test_texts_come_back_whole_and_none_is_a_formula(names: list[str]) -> None:
    shown = [row["user"] for row in rows_of(csv_bytes(pd.DataFrame({"user": names, "n": 1})))]
    assert [safe_cell(name) for name in names] == shown
    assert not any(name.lstrip(" ").startswith(FORMULA_STARTS) for name in shown)


def test_negative_numbers_stay_numbers() -> None:
    assert rows_of(csv_bytes(pd.DataFrame({"change": [-1.5]})))[0]["change"] == "-1.5"


def test_a_heading_that_begins_like_a_formula_is_made_text() -> None:
    assert csv_bytes(pd.DataFrame({"=x": [1]})).decode("utf-8-sig").startswith("'=x")


def test_json_carries_every_text_exactly_and_null_for_what_is_missing() -> None:
    users = make_view().users
    rows = json.loads(json_bytes(users.assign(p_value=np.nan)))
    assert [row["user"] for row in rows] == list(users["user"])
    assert {row["p_value"] for row in rows} == {None}
