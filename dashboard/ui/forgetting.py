"""Widgets that are no longer shown are forgotten.

Streamlit keeps what it knows of each widget that a session has ever shown, and with it all that the widget's
callbacks hold, until the session ends. A chart is another widget whenever something else is drawn in it.
"""

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

SHOWN = "widgets_shown"


def forget_widgets_not_shown() -> None:
    """Forget all widgets but those of this drawing of the page and of the one before, which a browser may still show.

    To be called when the page is whole.
    """
    context = get_script_run_ctx()
    if context is None:
        return
    known = context.session_state._state._new_widget_state.widget_metadata  # noqa: SLF001
    shown = context.shared.widget_ids_this_run.snapshot()
    for widget in known.keys() - shown - st.session_state.get(SHOWN, frozenset()):
        del known[widget]
    st.session_state[SHOWN] = shown
