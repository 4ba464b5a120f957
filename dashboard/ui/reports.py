"""The report of a run as it stands now, with what was said of its findings."""

from collections.abc import Sequence

import streamlit as st

from dashboard.runs.muting import Mute
from dashboard.runs.reviewing import Log
from dashboard.runs.triage import triage
from dashboard.settings import read_settings
from dashboard.sharing.access import Access, Sight
from dashboard.sharing.installation_key import installation_key
from dashboard.sharing.judging import Judging
from dashboard.sharing.masking import pseudonyms_of
from dashboard.sharing.report import report_html
from dashboard.ui.kept import results_of, whole_store


def report_of(sight: Sight) -> bytes:
    """Return the report of a run as one HTML page, to whoever has the right to see it already."""
    judging = _judging_of(sight)
    log, mutes = judging.log(), judging.mutes()
    return _report_of(sight, _state_of(log, mutes), log, mutes)


@st.cache_resource(max_entries=2, show_spinner=False)
def _report_of(sight: Sight, state: str, _log: Log, _mutes: Sequence[Mute]) -> bytes:
    """Make the report; `state` changes with what is said of the run."""
    del state
    results = results_of(sight)
    judged = triage(results.findings(), _log, _mutes, results.times)
    return report_html(results, judged).encode()


def _state_of(log: Log, mutes: Sequence[Mute]) -> str:
    last = log.entries[-1].sequence if log.entries else 0
    return f"{last} {[(mute.id, mute.lifted) for mute in mutes]}"


def _judging_of(sight: Sight) -> Judging:
    """Return the reviews as whoever has this sight sees them, and cannot change them."""
    store = whole_store()
    run = store.run(sight.run_id)

    def find_names() -> dict[str, str]:
        return pseudonyms_of(store.run_folder(run.id), installation_key(read_settings()))

    access = Access(run.id, is_owner=False, may_review=False, masked=sight.masked, until=None)
    return Judging(access, run.dataset_id, find_names, store.reviews, store.mutes)
