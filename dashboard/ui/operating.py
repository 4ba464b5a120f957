"""What only the operator sees: figures of the whole installation, for Prometheus and as a page."""

import hmac
from collections.abc import Iterator

import streamlit as st
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard.charts.format import format_bytes, format_count, format_duration
from dashboard.runs.health import Figures, figures, readiness
from dashboard.runs.records import RunState
from dashboard.settings import read_settings
from dashboard.ui.kept import whole_store

NOTHING = "none"
UNSET = "Set CLICKWATCH_OPERATOR_TOKEN to 16 signs or more, and start the server again, to see how it is doing."


async def metrics(request: Request) -> Response:
    """Answer the figures in Prometheus' text format; without the operator's token there is no such page."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if not is_operator(token):
        return PlainTextResponse("Not Found", status_code=404)
    text = await run_in_threadpool(_exposition)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def is_operator(token: str) -> bool:
    """Whether it is the operator's token; never where none is set."""
    expected = read_settings().operator_token
    return bool(expected) and hmac.compare_digest(token.encode(), expected.encode())


def show_operating() -> None:
    """Draw the page for the operator."""
    st.title("Operating")
    if not read_settings().operator_token:
        st.info(UNSET)
        return
    token = st.text_input("Operator's token", type="password", key="operator_token")
    if not token:
        st.caption("What CLICKWATCH_OPERATOR_TOKEN is set to on the server.")
    elif not is_operator(token):
        st.error("That is not the operator's token.", icon=":material/error:")
    else:
        _show_figures()


@st.fragment(run_every="5s")
def _show_figures() -> None:
    store = whole_store()
    ready = readiness(store.engine, store.places)
    problems = {
        "The records cannot be read.": ready.store,
        "No worker has been heard of: queued runs wait.": ready.worker,
        "The disk takes no more files, or has hardly any room left.": ready.disk,
        "The shared files do not answer: what is not at hand cannot be looked at.": ready.files
        is not False,
    }
    for problem in (sentence for sentence, fine in problems.items() if not fine):
        st.error(problem, icon=":material/error:")
    if not ready.store:
        return
    if all(ready.answers().values()):
        st.success("Records, workers and disk are in order.", icon=":material/check_circle:")
    found = figures(store.engine, store.places)
    finished = found.runs[RunState.FINISHED]
    named = {
        "Waiting": format_count(found.runs[RunState.QUEUED]),
        "Running": format_count(found.runs[RunState.RUNNING]),
        "Finished": format_count(finished),
        "Failed": format_count(found.runs[RunState.FAILED]),
        "Cancelled": format_count(found.runs[RunState.CANCELLED]),
        "Longest wait": format_duration(found.oldest_seconds)
        if found.runs[RunState.QUEUED]
        else NOTHING,
        "Mean run": format_duration(found.seconds / finished) if finished else NOTHING,
        "Datasets": format_count(found.datasets),
        "Workers": format_count(found.workers),
        "Free room": format_bytes(found.free_bytes),
    }
    columns = [*st.columns(5), *st.columns(5)]  # on a phone one below the other, in this order
    for column, (name, value) in zip(columns, named.items(), strict=True):
        column.metric(name, value)


def _exposition() -> bytes:
    store = whole_store()
    registry = CollectorRegistry()
    registry.register(_Reading(figures(store.engine, store.places)))
    return generate_latest(registry)


class _Reading(Collector):
    """One reading of the figures, as Prometheus takes them in."""

    def __init__(self, found: Figures) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        """Return the metrics one after another."""
        found = self._found
        runs = GaugeMetricFamily(
            "clickwatch_runs", "Runs that are kept, by state", labels=["state"]
        )
        for state, number in found.runs.items():
            runs.add_metric([state], number)
        yield runs
        seconds = "clickwatch_run_seconds"
        yield CounterMetricFamily(seconds, "Seconds that finished runs took", found.seconds)
        waiting = "clickwatch_oldest_wait_seconds"
        yield GaugeMetricFamily(waiting, "How long the oldest run has waited", found.oldest_seconds)
        yield GaugeMetricFamily("clickwatch_datasets", "Datasets that are kept", found.datasets)
        yield GaugeMetricFamily("clickwatch_workers", "Workers heard of lately", found.workers)
        yield GaugeMetricFamily("clickwatch_free_bytes", "Room left on the disk", found.free_bytes)
