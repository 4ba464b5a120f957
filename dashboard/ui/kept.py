"""What pages read, kept for a while: each cache has a limit and is keyed by ids.

What is kept is asked for by its id and given to whoever may see it: the door is asked whenever a page is
drawn, the cache only afterwards, and what shows pseudonyms is kept apart from what shows names.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import lru_cache, wraps
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.format import format_bytes
from dashboard.data import Preview
from dashboard.data.panel import Panel
from dashboard.runs.bands import Bands
from dashboard.runs.comparing import Standings, standings_of
from dashboard.runs.day_view import DayView
from dashboard.runs.digests import Signature, signature_of
from dashboard.runs.groups import Cluster, clusters_of
from dashboard.runs.peer_view import Peers
from dashboard.runs.records import DatasetRecord, RunRecord, RunState
from dashboard.runs.results import Results
from dashboard.runs.stability import times_in_top
from dashboard.runs.store import Store
from dashboard.runs.views import Query, UserView, View
from dashboard.settings import read_settings
from dashboard.sharing.access import Access, Sight, Visitor
from dashboard.sharing.door import Door
from dashboard.sharing.installation_key import installation_key
from dashboard.sharing.masking import masked_standings, open_masked, pseudonyms_of
from dashboard.ui.once import asked_once
from dashboard.ui.person import browser_id, person_id


@asked_once
def open_store() -> Door:
    """Return the store as whoever looks at this page may see and change it."""
    return Door(whole_store(), Visitor(person=person_id(), browser=browser_id()), find_key())


@st.cache_resource(show_spinner=False)
def whole_store() -> Store:
    """Return the store of this server with everybody's data in it: for routes, never for a page."""
    return Store.open(read_settings())


@asked_once
def access_to(run_id: str) -> Access:
    """Return what whoever looks at this page may do with a run. Raises NotFoundError for nothing."""
    return open_store().access(run_id)


def kept_of_run(max_entries: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Keep what a function makes of a `Sight` of a run; call it with the run's id instead.

    It asks first whether the run may be seen, and raises NotFoundError where it may not.
    `.kept` is the function behind the door, for those that have a `Sight` already.
    """
    return _kept(max_entries, _sight_of)


def kept_of_dataset(max_entries: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Keep what a function makes of a dataset's id, for its owner; `.kept` as in `kept_of_run`."""
    return _kept(max_entries, lambda dataset_id: open_store().dataset(dataset_id).id)


def check_sound(run_id: str) -> None:
    """Raise DamagedError where the files of a run are not those that were written.

    They are read again whenever one of them has changed.
    """
    _check_sound(run_id, signature_of(whole_store().run_folder(run_id)))


@lru_cache(500)
def _check_sound(run_id: str, signature: Signature) -> None:
    del signature  # another one is asked for anew
    whole_store().check_run(run_id)


@asked_once
def _sight_of(run_id: str) -> Sight:
    sight = access_to(run_id).sight  # first: whether it is damaged is for those who may see it
    with _telling_of_fetching("this run", whole_store().bytes_to_fetch(sight.run_id)):
        check_sound(sight.run_id)
    return sight


@contextmanager
def _telling_of_fetching(what: str, bytes_to_fetch: int) -> Iterator[None]:
    """Say how much is on its way, where something is kept elsewhere and not at hand."""
    said = f"Fetching {what} from the shared files, {format_bytes(bytes_to_fetch)} …"
    with st.spinner(said, show_time=True) if bytes_to_fetch else nullcontext():
        yield


def _kept(
    max_entries: int, pass_door: Callable[[str], object]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def decorate(make: Callable[..., Any]) -> Callable[..., Any]:
        keep = lru_cache(max_entries)(
            make
        )  # Streamlit's takes as long to find what it keeps as to draw it

        @wraps(make)
        def ask(record_id: str, *asked: object, **named: object) -> object:
            return keep(pass_door(record_id), *asked, **named)

        ask.kept = keep
        return ask

    return decorate


@asked_once
def results_of(sight: Sight) -> Results:
    """Return a finished run, opened, to whoever has the right already.

    Raises DamagedError where its files are not those that were written.
    """
    check_sound(sight.run_id)
    return _results_of(sight)


@st.cache_resource(max_entries=8, show_spinner=False, on_release=Results.close)
def _results_of(sight: Sight) -> Results:
    folder = whole_store().run_folder(sight.run_id)
    if sight.masked:
        return open_masked(folder, find_key(), compared=True)
    return Results.open(folder, compared=True)


@st.cache_resource(max_entries=8, show_spinner=False)
def names_of(sight: Sight) -> dict[str, str]:
    """Return the pseudonym of each user of a run. It is never to be shown."""
    return pseudonyms_of(whole_store().run_folder(sight.run_id), find_key())


def open_results(run_id: str) -> Results:
    """Return a finished run, opened. Raises NotFoundError where it is not finished, or not to be seen.

    Its names are pseudonyms for whoever holds a masked link alone.
    """
    return results_of(_sight_of(run_id))


@kept_of_run(max_entries=64)
def view_of(sight: Sight, query: Query) -> View:
    """Return the answer to one query on one run; finished runs never change."""
    return results_of(sight).view(query)


@kept_of_run(max_entries=32)
def clusters_in(sight: Sight, query: Query) -> tuple[Cluster, ...]:
    """Return the clusters of users who deviate alike among those of a view."""
    return clusters_of(view_of.kept(sight, query))


@kept_of_run(max_entries=16)
def bands_of(sight: Sight, query: Query) -> Bands:
    """Return all users that a query matches, in bands of neighbouring ranks."""
    return results_of(sight).bands(query)


@kept_of_run(max_entries=64)
def day_of(sight: Sight, time: str, level: float, feature: str | None) -> DayView:
    """Return one time step looked at closely."""
    return results_of(sight).day(time, level, feature)


@kept_of_run(max_entries=256)
def findings_of_user(
    sight: Sight, user_index: int, level: float, feature: str | None
) -> pd.DataFrame:
    """Return one user's findings as `Results.findings` gives them, in order of time."""
    found = results_of(sight).findings(level, feature=feature, user_index=user_index)
    return found.sort_values("first").reset_index(drop=True)


@kept_of_run(max_entries=256)
def name_of(sight: Sight, user_index: int) -> str:
    """Return one user's name, as whoever looks may see it."""
    return results_of(sight).user_names([user_index])[user_index]


@kept_of_run(max_entries=64)
def peers_of(sight: Sight, user_index: int) -> Peers | None:
    """Return the users most like one."""
    return results_of(sight).peers(user_index)


@kept_of_run(max_entries=8)
def totals_of(sight: Sight) -> np.ndarray:
    """Return what all users of a run did together, (times, features)."""
    return results_of(sight).totals()


@kept_of_run(max_entries=64)
def user_of(sight: Sight, user_index: int, level: float) -> UserView:
    """Return one user's story."""
    return results_of(sight).user(user_index, level)


@kept_of_dataset(max_entries=8)
def read_panel_of(dataset_id: str) -> Panel:
    """Return a dataset's counts, mapped from disk. Datasets never change."""
    places = whole_store().places
    with _telling_of_fetching("these counts", places.bytes_to_fetch(places.datasets / dataset_id)):
        return whole_store().panel(dataset_id)


def preview_of(record: DatasetRecord) -> Preview:
    """Return the first rows of a dataset's file. Raises as dashboard.data.preview does."""
    places = whole_store().places
    with _telling_of_fetching("this file", places.bytes_to_fetch(places.sources / record.digest)):
        return open_store().preview(record.id)


def standings_of_runs(run_ids: tuple[str, ...]) -> Standings:
    """Return where these finished runs of one dataset put each user."""
    return _standings_of(tuple(_sight_of(run_id) for run_id in run_ids))


def times_in_top_of(run_ids: tuple[str, ...], k: int) -> pd.Series:
    """Return in how many of these finished runs each user, by index, is among the first `k`."""
    return _times_in_top_of(tuple(_sight_of(run_id).run_id for run_id in run_ids), k)


@asked_once
def run_to_see(run_id: str) -> RunRecord:
    """Return a run as it is when a page is drawn. Raises NotFoundError where it is not to be seen."""
    return open_store().run(run_id)


@asked_once
def runs_to_see() -> list[RunRecord]:
    """Return the visitor's runs and those opened by a link, newest first, as they are when a page is drawn."""
    return open_store().runs()


def latest_finished_run() -> RunRecord | None:
    """Return the newest run that can be looked at, one's own before those opened by a link."""
    store = open_store()
    finished = [run for run in store.runs() if run.state is RunState.FINISHED]
    return next(iter(sorted(finished, key=lambda run: not store.owns(run))), None)


@st.cache_resource(max_entries=16, show_spinner=False)
def _standings_of(sights: tuple[Sight, ...]) -> Standings:
    folders = [whole_store().run_folder(sight.run_id) for sight in sights]
    standings = standings_of(folders)
    if any(sight.masked for sight in sights):
        return masked_standings(standings, folders[0], find_key())
    return standings


@st.cache_resource(max_entries=16, show_spinner=False)
def _times_in_top_of(run_ids: tuple[str, ...], k: int) -> pd.Series:
    return times_in_top([whole_store().run_folder(run_id) for run_id in run_ids], k)


@st.cache_resource(show_spinner=False)
def find_key() -> bytes:
    """Return the key of this installation, with which pseudonyms are made."""
    return installation_key(read_settings())
