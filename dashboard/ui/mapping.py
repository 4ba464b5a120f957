"""The form that corrects how a file is read: every choice of a Reading."""

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from dashboard.charts.format import format_name
from dashboard.data.panel import Frequency
from dashboard.data.reading import Layout, Reading
from dashboard.runs.records import DatasetRecord
from dashboard.ui.addresses import go_to
from dashboard.ui.kept import open_store

Choice = TypeVar("Choice")

FIND_OUT = "find out"
LAYOUTS = {
    Layout.LONG: "Long: a row for each user and time",
    Layout.DAYS_ACROSS: "Days across: a row for each user",
    Layout.DAYS_DOWN: "Days down: a column for each user",
    Layout.EVENTS: "Event log: a row for each click",
    Layout.SERIES: "A single series: time and count",
}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space"}
ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "iso-8859-1", "shift_jis", "gb18030")
DATE_ORDERS = {True: "day first: 31.12.", False: "month first: 12/31, or 2026-12-31"}
DECIMALS = {".": "point: 1.5", ",": "comma: 1,5"}
THOUSANDS = {"": "none", ".": "point", ",": "comma", " ": "space", "'": "apostrophe"}
MISSING = {"zero": "counts as zero", "unknown": "is unknown"}
AGGREGATIONS = {"sum": "added up", "mean": "averaged", "max": "the highest taken"}


def correct_reading(record: DatasetRecord, columns: Sequence[str]) -> None:
    """Draw the form; on submit the file is read that way, and its page opened."""
    st.caption("Change what was understood wrongly, then read the file again.")
    with st.form(f"mapping_{record.id}", border=False):
        reading = _ask(record.reading, columns)
        sent = st.form_submit_button("Read again", type="primary", icon=":material/refresh:")
    if sent:
        with st.spinner("Reading …"):
            later = open_store().reread(record.id, reading)
        go_to("data", dataset=later.id)


def _ask(now: Reading, columns: Sequence[str]) -> Reading:
    left, middle, right = st.columns(3)
    with left:
        st.markdown("**Columns**")
        layout = _choose("Shape of the table", LAYOUTS, now.layout)
        user = _column("User", columns, now.user)
        time = _column("Time", columns, now.time)
        counts = st.multiselect(
            "Counts (none: find out)",
            list(columns),
            [name for name in now.counts or () if name in columns],
            format_func=format_name,
        )
    with middle:
        st.markdown("**The file**")
        encoding = _choose(
            "Encoding", {name: name for name in (*ENCODINGS, now.encoding) if name}, now.encoding
        )
        delimiter = _choose("Delimiter", DELIMITERS, now.delimiter)
        decimal = _choose("Decimal mark", DECIMALS, now.decimal)
        thousands = _choose("Thousands mark", THOUSANDS, now.thousands)
        sheet = st.text_input("Sheet (of a workbook)", now.sheet or "", placeholder="the first")
    with right:
        st.markdown("**Time**")
        day_first = _choose("Order in dates", DATE_ORDERS, now.day_first)
        zone = st.text_input("Time zone", now.time_zone or "", placeholder="such as Europe/Berlin")
        frequency = _choose("Time step", {one: one.value for one in Frequency}, now.frequency)
        aggregation = _choose("Rows of one time step are", AGGREGATIONS, now.aggregation, False)
        missing = _choose("A missing row", MISSING, now.missing, False)
    return Reading(
        layout=layout,
        user=user,
        time=time,
        counts=tuple(counts) or None,
        encoding=encoding,
        delimiter=delimiter,
        day_first=day_first,
        decimal=decimal,
        thousands=thousands,
        time_zone=zone.strip() or None,
        missing=missing,
        frequency=frequency,
        aggregation=aggregation,
        sheet=sheet.strip() or None,
    )


def _choose(
    label: str, words: dict[Choice, str], now: Choice | None, may_find_out: bool = True
) -> Choice | None:
    options = [*([None] if may_find_out else []), *words]
    return st.selectbox(
        label,
        options,
        index=options.index(now) if now in options else 0,
        format_func=lambda option: words.get(option, FIND_OUT) if option is not None else FIND_OUT,
    )


def _column(label: str, columns: Sequence[str], now: str | None) -> str | None:
    return _choose(label, {name: format_name(name) for name in columns}, now)
