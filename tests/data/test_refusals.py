"""What cannot be read is refused with a sentence that names line, column and value."""

import gzip
from pathlib import Path

import pytest
from tables import as_csv, long_csv, long_rows

from dashboard.data import read_panel
from dashboard.errors import ReadError

LINES = long_csv().splitlines()


def _with(line: int, content: str) -> str:
    lines = list(LINES)
    lines[line - 1] = content
    return "\n".join(lines) + "\n"


# content, the line that is named, and what else the sentence holds
HOSTILE: dict[str, tuple[str | bytes, int | None, tuple[str, ...]]] = {
    "negative": (_with(50, "002,2024-02-05,-4"), 50, ("'-4'", "'clicks'", "negative")),
    "no number": (_with(50, "002,2024-02-05,many"), 50, ("'many'", "'clicks'", "not a number")),
    "not available": (_with(50, "002,2024-02-05,nan"), 50, ("'nan'", "not a number")),
    "infinite": (_with(50, "002,2024-02-05,inf"), 50, ("'inf'", "absurdly large")),
    "absurd": (_with(50, "002,2024-02-05,1e30"), 50, ("'1e30'", "absurdly large")),
    "no such day": (_with(50, "002,2024-02-31,4"), 50, ("'2024-02-31'", "'date'")),
    "no date": (_with(50, "002,yesterday,4"), 50, ("'yesterday'", "'date'")),
    "no time": (_with(50, "002,,4"), 50, ("no time", "'date'")),
    "before all clicks": (_with(50, "002,0024-02-05,4"), 50, ("'0024-02-05'",)),
    "far future": (_with(50, "002,9999-02-05,4"), 50, ("'9999-02-05'",)),
    "nobody": (_with(50, ",2024-02-05,4"), 50, ("no user", "'user_id'")),
    "blanks below all": (long_csv() + " , , \n", 122, ("no time", "'date'")),
    "too many fields": (_with(50, "002,2024-02-05,4,5"), 50, ("4 fields", "3 are expected")),
    "too few fields": (_with(50, "002,2024-02-05"), 50, ("2 fields",)),
    "open quote": (_with(50, '"002,2024-02-05,4'), 50, ("quote",)),
    "nul": (_with(50, "00\0,2024-02-05,4"), 50, ("NUL",)),
    "after a preamble": ("Title\n\n" + _with(50, "002,2024-02-05,-4"), 52, ("'-4'",)),
    "after blank lines": ("\n".join(LINES[:9]) + "\n\n\n" + "002,2024-02-05,-4\n", 12, ("'-4'",)),
    "after a quoted line break": (
        as_csv([*long_rows()[:9], ["two\nlines", "2024-02-05", 1], ["x", "2024-02-05", -1]]),
        12,
        ("'-1'",),
    ),
    "in one of the days": (
        "user,2024-01-01,2024-01-02,2024-01-03\na,1,2,3\nb,4,-5,6\n",
        3,
        ("'-5'", "'2024-01-02'"),
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), None, ("PNG picture",)),
    "a document": (b"%PDF-1.7 ...", None, ("PDF",)),
    "binary": (bytes(range(1, 256)) * 20, None, ("binary",)),
    "html": ("<!DOCTYPE html><html></html>", None, ("HTML",)),
    "json": ('[{"user": "a", "clicks": 1}]', None, ("JSON",)),
    "empty": ("", None, ("empty",)),
    "blank": ("\n\n \n", None, ("empty",)),
    "header only": ("user,date,clicks\n", None, ("header only",)),
    "one day": ("user,date,clicks\na,2024-01-01,1\nb,2024-01-01,2\n", None, ("1 time step",)),
    "no counts": (
        as_csv([["user", "date", "town"], *([*row[:2], "Rome"] for row in long_rows()[1:])]),
        None,
        ("No column holds counts",),
    ),
    "no dates": (as_csv([["user", "town"], *([n, "Rome"] for n in "abc")]), None, ("dates",)),
    "200,000 columns": (",".join(["user", *map(str, range(200_000))]) + "\n", 1, ("columns",)),
    "cut gzip": (gzip.compress(long_csv().encode())[:-30], None, ("damaged or cut short",)),
    "a zip of two": (b"PK\x05\x06" + bytes(18), None, ("0 files",)),
    "a bomb": (gzip.compress(b"a,b,c\n" + b"0" * 80_000_000), None, ("unpacks to more than",)),
    "years apart": (
        "user,time,clicks\na,1901-01-01 00:00,1\na,1901-01-01 01:00,1\na,2199-01-01 05:00,1\n",
        None,
        ("steps of one day",),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_a_sentence_that_helps(name: str, tmp_path: Path) -> None:
    content, line, words = HOSTILE[name]
    path = tmp_path / "counts.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ReadError) as caught:
        read_panel(path)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert caught.value.line == line
    assert line is None or f"Line {line} " in sentence
    for word in words:
        assert word in sentence
