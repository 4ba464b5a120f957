"""From checked cells to a panel: the regular grid of users x times x features."""

from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from dashboard.data.cells import Cells
from dashboard.data.limits import LEAST_TIMES, LIMITS
from dashboard.data.memory import free_bytes
from dashboard.data.panel import Frequency, Panel
from dashboard.data.reading import Layout, Reading
from dashboard.errors import ReadError

FEW_DAYS = 4  # an event log that spans fewer is counted by the hour
SHORTEST_MONTH = pd.Timedelta(days=28)
HOURLY_ROWS = 1.5  # rows per user and day from which a file with clock times is hourly
AT_ONCE = 1_000_000
BYTES_PER_COUNT, BYTES_PER_TIME = 4, 2  # of a user: counts, and twice whether it was observed


@dataclass(frozen=True)
class Built:
    """A panel, and what happened on the way to it.

    duplicates: rows beyond the first of the same user and time. merged: rows added up because they
    were finer than a time step. gaps: time steps without any row. totals: by feature.
    """

    panel: Panel
    duplicates: int
    merged: int
    gaps: int
    totals: dict[str, float]


def build_panel(
    database: duckdb.DuckDBPyConnection, cells: Cells, layout: Layout, asked: Reading
) -> Built:
    """Build the panel. Raises ReadError where there are too few or too many steps or cells."""
    users = _number_users(database, cells)
    if not users:
        raise ReadError("No row holds a count: the count column is empty all the way down.")
    rows, moments = _sum_moments(database, cells)
    frequency = asked.frequency or _find_frequency(database, cells, layout, moments)
    _sum_steps(database, cells, frequency, asked.aggregation)
    first, last, different = database.execute(
        "SELECT min(step), max(step), count(DISTINCT step) FROM summed"
    ).fetchone()
    times = find_times(first, last, frequency)
    check_size(len(users), len(times), len(cells.features))
    values, observed = _fill(database, users, times, cells)
    if asked.missing == "zero":
        observed = np.maximum.accumulate(observed, axis=1)
    panel = Panel(values, observed, users, times, cells.features, frequency)
    summed = database.execute("SELECT count(*) FROM summed").fetchone()[0]
    duplicates = 0 if layout is Layout.EVENTS else rows - moments
    return Built(
        panel, duplicates, moments - summed, len(times) - different, _totals(database, cells)
    )


def _number_users(database: duckdb.DuckDBPyConnection, cells: Cells) -> tuple[str, ...]:
    """Number the users in order of first appearance, in the table `numbered`.

    Grouping by number takes less than half the time of grouping by name.
    """
    database.execute(
        f"""
        CREATE TABLE numbered AS SELECT user_name,
            (row_number() OVER (ORDER BY first, user_name) - 1)::INTEGER AS user
        FROM (SELECT user_name, min(row) AS first FROM cells WHERE {_filled(cells)}
              GROUP BY user_name)
        """
    )
    found = database.execute("SELECT user_name FROM numbered ORDER BY user").fetchall()
    return tuple(row[0] for row in found)


def _filled(cells: Cells) -> str:
    """A condition: some feature has a count."""
    return "(" + " OR ".join(f"v{n} IS NOT NULL" for n in range(len(cells.features))) + ")"


def _sum_moments(database: duckdb.DuckDBPyConnection, cells: Cells) -> tuple[int, int]:
    """Add up rows of the same user and time in the table `moments`; return rows and moments."""
    sums = ", ".join(f"sum(v{n}) AS v{n}" for n in range(len(cells.features)))
    database.execute(
        f"""
        CREATE TABLE moments AS SELECT user, step_time, count(*) AS rows, {sums}
        FROM cells JOIN numbered USING (user_name) WHERE {_filled(cells)} GROUP BY user, step_time
        """
    )
    return database.execute("SELECT sum(rows)::BIGINT, count(*) FROM moments").fetchone()


def _sum_steps(
    database: duckdb.DuckDBPyConnection, cells: Cells, frequency: Frequency, aggregation: str
) -> None:
    """Bring the moments of one time step together in the table `summed`."""
    if not cells.has_dates:
        database.execute("ALTER TABLE moments RENAME TO summed")
        database.execute("ALTER TABLE summed RENAME step_time TO step")
        return
    joined = ", ".join(f"{aggregation}(v{n}) AS v{n}" for n in range(len(cells.features)))
    database.execute(
        f"""
        CREATE TABLE summed AS SELECT user, date_trunc('{frequency}', step_time) AS step, {joined}
        FROM moments GROUP BY ALL
        """
    )
    database.execute("DROP TABLE moments")


def _find_frequency(
    database: duckdb.DuckDBPyConnection, cells: Cells, layout: Layout, moments: int
) -> Frequency:
    if not cells.has_dates:
        return Frequency.DAY
    clocked, span = database.execute(
        """
        SELECT count(*) FILTER (step_time <> date_trunc('day', step_time)),
            date_diff('day', min(step_time), max(step_time)) FROM moments
        """
    ).fetchone()
    if layout is Layout.EVENTS:
        return Frequency.HOUR if span < FEW_DAYS else Frequency.DAY
    if clocked and moments > HOURLY_ROWS * _days_of_users(database):
        return Frequency.HOUR
    dates = database.execute(
        f"SELECT DISTINCT step_time::DATE AS day FROM moments ORDER BY day LIMIT {LIMITS.times}"
    ).fetchnumpy()
    return frequency_of(dates["day"])


def frequency_of(dates: np.ndarray) -> Frequency:
    """Return that of different dates, in order. Raises ReadError where they are months."""
    _refuse_months(pd.DatetimeIndex(dates))
    gaps = np.diff(dates.astype("datetime64[D]").astype(int))
    return Frequency.WEEK if len(gaps) > 1 and not (gaps % 7).any() else Frequency.DAY


def _refuse_months(days: pd.DatetimeIndex) -> None:
    """Raise ReadError where each month has one date: as days, most of them would be zeros."""
    if len(days) < LEAST_TIMES or np.diff(days).min() < SHORTEST_MONTH:
        return
    if len(set(days.day)) == 1 or days.is_month_end.all():
        raise ReadError(
            f"The dates are months: {days[0]:%Y-%m-%d}, {days[1]:%Y-%m-%d}, {days[2]:%Y-%m-%d}. Time "
            "steps are hours, days or weeks. Upload counts by day or week, number the months 1, 2, "
            "3, ..., or choose a frequency if these are single days."
        )


def _days_of_users(database: duckdb.DuckDBPyConnection) -> int:
    return database.execute(
        "SELECT count(*) FROM (SELECT DISTINCT user, step_time::DATE FROM moments)"
    ).fetchone()[0]


def find_times(
    first: pd.Timestamp | int, last: pd.Timestamp | int, frequency: Frequency
) -> pd.Index:
    """Return the steps from the first to the last. Raises ReadError where they are too many or few."""
    has_dates = not isinstance(first, int)
    number = (
        len(pd.period_range(first, last, freq={"hour": "h", "day": "D", "week": "W"}[frequency]))
        if has_dates
        else last - first + 1
    )
    if number > LIMITS.times:
        raise ReadError(
            f"From {first} to {last} there are {number:,} steps of one {frequency}; "
            f"{LIMITS.times:,} are the most that can be read. Choose a coarser frequency, "
            "or correct a date that is far off."
        )
    if number < LEAST_TIMES:
        raise ReadError(
            f"The file has only {number} time step{'s' if number > 1 else ''}; "
            f"{LEAST_TIMES} are the least, and 14 the least to train on. Add more days."
        )
    if has_dates:
        return pd.date_range(first, last, freq=frequency.pandas_offset)
    return pd.RangeIndex(first, last + 1)


def check_size(users: int, times: int, features: int) -> None:
    """Raise ReadError where a panel of that shape is more than may, or can, be held."""
    _check_cells(users, times, features)
    _check_memory(users, times, features)


def _check_cells(users: int, times: int, features: int) -> None:
    if users * times * features > LIMITS.cells:
        raise ReadError(
            f"The file has {users:,} users x {times:,} time steps x {features:,} features, which is "
            f"more than the {LIMITS.cells:,} cells that can be held. Choose a coarser frequency, "
            "fewer count columns, or a shorter period."
        )


def _check_memory(users: int, times: int, features: int) -> None:
    needed = users * times * (BYTES_PER_COUNT * features + BYTES_PER_TIME)
    free = free_bytes()
    if needed > free / 2:  # the other half is for everybody else
        raise ReadError(
            f"The file has {users:,} users x {times:,} time steps x {features:,} features, which "
            f"takes {needed / 1e9:.1f} GB of memory; {free / 1e9:.1f} GB are free, and half of that "
            "can be had. Choose a coarser frequency, fewer count columns, or a shorter period."
        )


def _fill(
    database: duckdb.DuckDBPyConnection, users: tuple[str, ...], times: pd.Index, cells: Cells
) -> tuple[np.ndarray, np.ndarray]:
    values = np.zeros((len(users), len(times), len(cells.features)), dtype=np.float32)
    observed = np.zeros(values.shape[:2], dtype=bool)
    columns = ", ".join(f"coalesce(v{n}, 0)::FLOAT AS v{n}" for n in range(len(cells.features)))
    batches = (
        database.cursor().sql(f"SELECT user, step, {columns} FROM summed").to_arrow_reader(AT_ONCE)
    )
    for batch in batches:
        user = batch.column("user").to_numpy()
        steps = batch.column("step").to_numpy(zero_copy_only=False)
        time = times.get_indexer(pd.Index(steps).astype(times.dtype))
        observed[user, time] = True
        for number in range(len(cells.features)):
            values[user, time, number] = batch.column(f"v{number}").to_numpy()
    return values, observed


def _totals(database: duckdb.DuckDBPyConnection, cells: Cells) -> dict[str, float]:
    sums = ", ".join(f"coalesce(sum(v{n}), 0)" for n in range(len(cells.features)))
    found = database.execute(f"SELECT {sums} FROM summed").fetchone()
    return dict(zip(cells.features, map(float, found), strict=True))
