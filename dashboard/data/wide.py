"""Very many columns kept as a few, f0, f1, ..., of lists, 500 fields in each.

Columns of their own would cost far more time and memory than what stands in them, and a single list
of all would be too long where many rows are held at once.
"""

import csv
import itertools
from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from dashboard.data.dialect import Dialect
from dashboard.data.records import explain_misfit, open_body
from dashboard.data.text import Text

WIDE_COLUMNS = 200  # the most that stay columns
LIST_FIELDS = 500
FEW_COLUMNS = 3  # the most for whose sake a table is read once for each
FIELDS_AT_ONCE = 500_000


def column_sql(place: int, width: int) -> str:
    """Return a column by its place, from 0, in a table of so many."""
    if width <= WIDE_COLUMNS:
        return f"c{place}"
    return f"f{place // LIST_FIELDS}[{place % LIST_FIELDS + 1}]"


def lists_sql(width: int) -> list[str]:
    """Return lists that hold, one after another, all fields of a row."""
    if width <= WIDE_COLUMNS:
        return [f"[{', '.join(column_sql(place, width) for place in range(width))}]"]
    return [f"f{start // LIST_FIELDS}" for start in range(0, width, LIST_FIELDS)]


def turned_sql(places: Sequence[int], width: int, kept: str) -> str:
    """Return a query: row, kept, place (in `places`, from 0) and written; a row for each field."""
    if len(places) <= FEW_COLUMNS:
        return " UNION ALL ".join(
            f"SELECT rowid AS row{kept}, {number} AS place, {column_sql(place, width)} AS written "
            "FROM raw"
            for number, place in enumerate(places)
        )
    lists: dict[int, list[tuple[int, int]]] = {}
    for number, place in enumerate(places):
        lists.setdefault(place // LIST_FIELDS, []).append((number, place))
    return " UNION ALL ".join(
        f"SELECT rowid AS row{kept}, unnest({[number for number, _ in chosen]}) AS place, "
        f"unnest([{', '.join(column_sql(place, width) for _, place in chosen)}]) AS written FROM raw"
        for chosen in lists.values()
    )


def cut_lists(fields: Sequence[str]) -> list[Sequence[str]]:
    """Cut what belongs to all columns into what belongs to each list."""
    return [fields[start : start + LIST_FIELDS] for start in range(0, len(fields), LIST_FIELDS)]


def load_lists(database: duckdb.DuckDBPyConnection, text: Text, dialect: Dialect) -> None:
    """Fill the table `raw`. Raises ReadError naming the first record that does not fit."""
    width = len(dialect.columns)
    names = lists_sql(width)
    schema = pa.schema([(name, pa.list_(pa.string())) for name in names])
    batches = pa.RecordBatchReader.from_batches(schema, _batches(text, dialect, schema))
    database.register("records", batches)
    try:
        database.execute("CREATE TABLE raw AS SELECT * FROM records")
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        explain_misfit(text, dialect, error)


def _batches(text: Text, dialect: Dialect, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    width = len(dialect.columns)
    with open_body(text.path, dialect) as reader:
        filled = (dialect.trim(fields) for fields in reader if any(fields))
        while batch := list(itertools.islice(filled, max(1, FIELDS_AT_ONCE // width))):
            if any(len(fields) != width for fields in batch):
                raise csv.Error("a record that is longer or shorter than the others")
            lists = zip(*map(cut_lists, batch), strict=True)
            yield pa.record_batch(list(map(list, lists)), schema=schema)
