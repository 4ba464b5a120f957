"""A range of time steps chosen by its ends: for keyboards and phones, where nobody drags in a chart."""

from collections.abc import Hashable, Mapping

import streamlit as st

from dashboard.charts.format import format_time
from dashboard.data.panel import Frequency
from dashboard.ui.addresses import write_choice
from dashboard.ui.look import is_phone


def choose_span(
    times: Mapping[str, Hashable], span: tuple[str, str] | None, frequency: Frequency
) -> None:
    """Draw what a click in the chart of days does, and the choice of a range by its ends.

    times: of all time steps, in order, by their labels. span: the range of the address.
    """
    labels = list(times)
    whole = (labels[0], labels[-1])
    with st.container(horizontal=True, vertical_alignment="center"):
        drag = "" if is_phone() else ", or drag across several"
        article = "an" if frequency is Frequency.HOUR else "a"
        st.caption(f"Click {article} {frequency} to look at it{drag}.")
        if len(labels) < 3:  # noqa: PLR2004 - there is no part of two
            return
        with st.popover("Range", icon=":material/date_range:"):
            shown = span or whole
            key = "choose_span_" + "..".join(
                shown
            )  # a new one where the address says something else
            st.select_slider(
                "From and to", labels, shown, key=key, on_change=_hear, args=(key, whole),
                format_func=lambda label: format_time(times[label], frequency), width=360,
            )  # fmt: skip


def _hear(key: str, whole: tuple[str, str]) -> None:
    first, last = st.session_state[key]
    chosen = None if (first, last) == whole else f"{first}..{last}"
    write_choice(span=chosen, time=None)
