"""The quick way from a plain file to a panel. What is out of the ordinary is left to the way over text."""

import numpy as np

from dashboard.data.body import NotPlainError
from dashboard.data.cells import Cells, count_texts, format_notes, number_format
from dashboard.data.coded import code_rows
from dashboard.data.dense import build_dense
from dashboard.data.grid import Built
from dashboard.data.numbers import NumberFormat
from dashboard.data.over import Over
from dashboard.data.plain import Plain
from dashboard.data.reading import Layout, Reading
from dashboard.data.refusals import check_zone, is_any
from dashboard.data.roles import Roles
from dashboard.data.times import TimeFormat
from dashboard.data.written import ONCE, column_times, column_writing, read_moments, strange_time

LAYOUTS = {Layout.LONG, Layout.EVENTS, Layout.SERIES}


def build_plain(
    plain: Plain, roles: Roles, asked: Reading, over: Over | None = None
) -> tuple[Cells, Built]:
    """Read the counts of a plain file onto the grid. over: reads large files elsewhere.

    Raises NotPlainError where the way over text has to be taken, which tells what is wrong, if anything
    is; ReadError as that way does, if not always in the order in which it comes upon things.
    """
    if roles.layout not in LAYOUTS or roles.time is None or roles.clock is not None:
        raise NotPlainError
    sample = dict(zip(plain.columns, plain.sample(), strict=True))
    check_zone(plain, asked.time_zone)
    texts = count_texts(roles, sample)
    numbers = number_format(plain, texts, asked)
    points = numbers == NumberFormat() and any("." in text for text in texts)
    coded = code_rows(plain, roles, points=points, over=over)
    times, moments = _read_times(plain, roles, asked, sample, coded.times)
    features = roles.counts or ("events",)
    cells = Cells(
        features, not times.is_number, times, numbers, format_notes(times, numbers, asked)
    )
    return cells, build_dense(coded, moments, features, roles.layout, asked)


def _read_times(
    plain: Plain,
    roles: Roles,
    asked: Reading,
    sample: dict[str, list[str | None]],
    texts: tuple[str, ...],
) -> tuple[TimeFormat, np.ndarray]:
    """Return how times are read, and each of these texts so read: datetime64[us] or int64."""
    database = plain.database
    database.execute(
        "CREATE OR REPLACE TABLE times_written AS SELECT unnest($1::VARCHAR[]) AS written",
        [list(texts)],
    )
    writing, example = column_writing(roles, sample)
    if writing is None:
        raise NotPlainError
    times = column_times(plain, writing, example, ONCE, asked)
    if is_any(plain, ONCE.relation, strange_time(ONCE.column, times)):
        raise NotPlainError
    read_moments(database, times, asked)
    moments = database.execute("SELECT moment FROM moments_read ORDER BY rowid").fetchnumpy()
    return times, np.ma.getdata(moments["moment"])
