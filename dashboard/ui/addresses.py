"""Addresses: what a page shows stands in its URL, so that a refresh or another person sees it too."""

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
    """Draw a link to a page with that choice in its address."""
    st.page_link(page(name), label=label, icon=icon, query_params=choice)


def read_choice(key: str) -> str | None:
    """Return what the address says of `key`; None where it says nothing."""
    return st.query_params.get(key) or None


def write_choice(**choice: str | None) -> None:
    """Put a choice into the address of this page; None takes it out."""
    for key, value in choice.items():
        if value is None:
            st.query_params.pop(key, None)
        elif st.query_params.get(key) != value:
            st.query_params[key] = value
