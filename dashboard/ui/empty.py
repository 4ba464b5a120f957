"""What a page says when there is nothing to show yet: why, and what to do."""

import streamlit as st

from dashboard.ui.addresses import go_to


def say_empty(sentence: str, button: str, page: str, **choice: str) -> None:
    """Draw one sentence and the one button that leads on."""
    with st.container(border=True, key=f"empty_{page}"):
        st.markdown(sentence)
        if st.button(button, type="primary", key=f"empty_to_{page}"):
            go_to(page, **choice)
