from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dashboard.data import Layout, Reading, read_panel

USERS = ("007", "Zoë", "NaN")
DAYS = [f"2024-01-{day:02d}" for day in range(28, 32)] + [
    f"2024-02-{day:02d}" for day in range(1, 5)
]
COUNTS = np.arange(24).reshape(3, 8)

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str) -> Path:
        path = tmp_path / "counts.csv"
        path.write_text(text, "utf-8", newline="")
        return path

    return to_file


def long(
    header: str = "user,date,clicks", days: list[str] = DAYS, mark: str = ",", end: str = "\n"
) -> str:
    rows = [
        mark.join((user, day, str(COUNTS[u, d])))
        for u, user in enumerate(USERS)
        for d, day in enumerate(days)
    ]
    return end.join([*([header] if header else []), *rows, ""])


def assert_whole(path: Path, reading: Reading | None = None) -> Layout | None:
    understood = read_panel(path, reading or Reading())
    panel = understood.panel
    assert panel.users == USERS
    assert [str(time)[:10] for time in panel.times] == DAYS
    np.testing.assert_array_equal(panel.values[:, :, 0], COUNTS)
    assert panel.observed.all()
    return understood.reading.layout


@pytest.mark.parametrize(
    "header",
    [
        "user,date,clicks",
        "Benutzer,Datum,Klicks",
        "utilisateur,jour,nombre de clics",
        "usuario,fecha,clics",
        "пользователь,дата,клики",
        "ユーザー,日付,クリック数",
        "用户,日期,点击次数",
        "USER_ID,Event Date,Page Views",
        "customerId,ts,value",
        "",
    ],
)
def test_the_long_form_is_found_under_headers_in_any_language(write: Write, header: str) -> None:
    assert assert_whole(write(long(header))) is Layout.LONG


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_end_is_found(write: Write, mark: str, end: str) -> None:
    header = mark.join(("user", "date", "clicks"))
    assert_whole(write(long(header, mark=mark, end=end)))


def test_columns_may_stand_in_any_order(write: Write) -> None:
    rows = [line.split(",") for line in long().splitlines()]
    turned = "\n".join(f"{count},{user},{day}" for user, day, count in rows)
    assert assert_whole(write(turned)) is Layout.LONG


def test_a_preamble_with_commas_is_passed_over(write: Write) -> None:
    preamble = "Report of clicks, all regions\nExported 2024-03-01\n\n"
    assert_whole(write(preamble + long()))


def test_blank_lines_and_a_trailing_comma_change_nothing(write: Write) -> None:
    lines = [f"{line}," for line in long().splitlines()]
    assert_whole(write("\n".join([*lines[:5], "", *lines[5:], "", ""])))


def test_an_index_column_and_text_columns_are_left_out_and_said(write: Write) -> None:
    lines = long().splitlines()
    rows = [f"{n},{line},de" for n, line in enumerate(lines[1:])]
    path = write("\n".join([",user,date,clicks,country", *rows]))
    assert_whole(path)
    assert "'country'" in " ".join(read_panel(path).report.notes)


def test_days_across_are_found_by_their_dates(write: Write) -> None:
    rows = [",".join((user, *map(str, COUNTS[u]))) for u, user in enumerate(USERS)]
    assert assert_whole(write("\n".join([",".join(("user", *DAYS)), *rows]))) is Layout.DAYS_ACROSS


@pytest.mark.parametrize(
    ("names", "first"),
    [
        ([f"day_{day}" for day in range(1, 9)], 1),
        ([f"Day {day}" for day in range(8)], 0),
        ([str(day) for day in range(-3, 5)], -3),
    ],
)
def test_days_across_may_be_numbered(write: Write, names: list[str], first: int) -> None:
    rows = [",".join((user, *map(str, COUNTS[u]))) for u, user in enumerate(USERS)]
    panel = read_panel(write("\n".join([",".join(("user", *names)), *rows]))).panel
    assert list(panel.times) == list(range(first, first + 8))
    assert panel.users == USERS
    np.testing.assert_array_equal(panel.values[:, :, 0], COUNTS)


def test_days_down_have_one_column_a_user(write: Write) -> None:
    rows = [",".join((day, *map(str, COUNTS[:, d]))) for d, day in enumerate(DAYS)]
    assert assert_whole(write("\n".join([",".join(("date", *USERS)), *rows]))) is Layout.DAYS_DOWN


def test_an_event_log_counts_rows(write: Write) -> None:
    rows = [
        f"{user},{day}T{hour:02d}:30:00"
        for u, user in enumerate(USERS)
        for d, day in enumerate(DAYS)
        for hour in range(u + d + 1)
    ]
    understood = read_panel(write("\n".join(["user,timestamp", *rows])))
    assert understood.reading.layout is Layout.EVENTS
    expected = np.add.outer(np.arange(3), np.arange(8)) + 1
    np.testing.assert_array_equal(understood.panel.values[:, :, 0], expected)


def test_a_single_series_has_one_user(write: Write) -> None:
    rows = [f"{day},{COUNTS[0, d]}" for d, day in enumerate(DAYS)]
    understood = read_panel(write("\n".join(["date,clicks", *rows])))
    assert understood.reading.layout is Layout.SERIES
    np.testing.assert_array_equal(understood.panel.values[0, :, 0], COUNTS[0])


def test_several_count_columns_become_features(write: Write) -> None:
    rows = [f"{line},{int(line.split(',')[2]) * 2}" for line in long().splitlines()[1:]]
    panel = read_panel(write("\n".join(["user,date,clicks,views", *rows]))).panel
    assert panel.features == ("clicks", "views")
    np.testing.assert_array_equal(panel.values[:, :, 1], COUNTS * 2)


def test_labels_beside_the_counts_are_no_feature(write: Write) -> None:
    rows = [f"{line},{n % 2}" for n, line in enumerate(long().splitlines()[1:])]
    understood = read_panel(write("\n".join(["user,date,clicks,is_anomaly", *rows])))
    assert understood.panel.features == ("clicks",)
    assert "'is_anomaly'" in " ".join(understood.report.notes)


def test_quoted_fields_hold_marks_quotes_and_line_ends(write: Write) -> None:
    names = ('"a,b"', '"say ""hi"""', '"two\nlines"')
    rows = [f"{name},{day},1" for name in names for day in DAYS]
    panel = read_panel(write("\n".join(["user,date,clicks", *rows]))).panel
    assert panel.users == ("a,b", 'say "hi"', "two\nlines")


def test_user_names_are_kept_to_the_letter(write: Write) -> None:
    names = ("0012", " lead", "null", "NA", "=1+1", "<script>alert(1)</script>", "🦊", "None", "-1")
    rows = [f"{name},{day},1" for name in names for day in DAYS]
    assert read_panel(write("\n".join(["user,date,clicks", *rows]))).panel.users == names


def test_what_the_person_says_goes_before_every_guess(write: Write) -> None:
    rows = [
        f"{COUNTS[u, d]},{user},{day}" for u, user in enumerate(USERS) for d, day in enumerate(DAYS)
    ]
    path = write("\n".join(["user,date,clicks", *rows]))
    assert_whole(path, Reading(user="date", time="clicks", counts=("user",)))
