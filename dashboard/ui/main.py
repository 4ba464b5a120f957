"""What every page has in common: title, navigation, look, and where problems are shown."""

from pathlib import Path

import streamlit as st

from dashboard.errors import ClickwatchError
from dashboard.ui.addresses import PAGES, go_to, page
from dashboard.ui.adopting import adopt
from dashboard.ui.forgetting import forget_widgets_not_shown
from dashboard.ui.look import add_look
from dashboard.ui.notices import show_notices
from dashboard.ui.once import drawing
from dashboard.ui.operating import show_operating
from dashboard.ui.problems import show_problem
from dashboard.ui.request_ids import begin_request
from dashboard.ui.scripts import EVERYWHERE, run_script
from dashboard.ui.settling import settle
from dashboard.ui.shared_view import show_shared_view
from dashboard.ui.sign_in import passes_sign_in

ICON = Path(__file__).with_name("icon.svg")  # Streamlit would fetch a named icon from elsewhere
st.set_page_config(page_title="Clickwatch", page_icon=ICON, layout="wide")


def home() -> None:
    """Open the Data page, where everything begins."""
    go_to("data")


start = st.Page(home, title="Clickwatch", url_path="home", default=True, visibility="hidden")
shared = st.Page(show_shared_view, title="Anomalies", url_path="shared", visibility="hidden")
taking_over = st.Page(adopt, title="Take over", url_path="adopt", visibility="hidden")
operating = st.Page(show_operating, title="Operating", url_path="operating", visibility="hidden")
pages = [start, *(page(name) for name in PAGES), shared, taking_over, operating]
chosen = st.navigation(pages, position="top")
begin_request()
add_look()
show_notices()
try:
    with drawing():
        if passes_sign_in(chosen.url_path):
            chosen.run()
            with st.container(gap=None):
                for script in EVERYWHERE:
                    run_script(script)
            forget_widgets_not_shown()
            settle(chosen.url_path)
except ClickwatchError as problem:
    show_problem(problem)
