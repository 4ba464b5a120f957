"""Widgets that are no longer shown are forgotten.

Streamlit keeps what it knows of each widget that a session has ever shown, and with it all that the widget's
callbacks hold, until the session ends. A chart is another widget whenever something else is drawn in it.
"""

from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx


def forget_widgets_not_shown() -> None:
    """Forget all widgets but those of the page that has just been drawn. To be called when it is whole."""
    context = get_script_run_ctx()
    if context is None:
        return
    known = context.session_state._state._new_widget_state.widget_metadata  # noqa: SLF001
    for widget in known.keys() - context.shared.widget_ids_this_run.snapshot():
        del known[widget]
