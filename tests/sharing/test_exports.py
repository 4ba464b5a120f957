import csv
import io
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.sharing.exports import (
    FORMULA_STARTS,
    cells_csv,
    csv_bytes,
    days_csv,
    json_bytes,
    safe_cell,
    user_csv,
    users_csv,
)
from tests.charts.made_up import HOSTILE, make_user, make_view

VIEW = make_view()


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_cell_that_begins_like_a_formula_is_made_text(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert safe_cell(f"  {start}1+1").startswith("'")


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=20), min_size=1))
def test_texts_come_back_whole_and_none_is_a_formula(names: list[str]) -> None:
    shown = [row["user"] for row in rows_of(csv_bytes(pd.DataFrame({"user": names, "n": 1})))]
    assert [safe_cell(name) for name in names] == shown
    assert not any(name.startswith(FORMULA_STARTS) for name in shown)


def test_negative_numbers_stay_numbers() -> None:
    assert rows_of(csv_bytes(pd.DataFrame({"change": [-1.5]})))[0]["change"] == "-1.5"


def test_a_heading_that_begins_like_a_formula_is_made_text() -> None:
    assert csv_bytes(pd.DataFrame({"=x": [1]})).decode("utf-8-sig").startswith("'=x")


def test_users_come_back_as_they_are_shown() -> None:
    rows = rows_of(users_csv(VIEW))
    assert [row["user"] for row in rows] == [safe_cell(name) for name in VIEW.users["user"]]
    np.testing.assert_allclose([float(row["score"]) for row in rows], VIEW.users["score"])
    assert {safe_cell(name) for name in HOSTILE} <= {row["user"] for row in rows}


def test_days_and_cells_carry_times_as_addresses_do() -> None:
    assert rows_of(days_csv(VIEW))[0]["time"] == "2024-02-01"
    cells = rows_of(cells_csv(VIEW))
    assert len(cells) == VIEW.grid.score.size
    assert sum(int(row["anomaly"]) for row in cells) == VIEW.grid.anomaly.sum()


def test_a_users_story_has_one_row_for_each_time_and_feature() -> None:
    rows = rows_of(user_csv(make_user(VIEW, features=("clicks", "pages"))))
    assert len(rows) == 2 * len(VIEW.grid.times)
    assert {row["feature"] for row in rows} == {"clicks", "pages"}


def test_json_carries_every_text_exactly_and_null_for_what_is_missing() -> None:
    rows = json.loads(json_bytes(VIEW.users.assign(p_value=np.nan)))
    assert [row["user"] for row in rows] == list(VIEW.users["user"])
    assert {row["p_value"] for row in rows} == {None}
