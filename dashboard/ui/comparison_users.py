"""How far runs of the same data agree on the users, and what each saw where they do not."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts import ranks_compared, user_compared
from dashboard.charts.format import (
    MISSING,
    format_count,
    format_name,
    format_number_of,
    format_score,
    format_share,
)
from dashboard.charts.run_marks import LETTERS
from dashboard.charts.user_compared import strangest_feature
from dashboard.data.panel import Frequency
from dashboard.runs.comparing import Standings
from dashboard.runs.records import RunRecord
from dashboard.runs.views import UserView
from dashboard.ui.addresses import link_to, read_choice, write_choice
from dashboard.ui.comparison_moves import show_moves
from dashboard.ui.drawing import draw, draw_to_look
from dashboard.ui.findings import chosen_user, open_user
from dashboard.ui.kept import open_results, standings_of_runs, user_of
from dashboard.ui.look import is_dark, is_phone
from dashboard.ui.problems import plain
from dashboard.ui.stability import say_stability
from dashboard.ui.tables import choose_row
from dashboard.ui.user_panel import bring_into_view

TOPS = (5, 10, 25, 50, 100)
USUAL_TOP = 25
MOST_ROWS = 200
SCORES_UP_TO = 3  # runs, beyond which a table of ranks and scores grows too wide
_TABLE_PIXELS = 420


def show_agreement(runs: Sequence[RunRecord]) -> None:
    """Draw agreement, disagreement, and the chosen user, for runs of one dataset.

    Of a single series, which has no ranking, what each run saw of it.
    """
    standings = standings_of_runs(tuple(run.id for run in runs))
    if len(standings.users) == 1:
        st.subheader("What each run saw")
        _show_story(runs, 0)
        return
    st.subheader("Do they agree?")
    k = _choose_top(len(standings.users))
    pairs = list(combinations(range(len(runs)), 2))
    if len(pairs) > 1:
        _show_pairs(standings, pairs, k)
    pair = _choose_pair(pairs)
    _say_agreement(standings, pair, k)
    say_stability(runs, standings, k)
    index = chosen_user(open_results(runs[0].id), read_choice("user"))
    left, right = st.columns(2, gap="medium")
    with left:
        _show_ranks(standings, pair, k)
    with right:
        _show_disagreements(standings, k)
    show_moves(runs, standings, k)
    if index is not None:
        _show_user(runs, index)


def _choose_top(users: int) -> int:
    """Draw the choice of how many users are the first: fewer than there are, or all would agree."""
    tops = [top for top in TOPS if top < users] or [1]
    usual = max(top for top in tops if top <= USUAL_TOP)
    if len(tops) == 1:
        return usual
    k = st.segmented_control(
        "First users of each run", tops, default=usual, required=True, key="k", bind="query-params"
    )
    return k or usual


def _show_pairs(standings: Standings, pairs: Sequence[tuple[int, int]], k: int) -> None:
    share, correlation = standings.shared_top(k), standings.rank_correlation
    st.dataframe(
        {
            "Runs": [_name(pair) for pair in pairs],
            f"Same users in the first {k}": [100 * share[pair] for pair in pairs],
            "Rank correlation": [correlation[pair] for pair in pairs],
        },
        hide_index=True,
        height="content",
        key="pairs",
        alt="; ".join(
            f"{_name(pair)}: {format_share(share[pair])} in common, rank correlation "
            f"{_figure(correlation[pair])}"
            for pair in pairs
        ),
        column_config={
            f"Same users in the first {k}": st.column_config.ProgressColumn(
                format="%.0f%%", min_value=0, max_value=100
            ),
            "Rank correlation": st.column_config.NumberColumn(format="%.2f"),
        },
    )


def _choose_pair(pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    if len(pairs) == 1:
        return pairs[0]
    named = {_name(pair): pair for pair in pairs}
    chosen = st.selectbox("Look closer at", list(named), key="pair", bind="query-params")
    return named.get(chosen, pairs[0])


def _say_agreement(standings: Standings, pair: tuple[int, int], k: int) -> None:
    top = standings.in_top(k)[list(pair)]
    same, listed = int(top.all(axis=0).sum()), int(top.sum(axis=1).min())
    both = int(np.isfinite(standings.rank[list(pair)]).all(axis=0).sum())
    correlation = standings.rank_correlation[pair]
    letters = " and ".join(LETTERS[run] for run in pair)
    shared = (
        f"**{format_count(same)} of the first {format_count(listed)} users** are the same in {letters}."
        if listed > 1
        else f"**The first user** is {'the same' if same else 'another'} in {letters}."
    )
    st.markdown(
        f"{shared} Over all {format_number_of(both, 'user')} that both scored, the rank "
        f"correlation is **{_figure(correlation)}** (Spearman; 1: the same order, 0: unrelated)."
    )


def _show_ranks(standings: Standings, pair: tuple[int, int], k: int) -> None:
    both = np.flatnonzero(np.isfinite(standings.rank[list(pair)]).all(axis=0))
    if not len(both):
        st.info("No user was scored by both runs.")
        return
    table = standings.table(both)
    names = {
        f"{figure}_{run}": f"{figure}_{place}"
        for place, run in enumerate(pair)
        for figure in ("rank", "score")
    }
    figure = ranks_compared(
        table[["user_index", "user", *names]].rename(columns=names),
        k,
        (LETTERS[pair[0]], LETTERS[pair[1]]),
        dark=is_dark(),
    )
    draw_to_look(figure, f"ranks_{_name(pair)}", look=lambda chosen: open_user(int(chosen["user"])))


def _show_disagreements(standings: Standings, k: int) -> None:
    found = standings.disagreements(k)
    st.markdown(f"**Where they disagree.** {_say_disagreements(found, standings, k)}")
    if found.empty:
        return
    shown, runs = found.head(MOST_ROWS), len(standings.rank)
    columns = {"User": [format_name(name, 60) for name in shown["user"]]}
    if is_phone():
        columns |= _ranks_in_one(shown, runs)
    else:
        columns[f"In the first {k}"] = [f"{number} of {runs}" for number in shown["in_top"]]
        columns |= {f"Rank {LETTERS[run]}": shown[f"rank_{run}"] for run in range(runs)}
    if runs <= SCORES_UP_TO and not is_phone():
        columns |= {f"Score {LETTERS[run]}": shown[f"score_{run}"] for run in range(runs)}
    choose_row(
        pd.DataFrame(columns),
        "disagreements",
        lambda row: open_user(int(shown["user_index"].iloc[row])),
        pixels=_TABLE_PIXELS,
        alt=f"{len(shown)} users with their rank in each run.",
        column_config={
            name: st.column_config.NumberColumn(format="%.2f" if "Score" in name else "%d")
            for name in columns
            if name.startswith(("Rank ", "Score"))
        },
    )


def _ranks_in_one(shown: pd.DataFrame, runs: int) -> dict[str, list[str]]:
    """Return all ranks of a user as one text: the columns of a phone are few."""
    ranks = zip(*(shown[f"rank_{run}"] for run in range(runs)), strict=True)
    named = f"Ranks {', '.join(LETTERS[:runs])}"
    return {named: [", ".join(map(format_count, each)) for each in ranks]}


def _say_disagreements(found: pd.DataFrame, standings: Standings, k: int) -> str:
    if found.empty:
        return f"Nowhere in the first {k}: all runs name the same users."
    agreed = int(standings.in_top(k).all(axis=0).sum())
    return (
        f"{format_number_of(agreed, 'user')} in the first {k} of every run, "
        f"{format_count(len(found))} only of some. Click a row or a point to see what each run saw."
    )


def _show_user(runs: Sequence[RunRecord], user_index: int) -> None:
    bring_into_view(f"{' '.join(run.id for run in runs)} {user_index}")
    name = _stories(runs, user_index)[0].user
    with st.container(border=True, key="user_panel"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(format_name(name, 60)), width="stretch")
            st.button(
                "Close",
                icon=":material/close:",
                key="close_user",
                on_click=write_choice,
                kwargs={"user": None},
            )
        _show_story(runs, user_index)


def _show_story(runs: Sequence[RunRecord], user_index: int) -> None:
    stories = _stories(runs, user_index)
    feature = _choose_feature(stories)
    draw(
        user_compared(stories, feature=feature, dark=is_dark()),
        f"user_{user_index}_{feature}",
    )
    for letter, run, story in zip(LETTERS, runs, stories, strict=False):
        link_to(
            "anomalies",
            f"**{letter}** {plain(_place(story, open_results(run.id).manifest.frequency))}",
            icon=":material/troubleshoot:",
            run=run.id,
            user=str(user_index),
        )


def _stories(runs: Sequence[RunRecord], user_index: int) -> list[UserView]:
    return [user_of(run.id, user_index, open_results(run.id).manifest.level) for run in runs]


def _choose_feature(stories: Sequence[UserView]) -> str:
    features = list(dict.fromkeys(stories[0].series["feature"]))
    usual = strangest_feature(stories)
    if len(features) == 1:
        return usual
    return st.selectbox(
        "Feature",
        features,
        index=features.index(usual),
        format_func=format_name,
        key=f"compared_feature_{stories[0].user_index}",
    )


def _place(story: UserView, frequency: Frequency) -> str:
    if story.rank is None:
        return "did not score this user: too little history"
    return (
        f"rank {format_count(story.rank)}, score {format_score(story.score)}, "
        f"{format_number_of(story.anomalous_times, f'anomalous {frequency}')}"
    )


def _name(pair: tuple[int, int]) -> str:
    return f"{LETTERS[pair[0]]} and {LETTERS[pair[1]]}"


def _figure(correlation: float) -> str:
    return MISSING if np.isnan(correlation) else f"{correlation:.2f}"
