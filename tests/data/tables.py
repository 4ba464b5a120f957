"""One small table of counts, written in many ways. Its figures are known."""

import csv
import io
from datetime import date, timedelta

USERS = [f"{number:03d}" for number in range(6)]
DAYS = [date(2024, 1, 29) + timedelta(days=number) for number in range(20)]
COUNTS = [[(7 * user + 3 * day) % 11 for day in range(20)] for user in range(6)]
TOTAL = float(sum(map(sum, COUNTS)))


def as_csv(rows: list[list[object]], **chosen: object) -> str:
    """Write rows as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", **chosen).writerows(rows)
    return out.getvalue()


def long_rows(
    header: tuple[str, ...] | None = ("user_id", "date", "clicks"),
    users: list[str] = USERS,
    date_format: str = "%Y-%m-%d",
    number_format: str = "{}",
) -> list[list[object]]:
    """One row per user and day."""
    rows = [
        [user, day.strftime(date_format), number_format.format(COUNTS[u][d])]
        for u, user in enumerate(users)
        for d, day in enumerate(DAYS)
    ]
    return ([list(header)] if header else []) + rows


def long_csv(delimiter: str = ",", **chosen: object) -> str:
    """The long table as CSV."""
    return as_csv(long_rows(**chosen), delimiter=delimiter)


def across_rows(names: list[object]) -> list[list[object]]:
    """One row per user, the days across under these names."""
    return [["user", *names], *([user, *COUNTS[u]] for u, user in enumerate(USERS))]
