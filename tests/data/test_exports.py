"""Habits of programs that export tables: what they add to a table does not change what is read."""

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from tables import COUNTS, DAYS, TOTAL, USERS, across_rows, as_csv, long_csv, long_rows

from dashboard.data import Layout, read_panel
from dashboard.errors import ReadError

BEGINNINGS = {
    "a line for spreadsheets": ("sep=;\n", ";"),
    "the same in quotes": ('"sep=|"\n', "|"),
    "remarks": ("# exported by a tool\n# 120 rows\n", ","),
    "remarks with commas": ("# exported, by, a tool\n# from 2024-01-29, to 2024-02-17, all\n", ","),
}


def _written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding, newline="")
    return path


def _assert_whole(path: Path) -> None:
    panel = read_panel(path).panel
    assert panel.users == tuple(USERS)
    assert panel.times.normalize().equals(pd.DatetimeIndex(DAYS))
    np.testing.assert_array_equal(panel.values[:, :, 0], COUNTS)


@pytest.mark.parametrize("name", BEGINNINGS)
def test_what_stands_above_the_header_is_passed_over(name: str, tmp_path: Path) -> None:
    above, delimiter = BEGINNINGS[name]
    _assert_whole(_written(tmp_path, above + long_csv(delimiter)))


def test_a_separator_line_stands_also_above_two_columns(tmp_path: Path) -> None:
    text = "sep=;\n" + as_csv([["date", "clicks"], *([day, 1] for day in DAYS)], delimiter=";")
    assert read_panel(_written(tmp_path, text)).panel.shape == (1, 20, 1)


def test_a_header_may_begin_with_a_hash(tmp_path: Path) -> None:
    _assert_whole(_written(tmp_path, "#" + long_csv()))


def test_dotted_dates_across_are_a_header(tmp_path: Path) -> None:
    rows = across_rows([day.strftime("%d.%m.%Y") for day in DAYS])
    _assert_whole(_written(tmp_path, as_csv(rows, delimiter=";")))


@pytest.mark.parametrize(
    "written",
    [
        lambda day: day.strftime("%a, %d %b %Y 07:08:09 GMT"),
        lambda day: day.strftime("%a %b %e 07:08:09 %Y"),
        lambda day: day.strftime("%Y%m%dT070809Z"),
        lambda day: day.strftime("[%d/%b/%Y:07:08:09 +0000]"),
        lambda day: day.strftime("%Y年%m月%d日"),
        lambda day: int(pd.Timestamp(day).timestamp()) * 10**6,
        lambda day: int(pd.Timestamp(day).timestamp()) * 10**9 + 123_456_789,
    ],
    ids=["mail", "C library", "compact", "log", "named parts", "microseconds", "nanoseconds"],
)
def test_times_are_read_as_programs_write_them(written: object, tmp_path: Path) -> None:
    rows = [[user, written(day), COUNTS[u][d]] for u, user in enumerate(USERS) for d, day in enumerate(DAYS)]  # fmt: skip
    _assert_whole(_written(tmp_path, as_csv([["user", "date", "clicks"], *rows])))


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1251", "пользователь дата клики Иван Мария Дмитрий Ольга Сергей Анна"),
        ("koi8_r", "пользователь дата клики Иван Мария Дмитрий Ольга Сергей Анна"),
        ("shift_jis", "ユーザー 日付 クリック数 田中 鈴木 佐藤 高橋 渡辺 伊藤"),
        ("gb18030", "用户 日期 次数 张伟 王芳 李娜 刘洋 陈静 杨勇"),
        ("euc_kr", "사용자 날짜 클릭수 김철수 이영희 박민수 최지우 정수진 강호동"),
        ("cp1253", "Χρήστης Ημερομηνία Κλικ Γιώργος Μαρία Νίκος Ελένη Κώστας Άννα"),
        ("cp1250", "użytkownik data kliknięć Łukasz Żaneta Świętosław Małgorzata Jędrzej Ewa"),
        ("cp1252", "Schlüssel Datum Aufrufe Zoë Jürgen Åsa café naïve Größe"),
    ],
)
def test_an_encoding_of_old_is_told_by_its_words(encoding: str, words: str, tmp_path: Path) -> None:
    header, users = tuple(words.split()[:3]), words.split()[3:]
    path = _written(tmp_path, long_csv(header=header, users=users), encoding)
    understood = read_panel(path)
    assert understood.panel.users == tuple(users)
    assert understood.panel.features == header[2:]


def test_an_event_log_may_carry_statuses_and_sessions(tmp_path: Path) -> None:
    rows = [
        [f"{day} 0{hour}:00:00", user, f"/page/{hour}", 1_000_000 + d, (200, 404)[hour % 2]]
        for d, day in enumerate(DAYS)
        for user in USERS
        for hour in range(5)
    ]
    header = ["timestamp", "user_id", "url", "session_id", "status"]
    understood = read_panel(_written(tmp_path, as_csv([header, *rows])))
    assert understood.reading.layout is Layout.EVENTS
    assert (understood.panel.values == 5).all()
    assert understood.panel.shape == (6, 20, 1)


@pytest.mark.parametrize(
    "below",
    ["(120 rows)\n", "Total: 120 rows\n", ",,\n,,\n", '"",,\n', "Total,,599\n", ",Gesamt,599\n"],
)
def test_what_stands_below_the_table_is_no_row(below: str, tmp_path: Path) -> None:
    below = below.replace("599", str(int(TOTAL)))
    path = _written(tmp_path, long_csv() + "\n" + below)
    _assert_whole(path)
    if below.strip(',"\n'):
        assert any("left out" in note for note in read_panel(path).report.notes)


def test_sums_below_users_and_below_days_are_no_counts(tmp_path: Path) -> None:
    sums = np.array(COUNTS)
    across = [*across_rows([day.isoformat() for day in DAYS]), ["Total", *sums.sum(axis=0)]]
    down = [["date", *USERS], *([day, *sums[:, d]] for d, day in enumerate(DAYS))]
    for rows in (across, [*down, ["Итого", *sums.sum(axis=1)]]):
        _assert_whole(_written(tmp_path, as_csv(rows)))


@pytest.mark.parametrize("is_sum", [True, False])
def test_the_last_row_of_a_parquet_file_is_left_out_where_it_is_a_total(
    is_sum: bool, tmp_path: Path
) -> None:
    header, *rows = across_rows([day.isoformat() for day in DAYS])
    last = np.sum(COUNTS, axis=0) if is_sum else range(20)
    path = tmp_path / "counts.parquet"
    pd.DataFrame([*rows, ["Total", *last]], columns=header).to_parquet(path)
    understood = read_panel(path)
    assert understood.panel.users == (*USERS, *([] if is_sum else ["Total"]))
    assert any("'Total'" in note for note in understood.report.notes) is is_sum


def test_a_user_called_total_who_is_no_sum_stays(tmp_path: Path) -> None:
    rows = [*across_rows([day.isoformat() for day in DAYS]), ["Total", *range(20)]]
    panel = read_panel(_written(tmp_path, as_csv(rows))).panel
    assert panel.users == (*USERS, "Total")


def test_rows_of_delimiters_alone_count_as_lines(tmp_path: Path) -> None:
    lines = long_csv().splitlines()
    text = "\n".join([*lines[:9], ",,", ",,", "003,2024-02-05,-4"]) + "\n"
    with pytest.raises(ReadError, match=r"^Line 12 has '-4'"):
        read_panel(_written(tmp_path, text))


def test_users_across_keep_their_names_to_the_letter(tmp_path: Path) -> None:
    names = (" lead", "trail ", "lead", "trail", "NaN", "a,b")
    rows = [["date", *names], *([day, *(c[d] for c in COUNTS)] for d, day in enumerate(DAYS))]
    panel = read_panel(_written(tmp_path, as_csv(rows))).panel
    assert panel.users == names
    np.testing.assert_array_equal(panel.values[:, :, 0], COUNTS)


def test_two_columns_of_one_user_are_added_up(tmp_path: Path) -> None:
    rows = [["date", "ann", "bob", "ann"], *([day, d, 1, 2 * d] for d, day in enumerate(DAYS))]
    understood = read_panel(_written(tmp_path, as_csv(rows)))
    assert understood.panel.users == ("ann", "bob")
    assert understood.panel.values[0, :, 0].tolist() == [3 * d for d in range(20)]
    assert understood.report.duplicates == 20


def _workbook(path: Path, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet, coloured = book.add_worksheet(), book.add_format({"bold": True})
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        sheet.write_blank(len(rows) + 9, 7, None, coloured)
    return path


def test_coloured_cells_beside_a_sheet_are_no_columns(tmp_path: Path) -> None:
    _assert_whole(_workbook(tmp_path / "a.xlsx", [[r[0], r[1], str(r[2])] for r in long_rows()]))


def test_a_row_of_a_sheet_is_named_as_the_sheet_counts(tmp_path: Path) -> None:
    rows = [["two\nlines", day.isoformat(), 1] for day in DAYS]
    path = _workbook(
        tmp_path / "a.xlsx",
        [["Clicks"], [], ["user", "date", "clicks"], *rows, ["x", "2024-02-01", -4]],
    )
    with pytest.raises(ReadError, match=r"^Line 24 has '-4' in column 'clicks'"):
        read_panel(path)


def test_the_first_sheet_that_holds_a_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        about = book.add_worksheet("About")
        about.write_column(0, 0, ["Counts of the users", "Asked for by", "Made on"])
        about.write_column(1, 1, ["Anna", "Monday"])
        counts = book.add_worksheet("Counts")
        for row, cells in enumerate(long_rows()):
            counts.write_row(row, 0, cells)
    _assert_whole(path)
    assert "The sheet 'Counts' was read, and not: 'About'." in read_panel(path).report.notes


def test_what_explains_a_table_may_be_packed_with_it(tmp_path: Path) -> None:
    path = tmp_path / "counts.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("README.txt", "user: whose clicks\n")
        archive.writestr("counts.csv", long_csv())
        archive.writestr(".DS_Store", b"\0\1")
    _assert_whole(path)
    assert "'counts.csv' was read, and not: 'README.txt'." in read_panel(path).report.notes


WIDE_DIGITS = str.maketrans("0123456789", "".join(map(chr, range(0xFF10, 0xFF1A))))


@pytest.mark.parametrize("form", ["${}", "€ {}", "{} %", "{}\N{NO-BREAK SPACE}€", "wide"])
def test_signs_around_counts_are_left_out(form: str, tmp_path: Path) -> None:
    rows = [
        [*row[:2], str(row[2]).translate(WIDE_DIGITS) if form == "wide" else form.format(row[2])]
        for row in long_rows()[1:]
    ]
    _assert_whole(_written(tmp_path, as_csv([["user_id", "date", "clicks"], *rows])))


def test_a_negative_amount_of_money_is_called_negative(tmp_path: Path) -> None:
    text = long_csv(number_format="${}").replace("000,2024-01-31,$6", "000,2024-01-31,-$6")
    with pytest.raises(
        ReadError, match=r"^Line 4 has '-\$6' in column 'clicks', which is negative"
    ):
        read_panel(_written(tmp_path, text))


@pytest.mark.parametrize(
    ("name", "written"),
    [("time", "{:02d}:00"), ("hour", "{}"), ("Uhrzeit", "{:02d}:15:00"), ("clock", "{:02d}:00:00")],
)
def test_a_date_and_a_clock_in_two_columns_are_one_time(
    name: str, written: str, tmp_path: Path
) -> None:
    rows = [
        [user, f"2024-01-0{day}", written.format(hour), day * hour]
        for user in ("ann", "bob")
        for day in (1, 2, 3)
        for hour in range(24)
    ]
    understood = read_panel(_written(tmp_path, as_csv([["user", "date", name, "clicks"], *rows])))
    assert understood.panel.times.equals(pd.date_range("2024-01-01", periods=72, freq="h"))
    assert understood.panel.values[0, :, 0].tolist() == [
        d * h for d in (1, 2, 3) for h in range(24)
    ]
    again = read_panel(tmp_path / "counts.csv", understood.reading)
    assert again.panel.times.equals(understood.panel.times)


def test_a_line_without_a_clock_is_named(tmp_path: Path) -> None:
    rows = [["ann", "2024-01-01", hour, 1] for hour in range(24)]
    rows[6][2] = ""
    with pytest.raises(ReadError, match=r"^Line 8 has no time in column 'date or hour'"):
        read_panel(_written(tmp_path, as_csv([["user", "date", "hour", "clicks"], *rows])))


def test_a_duration_beside_a_date_is_no_clock(tmp_path: Path) -> None:
    rows = [[*row[:2], "00:03:12", row[2]] for row in long_rows()[1:]]
    path = _written(tmp_path, as_csv([["user", "date", "visit length", "clicks"], *rows]))
    _assert_whole(path)
    assert (
        "Columns: user is 'user'; time is 'date'; counts are 'clicks'."
        in read_panel(path).report.how_read
    )
