"""A table of any shape, delimiter, encoding and quoting is read back as it was written."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import DAYS, as_csv

from dashboard.data import Layout, Reading, read_panel
from tests.generated import examples

STEPS = [day.isoformat() for day in DAYS[:12]]
HOSTILE = [
    "NaN", "null", "None", "=1+1", "<script>alert(1)</script>", "007", " lead", "trail ", "a,b;c",
    'say "hi"', "two\nlines", "😀", "1e3", "12.0", "-1", "12345678901234567890", "#", "'", "\\",
]  # fmt: skip
NAMES = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
).filter(lambda name: name.strip() and not name.startswith("\ufeff"))


def _rows(layout: Layout, users: tuple[str, ...], counts: np.ndarray) -> list[list[object]]:
    if layout is Layout.DAYS_ACROSS:
        return [["user", *STEPS], *([user, *counts[u]] for u, user in enumerate(users))]
    if layout is Layout.DAYS_DOWN:
        return [["date", *users], *([step, *counts[:, t]] for t, step in enumerate(STEPS))]
    cells = [[user, step, counts[u, t]] for u, user in enumerate(users) for t, step in enumerate(STEPS)]  # fmt: skip
    return [["user", "date", "clicks"], *cells]


@pytest.mark.parametrize("layout", [Layout.LONG, Layout.DAYS_ACROSS, Layout.DAYS_DOWN])
@examples(20)
@given(
    names=st.lists(NAMES, min_size=1, max_size=4, unique=True),
    numbers=st.lists(st.integers(0, 10**7), min_size=60, max_size=60),
    manner=st.tuples(
        st.sampled_from(",;\t|"),
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
        st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        st.sampled_from(["\n", "\r\n"]),
    ),
)
def test_what_is_written_is_read(
    layout: Layout,
    names: list[str],
    numbers: list[int],
    manner: tuple[str, str, int, str],
    tmp_path: Path,
) -> None:
    delimiter, encoding, quoting, line_end = manner
    users = ("plain", *(name for name in names if name != "plain"))
    counts = np.array(numbers[: 12 * len(users)]).reshape(len(users), 12)
    text = as_csv(_rows(layout, users, counts), delimiter=delimiter, quoting=quoting)
    path = tmp_path / "counts.csv"
    path.write_bytes(text.replace("\n", line_end).encode(encoding))
    panel = read_panel(path, Reading(layout=layout, delimiter=delimiter, decimal=".")).panel
    assert panel.users == users
    assert panel.times.equals(pd.DatetimeIndex(STEPS))
    assert panel.observed.all()
    np.testing.assert_array_equal(panel.values[:, :, 0], counts)
