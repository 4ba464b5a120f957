"""Which users a query matches, and in which order they are shown."""

import pandas as pd

from dashboard.runs.views import Query

COLUMN_OF_SORT = {
    "score": "score",
    "error": "error",
    "volume": "volume",
    "name": "user",
    "anomalous": "anomalous_times",
}


def about(users: pd.DataFrame, query: Query) -> pd.DataFrame:
    """Return the users that the whole answer is about: all, a group, or those of some ranks."""
    if query.users is not None:
        users = users[users["user_index"].isin(query.users)]
    if query.ranks is not None:
        users = users[users["rank"].between(*query.ranks)]
    return users


def matching(users: pd.DataFrame, query: Query) -> pd.DataFrame:
    """Return the users that pass search and filters. `users` has one row for each scored user."""
    wanted = pd.Series(True, index=users.index)
    if query.search:
        names = users["user"].str.casefold()
        wanted &= names.str.contains(query.search.casefold(), regex=False)
    if query.time is not None:
        wanted &= users["on_time"]
    if query.only_anomalous:
        wanted &= users["anomalous_times"] > 0
    return users[wanted].drop(columns="on_time")


def sorted_by(users: pd.DataFrame, query: Query) -> pd.DataFrame:
    """Return the users in the order asked for; equal ones by their rank."""
    column = COLUMN_OF_SORT[query.sort]
    return users.sort_values(
        [column, "rank"],
        ascending=[not query.descending, True],
        key=lambda values: values.str.casefold() if values.name == "user" else values,
    )
