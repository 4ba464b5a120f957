"""One view of a run, drawn for whoever holds a link to it: pictures and a table, nothing to choose."""

import streamlit as st

from dashboard.charts import error_per_day, score_heatmap, user_sentence, user_series
from dashboard.charts.format import format_name, format_number_of
from dashboard.errors import NotFoundError
from dashboard.runs.views import View
from dashboard.sharing.access import Access, Sight
from dashboard.sharing.fixed_view import FixedView
from dashboard.sharing.links import NO_LINK
from dashboard.sharing.masking import masked_view
from dashboard.sharing.verdict import scored_users
from dashboard.ui import findings
from dashboard.ui.addresses import read_choice
from dashboard.ui.drawing import draw
from dashboard.ui.figures import ranked_users
from dashboard.ui.kept import names_of, open_store, results_of, user_of, view_of, whole_store
from dashboard.ui.look import is_dark
from dashboard.ui.problems import plain
from dashboard.ui.share import say_terms
from dashboard.ui.wording import user_heading


def show_shared_view() -> None:
    """Draw the view of the link in the address. Raises NotFoundError where it no longer holds."""
    st.title("Anomalies")
    link, sight = open_store().shared_view(read_choice("link") or "")
    if link.view is None:
        raise NotFoundError(NO_LINK)
    fixed = FixedView.from_json(link.view)
    st.header(plain(format_name(whole_store().run(link.run_id).name, 60)))
    access = Access(
        link.run_id, is_owner=False, may_review=False, masked=link.masked, until=link.expires
    )
    say_terms(access, " This one view is all that the link shows.")
    if fixed.user is None:
        _show_view(sight, fixed)
    else:
        _show_user(sight, fixed.user, fixed)


def _show_view(sight: Sight, fixed: FixedView) -> None:
    view = view_of.kept(Sight(sight.run_id, masked=False), fixed.query)  # it may search for a name
    if sight.masked:
        view = masked_view(view, names_of(sight))
    findings.say_headline(view, results_of(sight))
    draw(error_per_day(view.days, dark=is_dark()), "days")
    if view.users.empty or findings.is_single(view):
        return
    draw(score_heatmap(view, dark=is_dark()), "heatmap")
    _show_table(view)


def _show_user(sight: Sight, user_index: int, fixed: FixedView) -> None:
    results = results_of(sight)
    level = results.manifest.level if fixed.query.level is None else fixed.query.level
    story = user_of.kept(sight, user_index, level)
    st.subheader(plain(user_heading(story.user, results.manifest.users)))
    st.markdown(plain(user_sentence(story, scored_users(results.manifest))))
    draw(user_series(story, dark=is_dark(), feature=fixed.query.feature), "user")


def _show_table(view: View) -> None:
    table = ranked_users(view)
    st.markdown("**Users, ranked.**")
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        key="users",
        alt=f"{format_number_of(len(table), 'user')} with rank, score, p-value, error, anomalous time steps and volume.",
        column_config=findings.ranked_columns(view),
    )
