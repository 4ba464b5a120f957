"""What a finished run found: in sum, by user, by day, by cell, as findings, and as files."""

from typing import Annotated, Literal, Self, TypeVar

import pandas as pd
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from dashboard.api.asking import RunId, ToReadRuns
from dashboard.api.opened import findings_of, level_of, open_results
from dashboard.api.paging import Asked, Page, Paging, plain, rows_of
from dashboard.api.problems import refusals
from dashboard.detection.findings import Kind
from dashboard.detection.thresholds import Threshold
from dashboard.errors import StoreError
from dashboard.runs.results import Results
from dashboard.runs.views import Query as View
from dashboard.runs.views import UserView
from dashboard.sharing.exports import Extract, exports_of

Row = TypeVar("Row", bound=BaseModel)
router = APIRouter(prefix="/runs/{run_id}", tags=["Scores"])
WHEN_FINISHED = refusals(404, 409)
AtThreshold = Annotated[
    str | None,
    Query(
        max_length=40,
        description="Another threshold than the run's own: `budget:20`, `rate:0.001`, `fdr:0.1` or `value:6`.",
    ),
]
OfUser = Annotated[
    str | None, Query(description="Of the user of exactly that name alone.", examples=["u042"])
]
FILES = {
    200: {
        "description": "The file.",
        "content": {
            name: {"schema": {"type": "string", "format": "binary"}}
            for name in ("text/csv", "application/vnd.apache.parquet")
        },
    }
}


class ResultsAnswer(BaseModel):
    """A finished run in sum."""

    threshold: Threshold = Field(description="The run's own.")
    level: float | None = Field(
        description="The score from which a cell is an anomaly; null: none is."
    )
    frequency: str = Field(description="What a time step is: hour, day, week or step.")
    first: str
    last: str
    features: list[str]
    scored_users: int
    unscored_users: int
    scored_cells: int
    anomalous_users: int
    anomalous_cells: int
    findings: int
    metrics: dict[str, float | None] = Field(description="Of the training and of its self-test.")


class UserScore(BaseModel):
    """One user. rank: 1 is the strangest; null: too few time steps to be scored."""

    rank: int | None
    user: str
    error: float | None
    score: float | None
    p_value: float | None
    anomalous_times: int
    volume: float | None = Field(description="All that was counted.")

    @classmethod
    def of(cls, story: UserView) -> Self:
        """Return one user by what is known of it."""
        return cls(**{name: plain(getattr(story, name)) for name in cls.model_fields})


class DayScore(BaseModel):
    """One time step. Sums are over the scored users."""

    time: str
    error: float | None
    score: float | None
    p_value: float | None
    anomalous_users: int
    actual: float | None
    expected: float | None


class CellScore(BaseModel):
    """One time step and feature of a user. low, high: the central 95% of what was expected."""

    time: str
    feature: str
    actual: float | None
    expected: float | None
    low: float | None
    high: float | None
    error: float | None
    score: float | None
    p_value: float | None
    anomaly: bool
    observed: bool


class Finding(BaseModel):
    """Neighbouring anomalous time steps of one user. Figures are sums of the one feature from start to end."""

    id: str
    user: str
    start: str
    end: str
    steps: int
    kind: Kind
    direction: Literal["up", "down"]
    peak: float | None = Field(description="The highest score.")
    feature: str = Field(description="That of the highest score.")
    features: list[str] = Field(description="All with an anomaly, the strangest first.")
    actual: float | None
    expected: float | None
    ratio: float | None
    anomalous_cells: int


@router.get("/results", summary="What it found, in sum", responses=WHEN_FINISHED)
def show_results(door: ToReadRuns, run_id: RunId, threshold: AtThreshold = None) -> ResultsAnswer:
    """Show how much was judged, and how much of it is anomalous."""
    results = open_results(door, run_id)
    level = level_of(results, threshold)
    counts, manifest = results.view(View(level=level, top=0)).counts, results.manifest
    return ResultsAnswer(
        threshold=manifest.threshold,
        level=plain(level),
        frequency=manifest.frequency.value,
        first=str(manifest.first),
        last=str(manifest.last),
        features=list(manifest.features),
        scored_users=counts.scored_users,
        unscored_users=counts.unscored_users,
        scored_cells=counts.scored_cells,
        anomalous_users=counts.anomalous_users,
        anomalous_cells=counts.anomalous_cells,
        findings=len(findings_of(results, level)),
        metrics={name: plain(figure) for name, figure in manifest.metrics.items()},
    )


@router.get("/users", summary="Users by rank", responses=WHEN_FINISHED)
def list_users(
    door: ToReadRuns,
    run_id: RunId,
    asked: Asked,
    threshold: AtThreshold = None,
    user: OfUser = None,
) -> Page[UserScore]:
    """List the scored users, the strangest first; or look one up by name."""
    results = open_results(door, run_id)
    level = level_of(results, threshold)
    if user is not None:
        story = results.user(results.find_user(user), level)
        return Page[UserScore].of([story], asked, UserScore.of)
    total = results.manifest.users - len(results.manifest.unscored_users)
    ranks = (asked.offset + 1, asked.offset + asked.limit)
    shown = results.view(View(level=level, ranks=ranks, top=asked.limit)).users
    items = [UserScore.model_validate(row) for row in rows_of(shown)]
    return Page[UserScore](items=items, total=total, offset=asked.offset)


@router.get("/days", summary="Days", responses=WHEN_FINISHED)
def list_days(
    door: ToReadRuns, run_id: RunId, asked: Asked, threshold: AtThreshold = None
) -> Page[DayScore]:
    """List the time steps that were scored, the earliest first."""
    results = open_results(door, run_id)
    days = results.view(View(level=level_of(results, threshold), top=0)).days
    return _page(_labelled(days, results), asked, DayScore)


@router.get("/cells", summary="One user's cells", responses=WHEN_FINISHED)
def list_cells(
    door: ToReadRuns,
    run_id: RunId,
    asked: Asked,
    user: Annotated[str, Query(description="The user's name, exactly.", examples=["u042"])],
    threshold: AtThreshold = None,
) -> Page[CellScore]:
    """List what was counted and expected of a user, the earliest first. All users' cells come as a file."""
    results = open_results(door, run_id)
    story = results.user(results.find_user(user), level_of(results, threshold))
    return _page(_labelled(story.series, results), asked, CellScore)


@router.get("/findings", summary="Findings", responses=WHEN_FINISHED)
def list_findings(
    door: ToReadRuns,
    run_id: RunId,
    asked: Asked,
    threshold: AtThreshold = None,
    user: OfUser = None,
) -> Page[Finding]:
    """List the findings, the strangest first; of all users, or of one."""
    results = open_results(door, run_id)
    found = findings_of(results, level_of(results, threshold))
    if user is not None:
        found = found[found["user_index"] == results.find_user(user)]
    return _page(found, asked, Finding)


@router.get(
    "/files/{table}.{form}",
    summary="A whole table as a file",
    response_class=Response,
    responses=FILES | WHEN_FINISHED,
)
def read_file(
    door: ToReadRuns,
    run_id: RunId,
    table: Literal["users", "days", "cells", "findings"],
    form: Literal["csv", "parquet"],
    threshold: AtThreshold = None,
) -> Response:
    """Answer all users, days, cells or findings, as the app's Downloads gives them.

    In CSV a name that a spreadsheet would run as a formula has an apostrophe in front; Parquet has every name as it is.
    """
    results = open_results(door, run_id)
    shown = results.view(View(level=level_of(results, threshold), top=0))
    exports = exports_of(Extract(results, shown, whole=True), form)
    (export,) = [each for each in exports if each.name == f"{table}.{form}"]
    if export.refusal:
        raise StoreError(export.refusal)
    attached = {"Content-Disposition": f'attachment; filename="{export.name}"'}
    return Response(export.make(), media_type=export.mime, headers=attached)


def _page(table: pd.DataFrame, asked: Paging, row: type[Row]) -> Page[Row]:
    items = [row.model_validate(each) for each in rows_of(table.iloc[asked.part])]
    return Page[row](items=items, total=len(table), offset=asked.offset)


def _labelled(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    """Return a table with its time steps as they stand in addresses."""
    return table.assign(time=[results.label(time) for time in table["time"]])
