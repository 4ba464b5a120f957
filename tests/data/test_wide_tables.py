"""Thousands of columns are read like few; a bad count among them is named."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tables import as_csv

from dashboard.data import read_panel
from dashboard.errors import ReadError

WIDTH = 3_000
COUNTS = np.arange(12 * WIDTH).reshape(12, WIDTH) % 50


def _written(tmp_path: Path, rows: list[list[object]]) -> Path:
    path = tmp_path / "counts.csv"
    path.write_text(as_csv(rows), "utf-8")
    return path


def test_thousands_of_days_across(tmp_path: Path) -> None:
    days = pd.date_range("2015-01-01", periods=WIDTH)
    rows = [[f"u{user}", *map(int, counts)] for user, counts in enumerate(COUNTS)]
    panel = read_panel(_written(tmp_path, [["user", *days.strftime("%Y-%m-%d")], *rows])).panel
    assert panel.times.equals(days)
    np.testing.assert_array_equal(panel.values[:, :, 0], COUNTS)


def test_thousands_of_users_across_and_the_first_bad_count_by_line(tmp_path: Path) -> None:
    names = tuple(f"user{user}" for user in range(WIDTH))
    rows = [[f"2024-01-{day:02d}", *map(int, counts)] for day, counts in enumerate(COUNTS, start=1)]
    header: list[object] = ["date", *names]
    panel = read_panel(_written(tmp_path, [header, *rows])).panel
    assert panel.users == names
    np.testing.assert_array_equal(panel.values[:, :, 0], COUNTS.T)
    rows[2][2_900], rows[3][7] = "many", -1
    with pytest.raises(ReadError, match=r"^Line 4 has 'many' in column 'user2899'"):
        read_panel(_written(tmp_path, [header, *rows]))


def test_a_row_that_is_too_short_among_thousands_of_columns_is_named_by_line(
    tmp_path: Path,
) -> None:
    days = pd.date_range("2015-01-01", periods=WIDTH).strftime("%Y-%m-%d")
    rows = [[f"u{user}", *map(int, counts)] for user, counts in enumerate(COUNTS)]
    rows[5].pop()
    with pytest.raises(ReadError, match=r"^Line 7 has 3000 fields where 3001 are expected"):
        read_panel(_written(tmp_path, [["user", *days], *rows]))


def test_a_parquet_file_of_hundreds_of_columns(tmp_path: Path) -> None:
    days = pd.date_range("2015-01-01", periods=300)
    table = pd.DataFrame(COUNTS[:, :300], columns=days.strftime("%Y-%m-%d"))
    table.insert(0, "user", [f"u{user}" for user in range(12)])
    table.to_parquet(tmp_path / "counts.parquet", index=False)
    panel = read_panel(tmp_path / "counts.parquet").panel
    assert panel.times.equals(days)
    np.testing.assert_array_equal(panel.values[:, :, 0], COUNTS[:, :300])
