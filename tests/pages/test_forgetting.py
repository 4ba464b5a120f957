"""What belonged to a widget is let go when it is no longer shown."""

import gc

from streamlit.testing.v1 import AppTest

from dashboard.runs.records import RunRecord
from dashboard.runs.store import Store
from tests.pages.conftest import OpenPage


def page() -> None:
    """Shows another button at each drawing, whose callback holds something large."""
    from weakref import WeakSet  # noqa: PLC0415 - run as a script

    import streamlit as st  # noqa: PLC0415

    from dashboard.ui.forgetting import forget_widgets_not_shown  # noqa: PLC0415

    class Large:
        """Something large."""

    made = st.session_state.setdefault("made", WeakSet())
    count = st.session_state["count"] = st.session_state.get("count", 0) + 1
    held = Large()
    made.add(held)
    st.button("Press", key=f"press_{count}", on_click=lambda _: None, args=(held,))
    st.text_input("Kept", key="kept")
    forget_widgets_not_shown()


def test_what_callbacks_hold_is_let_go_and_what_is_shown_stays() -> None:
    app = AppTest.from_function(page).run()
    app.text_input(key="kept").input("written").run()
    for _ in range(3):
        app.button[0].click().run()
    gc.collect()
    assert not app.exception
    assert len(app.session_state["made"]) == 2  # the last one, and the one before
    assert app.text_input(key="kept").value == "written"


def test_a_page_knows_no_more_of_its_widgets_the_longer_it_is_used(
    open_page: OpenPage, trained: tuple[Store, RunRecord]
) -> None:
    page = open_page("anomalies", run=trained[1].id, user="4")
    first = known_of(page)
    for user in range(5, 8):
        page.query_params["user"] = str(user)
        page.run()
        assert not page.exception
    assert {key for key in known_of(page) if "user_7" in key}
    assert not {key for key in known_of(page) if "user_4" in key}
    assert len(known_of(page)) < 1.5 * len(first)


def known_of(page: AppTest) -> set[str]:
    """The widgets that Streamlit knows of in the session of a page."""
    return set(page._session_state._state._new_widget_state.widget_metadata)
