"""Short notices that outlive a change of page, with what can be undone."""

from dataclasses import dataclass

import streamlit as st

from dashboard.ui.kept import open_store
from dashboard.ui.problems import plain

_KEY = "clickwatch_undo"


@dataclass(frozen=True)
class Undo:
    """One deletion that can be taken back. kind: "dataset" or "run"."""

    kind: str
    record_id: str
    name: str


def offer_undo(kind: str, record_id: str, name: str) -> None:
    """Remember a deletion, so that the next drawing offers to take it back."""
    st.session_state[_KEY] = Undo(kind, record_id, name)


def show_notices() -> None:
    """Show the last deletion with its Undo, until it is used or dismissed."""
    undo: Undo | None = st.session_state.get(_KEY)
    if undo is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="undo_bar"):
        st.markdown(f"Deleted the {undo.kind} **{plain(undo.name)}**.")
        st.button("Undo", icon=":material/undo:", on_click=_take_back, args=(undo,), key="undo")
        st.button("Dismiss", type="tertiary", on_click=_forget, key="undo_dismiss")


def _take_back(undo: Undo) -> None:
    store = open_store()
    if undo.kind == "dataset":
        store.restore_dataset(undo.record_id)
    else:
        store.restore_run(undo.record_id)
    _forget()


def _forget() -> None:
    st.session_state.pop(_KEY, None)
