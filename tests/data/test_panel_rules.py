"""What becomes of missing rows, duplicates, odd names and wishes of the person."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import COUNTS, DAYS, TOTAL, as_csv, long_csv, long_rows

from dashboard.data import (
    Frequency,
    Reading,
    load_panel,
    make_sample,
    preview,
    read_panel,
    sample_panel,
    save_panel,
)
from dashboard.errors import ClickwatchError, ReadError
from tests.generated import examples


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "counts.csv"
    path.write_text(text, "utf-8", newline="")
    return path


def test_names_are_kept_exactly(tmp_path: Path) -> None:
    names = [
        "NaN",
        "null",
        "=1+1",
        "<script>alert(1)</script>",
        " spaced ",
        "007",
        "a,b",
        "line\nbreak",
        "😀",
    ]
    rows = [[name, day, 1] for name in names for day in DAYS]
    panel = read_panel(_written(tmp_path, as_csv([["user", "day", "n"], *rows]))).panel
    assert panel.users == tuple(names)


def test_a_missing_row_is_zero_from_the_first_row_on_and_not_observed_before(
    tmp_path: Path,
) -> None:
    rows = [row for row in long_rows() if row[:2] != ["001", "2024-02-05"]]
    rows = [row for row in rows if row[0] != "002" or row[1] >= "2024-02-03"]
    path = _written(tmp_path, as_csv(rows))
    panel = read_panel(path).panel
    assert panel.observed[1].all()
    assert panel.values[1, 7, 0] == 0
    assert panel.observed[2].tolist() == [False] * 5 + [True] * 15
    unknown = read_panel(path, Reading(missing="unknown")).panel
    assert np.flatnonzero(~unknown.observed[1]).tolist() == [7]


def test_duplicates_are_added_up_and_counted(tmp_path: Path) -> None:
    understood = read_panel(_written(tmp_path, long_csv() + long_csv(header=None)))
    assert understood.report.duplicates == 120
    np.testing.assert_array_equal(understood.panel.values[:, :, 0], 2 * np.array(COUNTS))
    assert "120 rows of the same user and time were added up." in understood.report.notes


def test_gaps_are_counted(tmp_path: Path) -> None:
    rows = [row for row in long_rows() if row[1] != "2024-02-05"]
    report = read_panel(_written(tmp_path, as_csv(rows))).report
    assert (report.times, report.gaps) == (20, 1)


def test_users_with_little_history_are_listed(tmp_path: Path) -> None:
    late = [["late", day.isoformat(), 1] for day in DAYS[-3:]]
    report = read_panel(_written(tmp_path, as_csv([*long_rows(), *late]))).report
    assert report.short_users == ("late",)
    assert any("late" in note and "not scored" in note for note in report.notes)


def test_several_features_are_kept_apart(tmp_path: Path) -> None:
    rows = [[*row, 3 * int(row[2])] for row in long_rows(header=None)]
    text = as_csv([["user", "date", "clicks", "page views"], *rows])
    report = read_panel(_written(tmp_path, text)).report
    assert report.totals == {"clicks": TOTAL, "page views": 3 * TOTAL}


def test_a_single_series_is_one_user(tmp_path: Path) -> None:
    text = as_csv([["t", "clicks"], *([step, step % 7] for step in range(2_000))])
    panel = read_panel(_written(tmp_path, text)).panel
    assert panel.shape == (1, 2_000, 1)
    assert not panel.has_dates


def test_a_wish_overrides_the_guess(tmp_path: Path) -> None:
    rows = [[row[0], row[1], 99, row[2]] for row in long_rows(header=None)]
    path = _written(tmp_path, as_csv([["a", "b", "c", "d"], *rows]))
    chosen = Reading(user="a", time="b", counts=("d",), frequency=Frequency.WEEK, aggregation="max")
    understood = read_panel(path, chosen)
    assert understood.panel.frequency is Frequency.WEEK
    assert understood.panel.features == ("d",)
    assert understood.panel.values.max() == 10


def test_a_column_that_does_not_exist_is_named_with_those_that_do(tmp_path: Path) -> None:
    path = _written(tmp_path, long_csv())
    with pytest.raises(ReadError, match=r"no column 'visits'.*user_id, date, clicks"):
        read_panel(path, Reading(counts=("visits",)))


def test_a_resolved_reading_reads_the_same_again(tmp_path: Path) -> None:
    path = _written(tmp_path, long_csv(";", date_format="%d/%m/%Y"))
    first = read_panel(path)
    again = read_panel(path, first.reading)
    np.testing.assert_array_equal(first.panel.values, again.panel.values)
    assert again.reading == first.reading


def test_a_preview_shows_also_what_cannot_be_read(tmp_path: Path) -> None:
    path = _written(tmp_path, long_csv().replace("2024-01-30,", "2024-01-30,-"))
    with pytest.raises(ReadError):
        read_panel(path)
    seen = preview(path)
    assert seen.columns == ("user_id", "date", "clicks")
    assert seen.rows[1] == ("000", "2024-01-30", f"-{COUNTS[0][1]}")


def test_a_saved_panel_comes_back_the_same(tmp_path: Path) -> None:
    panel = read_panel(_written(tmp_path, long_csv())).panel
    save_panel(panel, tmp_path)
    loaded = load_panel(tmp_path)
    np.testing.assert_array_equal(loaded.values, panel.values)
    np.testing.assert_array_equal(loaded.observed, panel.observed)
    assert loaded.times.equals(panel.times)
    assert (loaded.users, loaded.features) == (panel.users, panel.features)


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda name: name.strip() and not name.startswith("\ufeff")
)


@examples(40)
@given(
    names=st.lists(NAMES, min_size=2, max_size=5, unique=True),
    counts=st.lists(st.integers(0, 10**9), min_size=60, max_size=60),
    delimiter=st.sampled_from(",;\t|"),
)
def test_what_is_written_is_read(
    tmp_path: Path, names: list[str], counts: list[int], delimiter: str
) -> None:
    rows = [
        [name, day.isoformat(), counts[n * 12 + d]]
        for n, name in enumerate(names)
        for d, day in enumerate(DAYS[:12])
    ]
    text = as_csv([["user", "date", "clicks"], *rows], delimiter=delimiter)
    chosen = Reading(delimiter=delimiter, user="user", time="date", counts=("clicks",), decimal=".")
    panel = read_panel(_written(tmp_path, text), chosen).panel
    assert panel.users == tuple(names)
    expected = np.array(counts[: 12 * len(names)], dtype=np.float32).reshape(len(names), 12)
    np.testing.assert_array_equal(panel.values[:, :, 0], expected)


@examples(60)
@given(content=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_whatever_is_read_is_a_panel_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    with suppress(ClickwatchError):
        assert np.isfinite(read_panel(path).panel.values).all()


def test_the_sample_is_repeatable_labelled_and_readable(tmp_path: Path) -> None:
    sample, again = make_sample(200, 40, seed=3), make_sample(200, 40, seed=3)
    assert sample.counts.equals(again.counts)
    assert sample.labels.equals(again.labels)
    assert not sample.counts.equals(make_sample(200, 40, seed=4).counts)
    kinds = {"spike", "silence", "surge", "slump", "weekday shift", "flat line", "outage"}
    assert set(sample.labels["kind"]) == kinds
    path = tmp_path / "sample.csv"
    sample.counts.to_csv(path, index=False)
    report = read_panel(path).report
    assert (report.users, report.times) == (200, 40)
    assert report.totals["clicks"] == sample.counts["clicks"].sum()


def test_the_panel_of_the_sample_is_that_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    make_sample(60, 30, seed=5).counts.to_csv(path, index=False)
    made, read = sample_panel(60, 30, seed=5), read_panel(path).panel
    np.testing.assert_array_equal(made.values, read.values)
    np.testing.assert_array_equal(made.observed, read.observed)
    assert (made.users, made.features, made.frequency) == (
        read.users, read.features, read.frequency,
    )  # fmt: skip
    assert list(made.times) == list(read.times)
