"""Addresses: what a page shows stands in its URL, so that a refresh or another person sees it too."""

from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import streamlit as st

PAGES_FOLDER = Path(__file__).resolve().parents[2] / "pages"
PAGES = {
    "data": ("Data", ":material/upload_file:"),
    "train": ("Train", ":material/model_training:"),
    "anomalies": ("Anomalies", ":material/troubleshoot:"),
    "review": ("Review", ":material/rule:"),
    "trust": ("Trust", ":material/verified:"),
    "compare": ("Compare", ":material/compare_arrows:"),
    "runs": ("Runs", ":material/history:"),
    "learn": ("Learn", ":material/school:"),
}


def page(name: str) -> st.Page:
    """Return one of the pages by its name, which is also its path."""
    title, icon = PAGES[name]
    return st.Page(PAGES_FOLDER / f"{name}.py", title=title, icon=icon, url_path=name)


def go_to(name: str, **choice: str | None) -> NoReturn:
    """Open another page with that choice in its address."""
    given = {key: value for key, value in choice.items() if value is not None}
    st.switch_page(page(name), query_params=given)


def link_to(name: str, label: str, *, icon: str | None = None, **choice: str) -> None:
    """Draw a link to another page with that choice in its address."""
    st.page_link(page(name), label=label, icon=icon, query_params=choice)


def link_within(name: str, label: str, key: str, *, icon: str | None = None, **choice: str) -> None:
    """Draw the way to another view of the page that is open; a link to the same page would leave the address as it is."""
    if st.button(label, type="tertiary", icon=icon, key=key):
        go_to(name, **choice)


def read_choice(key: str) -> str | None:
    """Return what the address says of `key`; None where it says nothing."""
    return st.query_params.get(key) or None


def write_choice(**choice: str | None) -> None:
    """Put a choice into the address of this page; None takes it out.

    However much changes, it is one step for the browser's way back.
    """
    changed = {key: value for key, value in choice.items() if read_choice(key) != value}
    if changed:
        st.query_params.update({key: [] if v is None else v for key, v in changed.items()})


def stands_in_address(key: str, options: Mapping[str, str], usual: str) -> dict[str, object]:
    """Return the arguments of a widget of these options, of which the chosen one's key stands in the address.

    options: key to label; a label in the address is understood too. usual: not written there.
    """
    widget = f"choose_{key}"
    written = read_choice(key)
    by_label = {label: name for name, label in options.items()}
    known = by_label.get(written, written)
    st.session_state[widget] = known if known in options else usual

    def hear() -> None:
        chosen = st.session_state[widget]
        write_choice(**{key: None if chosen in {None, usual} else str(chosen)})

    return {
        "options": list(options),
        "format_func": options.get,
        "key": widget,
        "on_change": hear,
    }
