"""Every shape, encoding and packing is read to the same figures."""

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from tables import COUNTS, DAYS, TOTAL, USERS, across_rows, as_csv, long_csv, long_rows

from dashboard.data import Frequency, Layout, Reading, read_panel

DATES = [day.isoformat() for day in DAYS]

TEXTS = {
    "plain": long_csv(),
    "semicolons": long_csv(";"),
    "tabs": long_csv("\t"),
    "pipes": long_csv("|"),
    "windows line ends": long_csv().replace("\n", "\r\n"),
    "old mac line ends": long_csv().replace("\n", "\r"),
    "no header": long_csv(header=None),
    "no last line end": long_csv().rstrip("\n"),
    "blank lines": long_csv().replace("\n", "\n\n"),
    "everything quoted": as_csv(long_rows(), quoting=1),
    "day first": long_csv(date_format="%d/%m/%Y"),
    "month first": long_csv(date_format="%m/%d/%Y"),
    "dots": long_csv(";", date_format="%d.%m.%Y"),
    "compact dates": long_csv(date_format="%Y%m%d"),
    "named months": long_csv(date_format="%d %b %Y"),
    "clock times": long_csv(date_format="%Y-%m-%d 12:30:00"),
    "zone offsets": long_csv(date_format="%Y-%m-%dT12:00:00+02:00"),
    "floats": long_csv(number_format="{}.0"),
    "exponents": long_csv(number_format="{}e0"),
    "a preamble": "Export of all clicks\nmade yesterday, by hand\n\n" + long_csv(),
    "a preamble as wide as the table": "Report, clicks, daily\n# note\n" + long_csv(),
    "empty last column": long_csv().replace("\n", ",\n"),
    "last column in some rows only": long_csv(header=None).replace("\n", ",\n", 30),
    "german": long_csv(";", header=("Benutzer", "Datum", "Klicks")),
    "japanese": long_csv(header=("ユーザー", "日付", "クリック数")),
    "count first": as_csv([row[::-1] for row in long_rows()]),
    "an index": as_csv([["", *long_rows()[0]], *([n, *r] for n, r in enumerate(long_rows()[1:]))]),
    "country and label": as_csv(
        [[*long_rows()[0], "country", "label"], *([*row, "DE", 0] for row in long_rows()[1:])]
    ),
    "days across": as_csv(across_rows(DATES)),
    "days across, day first": as_csv(across_rows([day.strftime("%d/%m/%Y") for day in DAYS])),
    "users across": as_csv(
        [["date", *USERS], *([day, *(c[d] for c in COUNTS)] for d, day in enumerate(DATES))]
    ),
    "events": as_csv(
        [["user", "timestamp"]]
        + [
            [user, f"{day}T{hour:02d}:15:00"]
            for u, user in enumerate(USERS)
            for d, day in enumerate(DATES)
            for hour in range(COUNTS[u][d])
        ]
    ),
}


def _check(path: Path, first: object = pd.Timestamp("2024-01-29")) -> None:
    understood = read_panel(path)
    panel = understood.panel
    assert sum(understood.report.totals.values()) == TOTAL
    assert (len(panel.users), len(panel.times), panel.features[1:]) == (6, 20, ())
    assert panel.times[0] == first
    if understood.reading.layout is not Layout.EVENTS:  # where users appear by their first event
        assert panel.users == tuple(USERS)
        np.testing.assert_array_equal(panel.values[:, :, 0], COUNTS)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_read_without_help(name: str, tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(TEXTS[name], "utf-8", newline="")
    _check(path)


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
def test_an_encoding_is_found(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    text = long_csv(users=["Zoë", "Jürgen", "Åsa", "café", "naïve", "plain"])
    path.write_bytes(text.encode(encoding))
    assert read_panel(path).panel.users[:3] == ("Zoë", "Jürgen", "Åsa")


@pytest.mark.parametrize("names", [[f"day_{n}" for n in range(20)], list(range(-5, 15))])
def test_whole_number_days_are_kept_as_numbers(names: list[object], tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(as_csv(across_rows(names)), "utf-8")
    _check(path, first=0 if names[0] == "day_0" else -5)


@pytest.mark.parametrize("factor", [1, 1_000])
def test_epoch_times_are_read(factor: int, tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    rows = long_rows()
    for row in rows[1:]:
        row[1] = int(pd.Timestamp(row[1]).timestamp()) * factor
    path.write_text(as_csv(rows), "utf-8")
    _check(path)


def test_packed_files_are_unpacked(tmp_path: Path) -> None:
    text = long_csv().encode()
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../counts.csv", text)
        archive.writestr("__MACOSX/counts.csv", b"junk")
    for path in tmp_path.iterdir():
        _check(path)


def test_parquet_is_read(tmp_path: Path) -> None:
    frame = pd.read_csv(io.StringIO(long_csv()), dtype={"user_id": str}, parse_dates=["date"])
    frame.to_parquet(tmp_path / "a.parquet")
    _check(tmp_path / "a.parquet")


def test_a_workbook_is_read(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        other, sheet = book.add_worksheet("notes"), book.add_worksheet("counts")
        other.write(0, 0, "nothing here")
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["user", "day", "clicks"])
        for number, (user, day, clicks) in enumerate(long_rows()[1:], start=1):
            sheet.write_string(number, 0, user)
            sheet.write_datetime(number, 1, pd.Timestamp(day).to_pydatetime(), dated)
            sheet.write_number(number, 2, int(clicks))
    understood = read_panel(tmp_path / "a.xlsx", Reading(sheet="counts"))
    np.testing.assert_array_equal(understood.panel.values[:, :, 0], COUNTS)


@pytest.mark.parametrize(
    ("written", "delimiter", "total"),
    [("{},000", "\t", 1_000), ("{}.000", ";", 1_000), ("{} 000", ",", 1_000), ("{},25", ";", None)],
)
def test_number_marks_are_understood(
    written: str, delimiter: str, total: float | None, tmp_path: Path
) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(long_csv(delimiter, number_format=written), "utf-8")
    expected = TOTAL * total if total else TOTAL + 0.25 * 120
    assert sum(read_panel(path).report.totals.values()) == pytest.approx(expected)


def test_hourly_and_weekly_files_are_told_apart(tmp_path: Path) -> None:
    hours = pd.date_range("2024-03-30", periods=72, freq="h")
    weeks = pd.date_range("2024-01-01", periods=20, freq="7D")
    for times, frequency in ((hours, Frequency.HOUR), (weeks, Frequency.WEEK)):
        path = tmp_path / f"{frequency}.csv"
        path.write_text(as_csv([["user", "ts", "n"], *(["a", t, 1] for t in times)]), "utf-8")
        panel = read_panel(path).panel
        assert (panel.frequency, len(panel.times)) == (frequency, len(times))


def test_the_zone_decides_where_a_day_ends(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    rows = [["a", f"2024-01-{day:02d}T23:30:00Z", 1] for day in range(1, 21)]
    path.write_text(as_csv([["user", "time", "n"], *rows]), "utf-8")
    assert read_panel(path).panel.times[0] == pd.Timestamp("2024-01-01")
    berlin = read_panel(path, Reading(time_zone="Europe/Berlin")).panel
    assert berlin.times[0] == pd.Timestamp("2024-01-02")


def test_a_column_called_pk_makes_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "clicks.csv"
    path.write_text(
        "PK,date,clicks\n" + "".join(f"a,2026-03-{day:02d},{day}\n" for day in range(1, 20))
    )
    assert read_panel(path).panel.users == ("a",)
