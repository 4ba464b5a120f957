"""The quick way from a plain file to a panel, in one go and part by part, and the one over text come to the same."""

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import as_csv, long_csv, long_rows

from dashboard.data import Frequency, Reading, body, plain
from dashboard.data.quality import make_report
from dashboard.data.source import open_source
from dashboard.data.understand import Parts, read_by_text, read_quickly
from dashboard.errors import ReadError
from tests.generated import examples

FIRST = datetime(2024, 1, 29)
TIMES = {
    "days": [f"{FIRST + timedelta(days=n):%Y-%m-%d}" for n in range(15)],
    "the day first": [f"{FIRST + timedelta(days=n):%d/%m/%Y}" for n in range(15)],
    "hours": [f"{FIRST + timedelta(hours=n):%Y-%m-%d %H:%M}" for n in range(15)],
    "minutes": [f"{FIRST + timedelta(minutes=700 * n):%Y-%m-%dT%H:%M:%S}" for n in range(15)],
    "weeks": [f"{FIRST + timedelta(weeks=n):%Y-%m-%d}" for n in range(15)],
    "both ways of a day": ["2024-01-29", "2024-1-30", "2024-01-30", "2024-02-05"],
    "numbers": [str(n) for n in range(3, 18)],
    "seconds": [str(1_700_000_000 + 86_400 * n) for n in range(15)],
    "months": [f"2024-{n:02d}-01" for n in range(1, 13)],
}
COUNTS = {
    "whole": st.integers(0, 10**6).map(str),
    "decimal": st.decimals(0, 10**6, places=2).map("{:f}".format),
    "mixed": st.sampled_from(["0", "1.5", "007", "12.25", "3.0", "100000000000", "99999999.5"]),
}
STRANGE_COUNTS = {
    "long": st.decimals(0, 10**4, places=9).map("{:f}".format),
    "thousands": st.sampled_from(["1.003", "2.500", "17.000"]),
    "odd": st.sampled_from(["1", "NA", "1e3", "-0", " 7", "1_0", "+3", "0x1F", ".5", "5."]),
    "far off": st.sampled_from(["1", "2", "1000000000000", "1000000000001", "inf", "-1"]),
}
USERS = st.sampled_from(["a", "b", "007", "12345678", "123456789", "né", "名前", " x", "u" * 128])
STRANGE_USERS = st.sampled_from(["a", "", " ", "u" * 129, '"a"', "'"])
READINGS = st.sampled_from(
    [
        Reading(),
        Reading(missing="unknown", aggregation="max"),
        Reading(frequency=Frequency.DAY, aggregation="mean"),
        Reading(frequency=Frequency.WEEK),
        Reading(time_zone="Europe/Berlin"),
        Reading(decimal="."),
    ]
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Rows of users, times and counts in any order, some of them twice; one table in four is strange."""
    strange = draw(st.integers(0, 3)) == 3
    kinds = {**COUNTS, **STRANGE_COUNTS} if strange else COUNTS
    user = USERS | STRANGE_USERS if strange and draw(st.booleans()) else USERS
    time = st.sampled_from(TIMES[draw(st.sampled_from(sorted(TIMES)))])
    count = kinds[draw(st.sampled_from(sorted(kinds)))]
    if draw(st.booleans()):
        count |= st.just("")
    columns = draw(
        st.sampled_from(
            ["user date", "date clicks", *2 * ["user date clicks", "views user clicks date"]]
        )
    ).split()
    fields = {"user": user, "date": time, "clicks": count, "views": count}
    row = st.tuples(*(fields[name] for name in columns))
    return [columns, *map(list, draw(st.lists(row, min_size=8, max_size=40)))]


def _told(parts: Parts) -> tuple[object, ...]:
    """All that is known of a file, its totals aside, which depend on the order of adding up."""
    table, roles, cells, built = parts
    panel, report = built.panel, make_report(*parts).model_dump(exclude={"totals"})
    return (
        roles, cells, report, panel.users, panel.features, list(panel.times),
        panel.values.dtype, panel.values.tolist(), panel.observed.tolist(),
        [[field or None for field in column] for column in table.sample()],
    )  # fmt: skip


def _cut_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a chunk be little more than the longest line, and a part be one chunk."""
    for module, name in ((body, "CHUNK"), (body, "PART_BYTES"), (plain, "BLOCK")):
        monkeypatch.setattr(module, name, 256)


@examples(40)
@given(
    rows=tables(),
    manner=st.tuples(
        st.sampled_from(",;\t|"), st.sampled_from(["", "\n", "\n\n"]), st.sampled_from([0, 0, 1, 2])
    ),
    reading=READINGS,
)
def test_both_ways_come_to_the_same(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[list[str]],
    manner: tuple[str, str, int],
    reading: Reading,
) -> None:
    _cut_small(monkeypatch)
    path = tmp_path / "counts.csv"
    delimiter, end, quoted = manner
    cells = quoted and [cell for row in rows[1:] for cell in row][::quoted]
    lines = [[f'"{cell}"' if cells and cell in cells else cell for cell in row] for row in rows]
    path.write_text("\n".join(map(delimiter.join, lines)) + end, "utf-8")
    with open_source(path, reading) as source:
        quick, parted = read_quickly(source, reading), read_quickly(source, reading, map)
        assert (quick is None) == (parted is None)
        if quick is not None:
            assert _told(parted) == _told(quick)
            assert parted[-1].totals == quick[-1].totals
            by_text = read_by_text(source, reading)
            assert _told(quick) == _told(by_text)
            assert quick[-1].totals == pytest.approx(by_text[-1].totals)


@pytest.mark.parametrize(
    "rows",
    [
        long_rows(),
        long_rows(date_format="%d/%m/%Y"),
        long_rows(number_format="{}.25"),
        [[row[0], row[2], "x", row[1]] for row in long_rows()],
        [[f'"{row[0]}"', *row[1:]] for row in long_rows()],
        [row[:2] for row in long_rows()],
        [row[1:] for row in long_rows()[:21]],
    ],
    ids=["long", "day first", "decimal", "other columns", "quoted", "events", "series"],
)
def test_a_plain_file_is_read_the_quick_way(tmp_path: Path, rows: list[list[object]]) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(as_csv(rows, quoting=csv.QUOTE_NONE, quotechar=None))
    with open_source(path, Reading()) as source:
        assert read_quickly(source, Reading()) is not None


@pytest.mark.parametrize("other", [Path.touch, lambda path: path.rename(path.with_suffix(".old"))])
def test_a_file_that_is_none_or_another_one_elsewhere_is_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: Callable[[Path], None]
) -> None:
    _cut_small(monkeypatch)
    path = tmp_path / "counts.csv"
    path.write_text(long_csv())
    asked = []

    def elsewhere(function, parts):  # noqa: ANN001, ANN202 - an `Over`
        other(path)
        for part in parts:
            asked.append(part)
            try:
                yield function(part)
            finally:
                if not path.exists():
                    path.with_suffix(".old").rename(path)

    with open_source(path, Reading()) as source:
        parted = read_quickly(source, Reading(), elsewhere)
        assert len(asked) == 1
        assert _told(parted) == _told(read_quickly(source, Reading()))


def test_what_is_refused_is_left_to_the_way_over_text(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(long_csv() + "x,2024-02-01,-1\n")
    with open_source(path, Reading()) as source:
        assert read_quickly(source, Reading()) is None
        with pytest.raises(ReadError, match="Line 122"):
            read_by_text(source, Reading())
