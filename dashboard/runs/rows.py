"""All rows of one database written into another, of whatever kind each of them is."""

from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from dashboard.runs.schema import METADATA

ROWS_AT_ONCE = 1_000


def copy_rows(source: Engine, target: Engine) -> None:
    """Copy every row as of one moment into tables that are there and empty: all of them, or none.

    Both have the tables of this version.
    """
    one_moment = "REPEATABLE READ" if source.dialect.name == "postgresql" else "SERIALIZABLE"
    with (
        source.connect().execution_options(isolation_level=one_moment) as reading,
        target.begin() as writing,
    ):
        for table in METADATA.sorted_tables:
            _copy(table, reading, writing)


def _copy(table: Table, reading: Connection, writing: Connection) -> None:
    in_order = select(table).order_by(*table.primary_key)  # a review comes after what it withdraws
    found = reading.execution_options(yield_per=ROWS_AT_ONCE).execute(in_order).mappings()
    for rows in found.partitions():
        writing.execute(insert(table), [dict(row) for row in rows])
    if "sequence" in table.columns and writing.dialect.name == "postgresql":
        _go_on_counting(table, writing)


def _go_on_counting(table: Table, writing: Connection) -> None:
    """Let the next row have the next number; SQLite looks at the rows themselves."""
    last = writing.scalar(select(func.max(table.columns.sequence)))
    if last is not None:
        counter = text("SELECT setval(pg_get_serial_sequence(:table, 'sequence'), :last)")
        writing.execute(counter, {"table": table.name, "last": last})
