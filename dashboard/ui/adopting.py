"""The page that takes over datasets and runs, by an address that the command line prints."""

import streamlit as st

from dashboard.charts.format import format_number_of
from dashboard.settings import read_settings
from dashboard.sharing.adopting import Adoption, Claims
from dashboard.sharing.installation_key import installation_key
from dashboard.ui.addresses import go_to, read_choice
from dashboard.ui.kept import whole_store
from dashboard.ui.person import person_id


def adopt() -> None:
    """Ask whether to take over, and do so. Raises NotFoundError for a claim that nobody has signed."""
    st.title("Take over")
    claim = Claims(installation_key(read_settings())).read(read_choice("claim") or "")
    adoption = Adoption(whole_store().engine, claim, person_id())
    datasets, runs = adoption.numbers()
    if not datasets and not runs:
        st.info("There is nothing to take over: all of it is yours already.")
        return
    whose = "are not yours" if claim.everybodys else "have no owner"
    st.markdown(
        f"**{format_number_of(datasets, 'dataset')}** and **{format_number_of(runs, 'run')}** {whose}. "
        "Taken over, they are seen from here alone, and by whoever holds a link to them."
    )
    if st.button("Make them mine", type="primary", icon=":material/key:", key="adopt"):
        adoption.take()
        go_to("runs")
