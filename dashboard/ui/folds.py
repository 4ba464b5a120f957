"""What is folded away on a page, and drawn when it is opened."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def unfold(
    label: str, icon: str, key: str, *, stands_in_address: bool = False
) -> DeltaGenerator | None:
    """Draw a fold; return it where it is open. What it holds need not be drawn before.

    stands_in_address: whether it is still open after a refresh, as the choices in it are still made.
    """
    bind = "query-params" if stands_in_address else None
    fold = st.expander(label, icon=icon, key=key, on_change="rerun", bind=bind)
    return fold if fold.open else None
