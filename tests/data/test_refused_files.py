import gzip
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from dashboard.data import Frequency, Reading, read_panel
from dashboard.errors import ReadError

HEAD = "user,date,clicks\n"
DAYS = [f"2024-01-{day:02d}" for day in range(1, 21)]
ROWS = [f"{user},{day},{n}" for user in ("a", "b") for n, day in enumerate(DAYS)]


def with_line(number: int, row: str, before: str = "") -> str:
    """The table with one of its lines (the header is the first) put in place of another."""
    rows = ROWS.copy()
    rows[number - 2 - before.count("\n")] = row
    return before + HEAD + "\n".join(rows) + "\n"


def refusal(path: Path, reading: Reading | None = None) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read_panel(path, reading or Reading())
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 400
    return caught.value


def refusal_of(tmp_path: Path, content: str | bytes, reading: Reading | None = None) -> ReadError:
    path = tmp_path / "counts.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return refusal(path, reading)


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        ("a,2024-01-09,-4", "clicks", "-4"),
        ("a,2024-01-09,many", "clicks", "many"),
        ("a,2024-01-09,inf", "clicks", "inf"),
        ("a,2024-01-09,nan", "clicks", "nan"),
        ("a,2024-01-09,1e300", "clicks", "1e300"),
        ("a,2024-01-09,99999999999999999999", "clicks", "99999999999999999999"),
        ("a,2024-01-09,1_000", "clicks", "1_000"),
        ("a,2024-01-09,0x1F", "clicks", "0x1F"),
        ("a,2024-02-31,4", "date", "2024-02-31"),
        ("a,soon,4", "date", "soon"),
        ("a,0024-01-09,4", "date", "0024-01-09"),
        ("a,9999-01-09,4", "date", "9999-01-09"),
    ],
)
def test_a_bad_value_is_named_with_its_line_and_column(
    tmp_path: Path, row: str, column: str, value: str
) -> None:
    error = refusal_of(tmp_path, with_line(10, row))
    assert (error.line, error.column, error.value) == (10, column, value)
    for word in ("10", column, value):
        assert word in str(error)


@pytest.mark.parametrize(
    "row", ["a,2024-01-09,4,5", "a,2024-01-09", '"a,2024-01-09,4', ",2024-01-09,4", "a,,4"]
)
def test_a_row_that_does_not_fit_is_named_with_its_line(tmp_path: Path, row: str) -> None:
    assert refusal_of(tmp_path, with_line(10, row)).line == 10


def test_lines_count_the_preamble_blank_lines_and_lines_within_quotes(tmp_path: Path) -> None:
    text = (
        "Report\n\n"
        + HEAD
        + '"two\nlines",2024-01-01,1\n\n'
        + "\n".join(ROWS[:6])
        + "\na,2024-01-07,-3\n"
    )
    error = refusal_of(tmp_path, text)
    assert text.splitlines()[error.line - 1] == "a,2024-01-07,-3"


def test_a_nul_is_named_with_its_line(tmp_path: Path) -> None:
    assert refusal_of(tmp_path, with_line(10, "a\0,2024-01-09,4")).line == 10


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\n \n\n", "empty"),
        (HEAD.encode(), "header only"),
        ((HEAD + "a,2024-01-01,1\na,2024-01-02,1\n").encode(), "2 time steps"),
        (b"user,date,name\n" + b"".join(b"a,2024-01-%02d,x%d\n" % (d, d) for d in range(1, 20)), "counts"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9, "JPEG"),
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b'{"user": [1, 2, 3]}', "JSON"),
        (b"<!DOCTYPE html><html><body>no</body></html>", "HTML"),
        (bytes(n * n * 7 % 251 for n in range(9_000)), "binary"),
        (b"PAR1" + b"x" * 900, "Parquet"),
        ((",".join(f"c{n}" for n in range(20_000)) + "\n").encode() * 2, "columns"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_counts_is_called_by_its_name(
    tmp_path: Path, content: bytes, word: str
) -> None:
    assert word in str(refusal_of(tmp_path, content))


def test_a_parquet_file_without_rows_is_refused_as_any_other(tmp_path: Path) -> None:
    path = tmp_path / "counts.parquet"
    pd.DataFrame(columns=HEAD.strip().split(",")).to_parquet(path)
    assert "header only" in str(refusal(path))


def test_an_archive_cut_short_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress((HEAD + "\n".join(ROWS)).encode())
    assert "damaged" in str(refusal_of(tmp_path, packed[: len(packed) // 2]))


def test_a_zip_of_two_tables_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", HEAD)
        archive.writestr("b.csv", HEAD)
    assert "2 files" in str(refusal_of(tmp_path, out.getvalue()))


def test_a_file_that_unpacks_past_the_limit_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(HEAD.encode() + b"a,2024-01-01,1\n" * 10_000_000, compresslevel=9)
    assert "unpacks to more than" in str(refusal_of(tmp_path, packed))


@pytest.mark.parametrize(
    "reading",
    [Reading(user="nobody"), Reading(time="nobody"), Reading(counts=("clicks", "nobody"))],
)
def test_a_column_that_does_not_exist_is_answered_with_those_that_do(
    tmp_path: Path, reading: Reading
) -> None:
    error = refusal_of(tmp_path, HEAD + "\n".join(ROWS), reading)
    assert "'nobody'" in str(error)
    assert "user, date, clicks" in str(error)


@pytest.mark.parametrize("beyond", ["1772401772496000", "-1e300", "nan"])
def test_seconds_beyond_any_calendar_are_refused_with_their_line(
    tmp_path: Path, beyond: str
) -> None:
    seconds = [str(1_772_323_200 + 86_400 * day) for day in range(12)]
    text = HEAD + "".join(f"a,{each},{n}\n" for n, each in enumerate([*seconds, beyond]))
    assert f"Line 14 has '{beyond}' in column 'date'" in str(refusal_of(tmp_path, text))


def test_an_unknown_time_zone_or_encoding_is_refused(tmp_path: Path) -> None:
    text = HEAD + "\n".join(ROWS)
    assert "Nowhere/Land" in str(refusal_of(tmp_path, text, Reading(time_zone="Nowhere/Land")))
    assert "klingon" in str(refusal_of(tmp_path, text, Reading(encoding="klingon")))


@pytest.mark.parametrize("days", [(1, 1, 1, 1), (31, 29, 31, 30)])
def test_dates_that_are_months_are_refused_unless_a_frequency_is_asked_for(
    tmp_path: Path, days: tuple[int, ...]
) -> None:
    months = (f"2024-{month:02d}-{day:02d}" for month, day in enumerate(days, start=1))
    text = HEAD + "".join(f"a,{month},{count}\n" for count, month in enumerate(months, start=5))
    assert f"months: 2024-01-{days[0]:02d}" in str(refusal_of(tmp_path, text))
    path = tmp_path / "days.csv"
    path.write_text(text)
    assert len(read_panel(path, Reading(frequency=Frequency.DAY)).panel.times) > 80


@pytest.mark.parametrize(
    ("lines", "line", "column", "value"),
    [
        (["user,clicks,date", *(f"a,1,2024-01-0{d}" for d in range(1, 6)), "a,many,2024-01-06"], 7, "clicks", "many"),
        (["user,date,score", *(f"a,2024-01-0{d},1" for d in range(1, 6)), "a,2024-01-06,many"], 7, "score", "many"),
        (["date,ann,bob,eve", *(f"2024-01-0{d},1,1,1" for d in range(1, 6)), "2024-01-06,1,x,1"], 7, "bob", "x"),
        (["user,day,clicks", *(f"a,2024-01-0{d},1" for d in range(1, 6)), *(f"a,0{d}/01/2024,1" for d in range(6, 9))], 7, "day", "06/01/2024"),
        (["user,month,clicks", *(f"a,2024-0{d},1" for d in range(1, 9))], 2, "month", "2024-01"),
        (["user,month,clicks", *(f"a,20240{d},1" for d in range(1, 9))], 2, "month", "202401"),
        (["user,2024-01-30,2024-01-31,2024-02-31,2024-02-01", *(f"{u},1,2,3,4" for u in "abc")], 1, "2024-02-31", "2024-02-31"),
        ([HEAD.strip(), *ROWS[:10], "", "user,date,views", "a,2024-01-01,3"], 13, "date", "date"),
    ],
)  # fmt: skip
def test_the_first_value_that_does_not_fit_its_column_is_named(
    tmp_path: Path, lines: list[str], line: int, column: str, value: str
) -> None:
    error = refusal_of(tmp_path, "\n".join(lines) + "\n")
    assert (error.line, error.column) == (line, column)
    assert str(error).startswith(f"Line {line} ")
    assert repr(value) in str(error)
