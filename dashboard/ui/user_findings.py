"""A user's findings: a list to choose from, a sentence for the chosen one, and keys to walk them."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from dashboard.charts import ruler_sentence
from dashboard.charts.finding import KIND_NAMES, finding_sentence, finding_when
from dashboard.charts.format import (
    format_count,
    format_name,
    format_score,
    format_time,
    sentence,
)
from dashboard.detection.rulers import Rulers
from dashboard.runs.peer_view import Peers
from dashboard.runs.results import Results
from dashboard.runs.views import UserView, View
from dashboard.ui.addresses import write_choice
from dashboard.ui.kept import findings_of_user, totals_of
from dashboard.ui.problems import plain
from dashboard.ui.tables import choose_row
from dashboard.ui.user_verdicts import verdict_words

NEXT_KEY, PREVIOUS_KEY = "J", "K"
TABLE_PIXELS = 320


def chosen_finding(found: pd.DataFrame, at: str | None, results: Results) -> int | None:
    """Return the row of the finding that covers the chosen time step; None where none does."""
    if at is None:
        return None
    step = results.step_of(at)
    rows = found.index[(found["first"] <= step) & (found["last"] >= step)]
    return int(rows[0]) if len(rows) else None


def walk_findings(
    run_id: str, user_index: int, view: View, found: pd.DataFrame, place: int | None
) -> None:
    """Draw previous and next finding with their keys: in time, and on to the neighbouring users."""
    shown = [int(index) for index in view.users["user_index"]]
    before, after = neighbours(user_index, shown)
    starts = found["start"].tolist()
    previous = starts[place - 1] if place else None
    following = starts[0 if place is None else place + 1 :][:1]

    def go_on(neighbour: int, last: bool) -> None:  # asked when it is pressed, and not before
        others = findings_of_user(run_id, neighbour, view.level, view.query.feature)["start"]
        at = None if others.empty else others.iloc[-1 if last else 0]
        write_choice(user=str(neighbour), at=at)

    def way(at: str | None, neighbour: int | None, last: bool) -> Callable[[], None] | None:
        if at is not None:
            return partial(write_choice, at=at)
        return None if neighbour is None else partial(go_on, neighbour, last)

    back = way(previous, before, last=True)
    on = way(following[0] if following else None, after, last=False)
    with st.container(horizontal=True, key="walk_findings"):
        _way("Previous finding", PREVIOUS_KEY, back, "previous_finding")
        _way("Next finding", NEXT_KEY, on, "next_finding")
        if place is not None:
            st.button(
                "All of it", icon=":material/zoom_out_map:", key="whole_user",
                on_click=write_choice, kwargs={"at": None},
            )  # fmt: skip


def neighbours(user_index: int, shown: Sequence[int]) -> tuple[int | None, int | None]:
    """Return the users before and after one in a list; None where there is none."""
    if user_index not in shown:
        return None, None
    place = list(shown).index(user_index)
    before = shown[place - 1] if place else None
    return before, shown[place + 1] if place + 1 < len(shown) else None


def say_finding(run_id: str, finding: pd.Series, results: Results, peers: Peers | None) -> None:
    """Say what a finding is, and what three rulers make of it."""
    frequency = results.manifest.frequency
    kind = KIND_NAMES[finding["kind"]]
    st.markdown(f"**{kind}.** {plain(finding_sentence(finding, results.times, frequency))}")
    if peers is not None:
        when = sentence(finding_when(finding, results.times, frequency))
        ends = int(finding["first"]), int(finding["last"])
        rulers = _rulers(run_id, ends, finding["feature"], results, peers)
        st.markdown(
            ":material/straighten: " + plain(ruler_sentence(rulers, len(peers.users), when))
        )


def say_cell(story: UserView, at: str, results: Results) -> None:
    """Say what was counted in a time step that belongs to no finding."""
    time = results.time(at)
    for cell in story.series[story.series["time"] == time].itertuples():
        what = f"{format_count(cell.actual)} {format_name(cell.feature)}"
        expected = f"where {format_count(cell.expected)} were expected"
        score = f"score {format_score(cell.score)}, no anomaly"
        said = f"{format_time(time, results.manifest.frequency)}: {what} {expected}; {score}."
        st.markdown(plain(said))


def show_user_findings(
    run_id: str, found: pd.DataFrame, results: Results, peers: Peers | None
) -> None:
    """Draw the list of findings; a click on one looks at it closely."""
    if found.empty:
        return
    choose_row(
        _table(run_id, found, results, peers),
        f"user_findings_{run_id}",
        lambda row: write_choice(at=str(found["start"].iloc[row])),
        pixels=TABLE_PIXELS,
        alt=f"{len(found)} findings of this user with their time, kind, counts and score.",
        column_config={
            "Score": st.column_config.NumberColumn(format="%.2f"),
            "Actual": st.column_config.NumberColumn(format="localized"),
            "Expected": st.column_config.NumberColumn(format="localized"),
            **{
                name: st.column_config.NumberColumn(
                    format="%.0f%%", help=f"What was counted {whom}, in percent of what is usual."
                )
                for name, whom in (
                    ("Own usual", "of this user"),
                    ("Users like it", "of users like this one"),
                    ("Everybody else", "of all other users together"),
                )
            },
        },
    )


def _table(run_id: str, found: pd.DataFrame, results: Results, peers: Peers | None) -> pd.DataFrame:
    ends = list(zip(found["first"].tolist(), found["last"].tolist(), strict=True))
    features = found["feature"].tolist()
    table = {
        "When": [_steps(*each, results) for each in ends],
        "Kind": [KIND_NAMES[kind] for kind in found["kind"].tolist()],
    }
    if len(results.features) > 1:
        table["Feature"] = [format_name(name, 20) for name in features]
    table |= {
        "Actual": found["actual"], "Expected": found["expected"].round(2), "Score": found["peak"]
    }  # fmt: skip
    if peers is not None:
        measured = [
            _rulers(run_id, each, feature, results, peers)
            for each, feature in zip(ends, features, strict=True)
        ]
        table |= {
            "Own usual": [100 * rulers.own for rulers in measured],
            "Users like it": [100 * rulers.peers for rulers in measured],
            "Everybody else": [100 * rulers.everybody for rulers in measured],
        }
    if any(said := verdict_words(run_id, found)):
        table["Verdict"] = said
    return pd.DataFrame(table)


def _steps(first: int, last: int, results: Results) -> str:
    frequency = results.manifest.frequency
    ends = [format_time(results.times[step], frequency) for step in sorted({first, last})]
    return " to ".join(ends)


def _rulers(
    run_id: str, ends: tuple[int, int], feature: str, results: Results, peers: Peers
) -> Rulers:
    return peers.rulers(ends, results.features.index(feature), totals_of(run_id))


def _way(label: str, key: str, go: Callable[[], None] | None, name: str) -> None:
    st.button(label, key=name, shortcut=key, disabled=go is None, on_click=go)
