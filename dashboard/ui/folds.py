"""What is folded away on a page, and drawn when it is opened."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def unfold(label: str, icon: str, key: str) -> DeltaGenerator | None:
    """Draw a fold; return it where it is open. What it holds need not be drawn before."""
    fold = st.expander(label, icon=icon, key=key, on_change="rerun")
    return fold if fold.open else None
