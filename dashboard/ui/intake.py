"""How counts come in: an upload, the sample, or an earlier dataset."""

from urllib.parse import urlsplit

import streamlit as st

from dashboard.charts.format import format_bytes, format_number_of
from dashboard.runs.records import DatasetRecord
from dashboard.ui.addresses import go_to
from dashboard.ui.kept import open_store
from dashboard.ui.notices import offer_undo
from dashboard.ui.problems import plain
from dashboard.ui.wording import ago, is_series

FILE_TYPES = ["csv", "tsv", "txt", "gz", "zip", "parquet", "xlsx"]
RECENT = 8
SHAPES = (
    (
        "A row for each user and day",
        "user,date,clicks\nann,2026-03-01,12\nann,2026-03-02,9\nbob,2026-03-01,40",
        "Further columns of counts become further features. A row for each click is fine too.",
    ),
    (
        "Days across",
        "user;01.03.2026;02.03.2026\nann;12;9\nbob;40;38",
        "Or users across and days down. Comma, semicolon, tab; many ways to write a date.",
    ),
    (
        "A single series",
        "hour,visits\n2026-03-01 00:00,120\n2026-03-01 01:00,96",
        "Hours, days, weeks or plain numbers. No user is needed.",
    ),
)


def take_in_file() -> None:
    """Draw the uploader; a file is stored at once, and its page opened."""
    generation = st.session_state.setdefault("upload_generation", 0)
    file = st.file_uploader(
        "Upload a file of counts",
        type=FILE_TYPES,
        key=f"upload_{generation}",
        help="One row per user and day, days across or down, an event log, or a single series.",
    )
    if file is None:
        return
    with st.spinner(f"Reading {plain(file.name)} …"):
        record = open_store().add_dataset(file, file.name)
    st.session_state["upload_generation"] = generation + 1  # lets go of the bytes in memory
    go_to("data", dataset=record.id)


def offer_sample() -> None:
    """Draw the button that makes the sample."""
    if st.button(
        "Use the sample: 2,000 users x 40 days", icon=":material/science:", key="use_sample"
    ):
        with st.spinner("Making 2,000 users …"):
            record = open_store().add_sample()
        go_to("data", dataset=record.id)


def show_shapes() -> None:
    """Show what a file may look like: the three shapes that most files have."""
    st.subheader("What a file may look like")
    for place, (title, rows, remark) in zip(st.columns(len(SHAPES)), SHAPES, strict=True):
        with place:
            st.markdown(f"**{title}**")
            st.code(rows, language=None)
            st.caption(remark)


def offer_command() -> None:
    """Draw the command that uploads a large file without a browser."""
    with st.expander("A large file? Upload it by command"):
        known = st.session_state.get("upload_token")
        token = st.session_state["upload_token"] = open_store().upload_token(known)
        st.markdown(
            "Over about 200 MB a command is gentler than the browser. "
            "This one works once, within the hour; it answers with the dataset's address."
        )
        place = urlsplit(st.context.url or "http://127.0.0.1:8501")
        st.code(
            f'curl -T clicks.csv -H "Authorization: Bearer {token}" '
            f'"{place.scheme}://{place.netloc}/api/upload?name=clicks.csv"',
            language="shell",
            wrap_lines=True,
        )


def list_recent(chosen: DatasetRecord | None) -> None:
    """List the newest datasets, each with a way to open and to delete it."""
    records = [record for record in open_store().datasets() if not chosen or record.id != chosen.id]
    if not records:
        return
    st.subheader("Recent datasets" if chosen is None else "Other datasets")
    for record in records[:RECENT]:
        _draw_row(record)


def delete_button(record: DatasetRecord, label: str = "Delete") -> None:
    """Draw the button that takes a dataset off the list, which can be undone."""
    if st.button(
        label,
        icon=":material/delete:",
        key=f"delete_{record.id}",
        type="tertiary",
        help=f"Delete {plain(record.name)}. Its runs stay.",
    ):
        open_store().delete_dataset(record.id)
        offer_undo("dataset", record.id, record.name)
        go_to("data")


def _draw_row(record: DatasetRecord) -> None:
    report = record.report
    facts = (
        ":material/error: could not be read"
        if report is None
        else (
            "one series x " if is_series(report) else f"{format_number_of(report.users, 'user')} x "
        )
        + format_number_of(report.times, report.frequency)
    )
    with st.container(horizontal=True, vertical_alignment="center", key=f"row_{record.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if st.button(plain(record.name), key=f"open_{record.id}", type="tertiary"):
                go_to("data", dataset=record.id)
            st.caption(
                f"{facts} · {format_bytes(record.bytes)} · {ago(record.created)}", width="content"
            )
        delete_button(record, label="")
