"""One time step on the Anomalies page: its total, and who was far above and far below."""

import pandas as pd
import streamlit as st

from dashboard.charts import day_among_its_like, day_sentence
from dashboard.charts.format import format_name, format_time, name_in_chart, sentence
from dashboard.data.panel import Frequency
from dashboard.runs.day_view import DayView
from dashboard.runs.results import Results
from dashboard.runs.views import View
from dashboard.ui.addresses import write_choice
from dashboard.ui.drawing import draw_to_look
from dashboard.ui.kept import day_of
from dashboard.ui.look import is_dark
from dashboard.ui.problems import plain
from dashboard.ui.tables import choose_row

SIDES = {"up": ("Above what was expected", "above"), "down": ("Below what was expected", "below")}


def show_day(run_id: str, time: str, view: View, results: Results) -> None:
    """Draw the time step of the address; what is clicked in it goes there too."""
    day = day_of(run_id, time, view.level, view.query.feature)
    frequency = results.manifest.frequency
    scored = results.manifest.users - len(results.manifest.unscored_users)
    with st.container(border=True, key="day_panel"):
        with st.container(horizontal=True, vertical_alignment="center", key="day_head"):
            st.subheader(plain(format_time(day.time, frequency)), width="stretch")
            _walk(time, results)
        st.markdown(plain(day_sentence(day, frequency, scored)))
        chart, *lists = st.columns([3, 5, 5], gap="medium")
        with chart:
            figure = day_among_its_like(day, frequency, _unit(results, view), dark=is_dark())
            draw_to_look(figure, f"day_{time}")
        for place, side in zip(lists, SIDES, strict=True):
            with place:
                _list(day, side, time, results)


def _unit(results: Results, view: View) -> str:
    only = results.features[0] if len(results.features) == 1 else view.query.feature
    return sentence(name_in_chart(only, 20)) if only else "Counts"


def _walk(time: str, results: Results) -> None:
    """Draw the ways to the time steps before and after."""
    labels = list(results.labelled_times)
    place = labels.index(time)
    for label, icon, other, key in (
        ("Before", ":material/arrow_back:", place - 1, "day_before"),
        ("After", ":material/arrow_forward:", place + 1, "day_after"),
    ):
        there = 0 <= other < len(labels)
        st.button(
            label,
            icon=icon,
            key=key,
            disabled=not there,
            on_click=write_choice,
            kwargs={"time": labels[other] if there else time},
        )


def _list(day: DayView, side: str, time: str, results: Results) -> None:
    """Draw the strangest users of one side; a click opens one at this time step."""
    users: pd.DataFrame = getattr(day, side)
    title, where = SIDES[side]
    number = getattr(day, f"anomalous_{side}")
    anomalies = "1 anomaly" if number == 1 else f"{number:,} anomalies"
    st.markdown(f"**{title}.** {anomalies}.")
    if users.empty:
        st.caption(f"Nobody was {where}.")
        return
    place = weekday_column(results.manifest.frequency)
    table = {"User": [format_name(name, 40) for name in users["user"]]}
    if len(results.features) > 1:
        table["Feature"] = [format_name(name, 20) for name in users["feature"]]
    table |= {
        "Actual": users["actual"],
        "Expected": users["expected"].round(2),
        place: users["before"],
        "Score": users["score"],
        "Anomaly": ["●" if anomaly else "" for anomaly in users["anomaly"]],
    }
    choose_row(
        pd.DataFrame(table),
        f"day_{side}_{time}",
        lambda row: write_choice(user=str(int(users["user_index"].iloc[row])), at=time),
        alt=f"The {len(users)} strangest users {where} what was expected, with counts and scores.",
        column_config={
            "Actual": st.column_config.NumberColumn(format="localized"),
            "Expected": st.column_config.NumberColumn(format="localized"),
            "Anomaly": st.column_config.TextColumn(width="small"),
            "Score": st.column_config.NumberColumn(format="%.2f"),
            place: st.column_config.NumberColumn(
                format="%.0f",
                help="The median of this user's earlier counts at the same place in the week.",
            ),
        },
    )


def weekday_column(frequency: Frequency) -> str:
    """Return what the counts before are called."""
    return "Weeks before" if frequency is Frequency.WEEK else "Usual then"
