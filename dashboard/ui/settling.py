"""What stays for good is taken out of the garbage collector's sight.

Streamlit has the collector look through everything after each run of a page. With the libraries loaded
that takes longer than drawing the page; what they hold never becomes garbage.
"""

import gc

import streamlit as st


def settle_what_is_loaded() -> None:
    """Settle what a server loads at its start; nothing is looked through for it, as little of it is garbage."""
    gc.freeze()


@st.cache_resource(show_spinner=False)
def settle(page: str) -> None:  # noqa: ARG001 - once for each page, for each loads libraries of its own
    """Settle, once, what the first drawing of a page has loaded."""
    gc.collect()
    gc.freeze()
