"""Several files read as one are, in every cell, what one file of all their rows is."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.data import Reading, Understood, read_panel
from dashboard.data.joined import join_files
from dashboard.errors import ReadError

HEADER = "user,date,clicks\n"
ROWS = [
    f"{user},2026-03-{day:02d},{(place + 1) * day % 7}\n"
    for day in range(1, 15)
    for place, user in enumerate(["ann", "bob", "007", "zoë"])
]


def parts(folder: Path, *texts: str, encoding: str = "utf-8") -> list[Path]:
    made = [folder / f"part-{number}.csv" for number in range(1, len(texts) + 1)]
    for path, text in zip(made, texts, strict=True):
        path.write_bytes(text.encode(encoding))
    return made


def read_as_one(files: Sequence[Path], folder: Path, reading: Reading = Reading()) -> Understood:  # noqa: B008 - frozen
    joined = join_files(files, folder, reading)
    with joined.naming_files():
        return read_panel(joined.path, reading.model_copy(update={"encoding": None}), name="all")


def assert_alike(one: Understood, other: Understood) -> None:
    for name in ("users", "features", "frequency"):
        assert getattr(one.panel, name) == getattr(other.panel, name)
    assert one.panel.times.equals(other.panel.times)
    assert np.array_equal(one.panel.values, other.panel.values)
    assert np.array_equal(one.panel.observed, other.panel.observed)
    assert one.report == other.report


@pytest.mark.parametrize("cuts", [(20, 40), (1, 2), (28,)])
def test_texts_read_as_one_are_what_one_text_is(tmp_path: Path, cuts: tuple[int, ...]) -> None:
    whole = tmp_path / "whole.csv"
    whole.write_text(HEADER + "".join(ROWS), "utf-8")
    bounds = [0, *cuts, len(ROWS)]
    texts = [HEADER + "".join(ROWS[first:last]) for first, last in pairwise(bounds)]
    texts[-1] = texts[-1].rstrip("\n")  # a last line may end without a break
    assert_alike(read_as_one(parts(tmp_path, *texts), tmp_path), read_panel(whole))


def test_rows_of_one_cell_in_several_files_are_added_up(tmp_path: Path) -> None:
    twice = read_as_one(parts(tmp_path, HEADER + "".join(ROWS), HEADER + ROWS[4]), tmp_path)
    once = read_as_one(parts(tmp_path, HEADER + "".join(ROWS)), tmp_path)
    more = twice.panel.values - once.panel.values
    assert more.sum() == float(ROWS[4].split(",")[2])


def test_texts_of_another_encoding_are_read_as_one(tmp_path: Path) -> None:
    files = parts(
        tmp_path, HEADER + "".join(ROWS[:20]), HEADER + "".join(ROWS[20:]), encoding="cp1252"
    )
    assert "zoë" in read_as_one(files, tmp_path, Reading(encoding="cp1252")).panel.users


@pytest.mark.parametrize(
    "below", ["Total,,{}\n", ",Gesamt:,{}\n,,\n", "(20 rows)\n", "Total,,{}\n(9 rows)"]
)
def test_each_file_may_end_with_what_is_no_row(tmp_path: Path, below: str) -> None:
    cuts = (ROWS[:20], ROWS[20:40], ROWS[40:])
    sums = [sum(int(row.split(",")[2]) for row in rows) for rows in cuts]
    texts = [
        HEADER + "".join(rows) + below.format(total) for rows, total in zip(cuts, sums, strict=True)
    ]
    plain = read_as_one(parts(tmp_path, *(HEADER + "".join(rows) for rows in cuts)), tmp_path)
    files = parts(tmp_path, *texts)
    assert_alike(read_as_one(files, tmp_path), plain)
    assert files[0].read_text("utf-8") == texts[0]  # which is somebody's own
    for note in join_files(files, tmp_path, Reading()).notes:
        assert note.startswith("part-1.csv, part-2.csv, part-3.csv: The last")
        assert note.endswith("left out.")

    texts[1] = HEADER + "".join(cuts[1]) + f"Total,,{sums[1] + 1}\n"  # no sum: it may be a user
    with pytest.raises(ReadError, match=r"Line 22 of part-2\.csv has no time"):
        read_as_one(parts(tmp_path, *texts), tmp_path)


def test_parquet_files_read_as_one_are_what_one_is(tmp_path: Path) -> None:
    table = pd.DataFrame(
        [row.strip().split(",") for row in ROWS], columns=HEADER.strip().split(",")
    ).astype({"clicks": int})
    files = [tmp_path / f"{place}.parquet" for place in range(2)]
    cuts = (table[:30], table[30:])
    for path, part in zip(files, cuts, strict=True):
        part.to_parquet(path, index=False)
    table.to_parquet(tmp_path / "whole.parquet", index=False)
    whole = read_panel(tmp_path / "whole.parquet")
    assert_alike(read_as_one(files, tmp_path), whole)

    for path, part in zip(files, cuts, strict=True):
        total = pd.DataFrame({"user": ["Total"], "clicks": [part["clicks"].sum()]})
        pd.concat([part, total]).to_parquet(path, index=False, row_group_size=7)
    assert_alike(read_as_one(files, tmp_path), whole)
    (note,) = join_files(files, tmp_path, Reading()).notes
    assert note.startswith("0.parquet, 1.parquet: The last row, 'Total'")


def test_a_refusal_names_the_file_and_the_line_in_it(tmp_path: Path) -> None:
    broken = [*ROWS[:3], "ann,2026-03-09,many\n", *ROWS[3:]]
    files = parts(tmp_path, HEADER + "".join(ROWS), HEADER + "".join(broken))
    with pytest.raises(
        ReadError, match=r"Line 5 of part-2\.csv has 'many' in column 'clicks'"
    ) as told:
        read_as_one(files, tmp_path)
    assert told.value.line == 5  # the header is line 1

    files = parts(tmp_path, HEADER + "".join(broken), HEADER + "".join(ROWS))
    with pytest.raises(ReadError, match=r"Line 5 of part-1\.csv has 'many'"):
        read_as_one(files, tmp_path)


def test_files_that_differ_are_refused(tmp_path: Path) -> None:
    files = parts(tmp_path, HEADER + ROWS[0], "user,date,views\n" + ROWS[1])
    with pytest.raises(ReadError, match=r"part-2\.csv: its columns are user, date, views"):
        read_as_one(files, tmp_path)
    files = parts(tmp_path, HEADER + ROWS[0], "")
    with pytest.raises(ReadError, match=r"part-2\.csv: The file is empty"):
        read_as_one(files, tmp_path)
    (tmp_path / "x.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(ReadError, match="all have to be CSV files, or all Parquet files"):
        read_as_one([*parts(tmp_path, HEADER + ROWS[0]), tmp_path / "x.parquet"], tmp_path)
    with pytest.raises(ReadError, match=r"x\.parquet: it is damaged"):
        read_as_one([tmp_path / "x.parquet"], tmp_path)
