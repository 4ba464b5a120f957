"""One user on the Anomalies page: actual against expected, findings, and users like this one."""

import pandas as pd
import streamlit as st

from dashboard.charts import user_sentence, user_series
from dashboard.charts.format import (
    format_count,
    format_error,
    format_name,
    format_p_value,
    format_score,
)
from dashboard.runs.peer_view import Peers
from dashboard.runs.results import Results
from dashboard.runs.views import UserView, View
from dashboard.ui.addresses import write_choice
from dashboard.ui.drawing import draw_to_look
from dashboard.ui.kept import findings_of_user, peers_of, user_of
from dashboard.ui.look import is_dark
from dashboard.ui.looking import Looking
from dashboard.ui.problems import plain
from dashboard.ui.scripts import SCROLL, run_script
from dashboard.ui.stability import STABLE_TOP, stability_marks
from dashboard.ui.user_findings import (
    chosen_finding,
    neighbours,
    say_cell,
    say_finding,
    show_user_findings,
    walk_findings,
)
from dashboard.ui.user_verdicts import say_verdicts
from dashboard.ui.wording import user_heading


def show_user(run_id: str, user_index: int, view: View, results: Results, looking: Looking) -> None:
    """Draw the user of the address; what is clicked in it goes there too."""
    story = user_of(run_id, user_index, view.level)
    found = findings_of_user(run_id, user_index, view.level, view.query.feature)
    place = chosen_finding(found, looking.at, results)
    alone = results.manifest.users == 1
    if not alone:
        bring_into_view(f"{run_id} {user_index}")
    with st.container(border=True, key="user_panel"):
        with st.container(horizontal=True, vertical_alignment="center", key="user_head"):
            st.subheader(plain(user_heading(story.user, results.manifest.users)), width="stretch")
            if not alone:
                _walk(user_index, view)
        st.markdown(plain(user_sentence(story, _scored(results))))
        if marks := stability_marks(run_id, [user_index]):
            st.caption(
                f"In the top {STABLE_TOP} in {marks[0]} trainings that differ in their seed alone."
            )
        _figures(story, alone)
        peers = None if alone else peers_of(run_id, user_index)
        walk_findings(run_id, user_index, view, found, place)
        if place is not None or (looking.at is None and len(found)):
            shown = found.iloc[int(found["peak"].argmax()) if place is None else place]
            say_finding(run_id, shown, results, peers)
            say_verdicts(run_id, shown, results, view.level)
        elif looking.at is not None:
            say_cell(story, looking.at, results)
        like = peers if peers is not None and _wants_peers(peers) else None
        _chart(story, view, like, _stretch(found, place, looking, results))
        show_user_findings(run_id, found, results, peers)
        if peers is not None:
            _name_peers(peers)


def bring_into_view(shown: str) -> None:
    """Scroll to the panel when another user has been opened: the click may have been far below."""
    if st.session_state.get("user_in_view") != shown:
        st.session_state["user_in_view"] = shown
        run_script(SCROLL)


def _scored(results: Results) -> int:
    return results.manifest.users - len(results.manifest.unscored_users)


def _chart(
    story: UserView, view: View, peers: Peers | None, stretch: tuple[int, int] | None
) -> None:
    figure = user_series(
        story, dark=is_dark(), feature=view.query.feature, peers=peers, stretch=stretch
    )
    draw_to_look(
        figure, f"user_{story.user_index}", look=lambda chosen: write_choice(at=chosen["at"])
    )


def _stretch(
    found: pd.DataFrame, place: int | None, looking: Looking, results: Results
) -> tuple[int, int] | None:
    """Return what the chart shows closely: the finding, the cell or the span that is chosen."""
    if place is not None:
        return int(found["first"].iloc[place]), int(found["last"].iloc[place])
    if looking.at is not None:
        return (results.step_of(looking.at),) * 2
    if looking.span is not None:
        return results.step_of(looking.span[0]), results.step_of(looking.span[1])
    return None


def _figures(story: UserView, alone: bool) -> None:
    with st.container(horizontal=True, key="user_figures"):
        if not alone:
            st.metric("Rank", format_count(story.rank), border=True)
        st.metric(
            "Score",
            format_score(story.score),
            border=True,
            help="The highest of this user's cells.",
        )
        if not alone:
            st.metric(
                "p-value",
                format_p_value(story.p_value),
                border=True,
                help="The chance of a score at least this high on normal data.",
            )
        st.metric("Mean error", format_error(story.error), border=True)
        st.metric("Anomalies", format_count(story.anomalous_times), border=True)


def _wants_peers(peers: Peers) -> bool:
    return st.toggle(
        f"Show {len(peers.users)} users like this one",
        value=True,
        key="like",
        bind="query-params",
        help="Those nearest in level and in the course of their week: the central 80% of what they "
        "did and its median, as if each had this user's level.",
    )


def _name_peers(peers: Peers) -> None:
    with st.popover("Who is like this one", icon=":material/group:"):
        for index, name in peers.users:
            st.button(
                plain(format_name(name, 40)),
                type="tertiary",
                key=f"peer_{index}",
                on_click=write_choice,
                kwargs={"user": str(index), "at": None},
            )


def _walk(user_index: int, view: View) -> None:
    """Draw previous, next and close; the neighbours are those of the ranked list as it is shown."""
    before, after = neighbours(user_index, [int(index) for index in view.users["user_index"]])
    _step("Previous", ":material/arrow_back:", before, "previous_user")
    _step("Next", ":material/arrow_forward:", after, "next_user")
    st.button(
        "Close", icon=":material/close:", key="close_user", on_click=write_choice,
        kwargs={"user": None, "at": None},
    )  # fmt: skip


def _step(label: str, icon: str, target: int | None, key: str) -> None:
    st.button(
        label,
        icon=icon,
        key=key,
        disabled=target is None,
        on_click=write_choice,
        kwargs={"user": None if target is None else str(target), "at": None},
    )
