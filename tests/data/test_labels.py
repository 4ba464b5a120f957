"""Labels find their cells, however they are written; what does not fit is counted or refused."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.data import Understood, make_sample, read_label_column, read_labels, read_panel
from dashboard.errors import ReadError

COUNTS = "user,date,clicks\n" + "".join(
    f"{user},2026-03-{day:02d},{day}\n" for user in ("007", "b c", "late") for day in range(1, 11)
).replace("late,2026-03-01,1\nlate,2026-03-02,2\n", "")


@pytest.fixture
def counts(tmp_path: Path) -> Understood:
    return read_panel(written(tmp_path / "counts.csv", COUNTS))


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding)
    return path


def cells(labels: np.ndarray) -> set[tuple[int, int]]:
    return {(int(user), int(time)) for user, time in np.argwhere(labels)}


@pytest.mark.parametrize(
    "text",
    [
        "user,date\n007,2026-03-02\n007,2026-03-03\nb c,2026-03-10\n",
        "user,time,kind\n007,2026-03-02,spike\n007,2026-03-03,spike\nb c,2026-03-10,slump\n",
        "kind;Datum;Benutzer\nspike;02.03.2026;007\nspike;03.03.2026;007\nspike;10.03.2026;b c\n",
        "id\tday\tlabel\n007\t2026-03-02\t1\nb c\t2026-03-01\t0\n007\t2026-03-03\t1\nb c\t2026-03-10\t1\n",
        "user,first,last\n007,2026-03-02,2026-03-03\nb c,2026-03-10,2026-03-10\n",
        "user,start,end\n007,2026-03-02 10:00,2026-03-03 09:00\nb c,2026-03-10 00:00,2026-03-19 00:00\n",
        "user,first,last\n007,02/03/2026,03/03/2026\nb c,10/03/2026,19/03/2026\n",
        "who,when\n007,2026-03-02\n007,2026-03-03\nb c,2026-03-10\n",
    ],
    ids=[
        "plain",
        "kinds",
        "German",
        "marks",
        "stretches",
        "clock times",
        "days first",
        "other names",
    ],
)
def test_the_same_labels_in_many_ways(tmp_path: Path, counts: Understood, text: str) -> None:
    found = read_labels(written(tmp_path / "labels.csv", text), counts.panel, counts.reading)

    assert cells(found.labels) == {(0, 1), (0, 2), (1, 9)}
    assert found.notes == ()


def test_another_encoding_is_understood(tmp_path: Path) -> None:
    read = read_panel(written(tmp_path / "counts.csv", COUNTS.replace("b c", "Zoë")))
    path = written(tmp_path / "labels.csv", "user,date\nZoë,2026-03-04\n", "utf-16")

    assert cells(read_labels(path, read.panel, read.reading).labels) == {(1, 3)}


def test_kinds_are_kept(tmp_path: Path, counts: Understood) -> None:
    text = "user,first,last,kind\n007,2026-03-02,2026-03-03,a spike\n"
    found = read_labels(written(tmp_path / "labels.csv", text), counts.panel, counts.reading)

    assert found.kinds[0].tolist() == ["", "a spike", "a spike"] + [""] * 7
    assert not found.kinds[1:].any()


def test_what_the_counts_do_not_have_is_counted(tmp_path: Path, counts: Understood) -> None:
    text = "user,date\n007,2026-03-02\nnobody,2026-03-02\n7,2026-03-02\n007,2026-04-01\nlate,2026-03-01\n"
    found = read_labels(written(tmp_path / "labels.csv", text), counts.panel, counts.reading)

    assert cells(found.labels) == {(0, 1), (2, 0)}
    assert (found.rows, found.unknown_users, found.unknown_times, found.unobserved) == (5, 2, 1, 1)
    assert found.notes == (
        "2 of 5 labels name a user that the counts do not have.",
        "1 of 5 labels name a time that the counts do not have.",
        "1 labelled cells are not observed in the counts.",
    )


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        ("user,date\n007,2026-03-02\n007,soon\n" + "007,2026-03-02\n" * 20, 3, "soon"),
        ("user,date\n007,2026-03-02\n,2026-03-02\n", 3, "user"),
        ("user,date,label\n007,2026-03-02,1\n007,2026-03-03,2\n", 3, "label"),
        ("user,date,label\n007,2026-03-02,1\n007,2026-03-03,-1\n", 3, "label"),
        ("user,first,last\n007,2026-03-02,2026-03-03\n007,2026-03-05,2026-03-03\n", 3, "first"),
        ("user,date\n007,2026-03-02,x\n", 2, "fields"),
    ],
    ids=["time", "user", "mark", "negative mark", "stretch", "fields"],
)
def test_an_error_names_the_file_and_the_line(
    tmp_path: Path, counts: Understood, text: str, line: int, named: str
) -> None:
    path = written(tmp_path / "known.csv", text)

    with pytest.raises(ReadError, match=rf"known\.csv: Line {line} .*{named}") as caught:
        read_labels(path, counts.panel, counts.reading)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("user,date\n", "header only"),
        ("user,date\nnobody,2026-03-02\n", "None of the 1 labels"),
        ("user,date,label\n007,2026-03-02,0\n", "mark nothing"),
        ("user,date\n007,1\n007,2\n", "whole numbers"),
        ("user,clicks\n007,many\n", "names the times"),
        ("date\n2026-03-02\n", "names the users"),
        (COUNTS, "every cell"),
    ],
    ids=["empty", "strangers", "zeros", "numbers", "no times", "no users", "counts"],
)
def test_labels_that_cannot_be_used_are_refused(
    tmp_path: Path, counts: Understood, text: str, message: str
) -> None:
    with pytest.raises(ReadError, match=message):
        read_labels(written(tmp_path / "labels.csv", text), counts.panel, counts.reading)


def test_labels_of_the_sample_are_those_it_planted(tmp_path: Path) -> None:
    made = make_sample(users=60, days=30, seed=4)
    made.counts.to_csv(tmp_path / "counts.csv", index=False)
    made.labels.to_csv(tmp_path / "labels.csv", index=False)
    read = read_panel(tmp_path / "counts.csv")
    found = read_labels(tmp_path / "labels.csv", read.panel, read.reading)

    days = read.panel.times.strftime("%Y-%m-%d")
    told = {
        (read.panel.users[user], days[time], found.kinds[user, time])
        for user, time in np.argwhere(found.labels)
    }
    assert told == set(made.labels.itertuples(index=False, name=None))
    assert (found.rows, found.notes) == (len(made.labels), ())


def test_a_column_of_the_counts_can_hold_the_labels(tmp_path: Path) -> None:
    rows = "".join(f"a,2026-03-{day:02d} 10:00:01,5,{int(day in {4, 5})}\n" for day in range(1, 16))
    path = written(tmp_path / "counts.csv", "series,timestamp,value,label\n" + rows)
    read = read_panel(path)

    assert read.panel.features == ("value",)
    found = read_label_column(path, "label", read.panel, read.reading)
    assert cells(found.labels) == {(0, 3), (0, 4)}
    with pytest.raises(ReadError, match="Line 2 has 5 in column 'value'"):
        read_label_column(path, "value", read.panel, read.reading)
    with pytest.raises(ReadError, match="no column 'nothing'"):
        read_label_column(path, "nothing", read.panel, read.reading)


def test_a_single_series_needs_no_user(tmp_path: Path) -> None:
    rows = [f"2026-03-{day:02d},{day % 3}" for day in range(1, 16)]
    path = written(tmp_path / "counts.csv", "\n".join(["date,clicks", *rows]))
    labels = written(tmp_path / "labels.csv", "first,last\n2026-02-20,2026-03-02\n")
    read = read_panel(path)

    found = read_labels(labels, read.panel, read.reading)
    assert cells(found.labels) == {(0, 0), (0, 1)}


def test_days_across_have_no_column_of_labels(tmp_path: Path) -> None:
    days = [f"2026-03-{day:02d}" for day in range(1, 16)]
    text = "user," + ",".join(days) + "\na" + ",1" * 15 + "\nb" + ",2" * 15 + "\n"
    path = written(tmp_path / "counts.csv", text)
    read = read_panel(path)

    with pytest.raises(ReadError, match="file of their own"):
        read_label_column(path, "2026-03-01", read.panel, read.reading)
    labels = written(tmp_path / "labels.csv", "user,date\nb,2026-03-02\n")
    assert cells(read_labels(labels, read.panel, read.reading).labels) == {(1, 1)}


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("user,date\na,2026-03-02\n", range(24, 48)),
        ("user,first,last\na,02.03.2026,03.03.2026\n", range(24, 72)),
        ("user,time\na,2026-03-02 00:00\n", [24]),
        ("user,first,last\na,2026-03-02 05:10,2026-03-02 06:50\n", [29, 30]),
        (f"user,time\na,{1772409600 + 5 * 3600}\n", [29]),
    ],
    ids=["a date", "dates", "an hour", "hours", "an epoch"],
)
def test_a_date_stands_for_all_of_its_hours(
    tmp_path: Path, text: str, hours: Sequence[int]
) -> None:
    moments = pd.date_range("2026-03-01", periods=96, freq="h")
    rows = "".join(f"{user},{moment},{moment.hour}\n" for user in "ab" for moment in moments)
    read = read_panel(written(tmp_path / "counts.csv", "user,time,clicks\n" + rows))
    assert read.panel.shape == (2, 96, 1)

    found = read_labels(written(tmp_path / "labels.csv", text), read.panel, read.reading)
    assert cells(found.labels) == {(0, hour) for hour in hours}
