"""Runs: started, followed, cancelled, deleted."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, create_model

from dashboard.api.asking import ID, RunId, ToReadRuns, ToWriteRuns, find_dataset, find_run
from dashboard.api.paging import Asked, Page
from dashboard.api.problems import refusals
from dashboard.detection.choices import make_settings
from dashboard.detection.history import EpochRecord
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold
from dashboard.runs.names import LONGEST_NAME
from dashboard.runs.records import RunRecord, RunState
from dashboard.sharing.door import Door

router = APIRouter(prefix="/runs", tags=["Runs"])

ChosenSettings = create_model(
    "ChosenSettings",
    __config__=ConfigDict(extra="forbid"),
    __doc__="Settings of a training. What is left out, or null, is as the model has it.",
    **{
        name: (
            Annotated[
                (field.annotation | None, *field.metadata, Field(description=field.description))
            ],
            None,
        )
        for name, field in TrainingSettings.model_fields.items()
    },
)


class TrainingRequest(BaseModel):
    """A run to start."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "dataset_id": "hC3w0e2Yb5uQ3f9rJ1kZ7g",
                    "settings": {"model": "counts", "seed": 1},
                    "threshold": {"kind": "budget", "amount": 20},
                }
            ]
        },
    )

    dataset_id: str = Field(pattern=ID)
    settings: ChosenSettings = ChosenSettings()
    threshold: Threshold = Threshold()
    name: str | None = Field(None, max_length=LONGEST_NAME)


class ScoringRequest(BaseModel):
    """Counts for the model of an earlier run."""

    model_config = ConfigDict(extra="forbid")

    dataset_id: str = Field(pattern=ID, examples=["hC3w0e2Yb5uQ3f9rJ1kZ7g"])


class RunAnswer(BaseModel):
    """How a run stands."""

    id: str = Field(examples=["pT7b2m0Xq4cV8s6nL1dR3w"])
    name: str
    dataset_id: str
    dataset_name: str
    settings: TrainingSettings
    threshold: Threshold
    state: RunState = Field(description="The last three are final.")
    stage: str = Field(description="While it runs: start, train, score or self_test.")
    epoch: int
    epochs: int
    seconds_left: float | None
    queue_position: int = Field(description="1: the next to start; 0: not waiting.")
    created: datetime
    started: datetime | None
    ended: datetime | None
    reason: str | None = Field(description="Why it failed.")
    cancelling: bool
    stalled: bool = Field(description="Its worker has fallen silent; it will be taken up again.")
    model_run_id: str | None = Field(description="Of a scoring: whose model judges.")

    @classmethod
    def of(cls, run: RunRecord, door: Door) -> Self:
        """Return a run as it is answered."""
        waiting = run.state is RunState.QUEUED
        return cls(
            queue_position=door.queue_position(run.id) if waiting else 0,
            **{name: getattr(run, name) for name in cls.model_fields if name != "queue_position"},
        )


@router.post("", summary="Start a run", status_code=201, responses=refusals(404, 409))
def start_run(door: ToWriteRuns, asked: TrainingRequest) -> RunAnswer:
    """Put a training at the end of the queue. Ask for it again to follow it."""
    settings = make_settings(**asked.settings.model_dump())
    dataset = find_dataset(door, asked.dataset_id)
    run = door.queue_run(dataset.id, settings, asked.threshold, asked.name)
    return RunAnswer.of(run, door)


@router.post(
    "/{run_id}/scorings",
    summary="Score other counts by its model",
    status_code=201,
    responses=refusals(404, 409),
)
def start_scoring(door: ToWriteRuns, run_id: RunId, asked: ScoringRequest) -> RunAnswer:
    """Put the model of a finished run to work on another dataset, without training: next week's file.

    Only what is new is scored. Answers another run.
    """
    dataset = find_dataset(door, asked.dataset_id)
    return RunAnswer.of(door.queue_scoring(find_run(door, run_id).id, dataset.id), door)


@router.get("", summary="List runs", responses=refusals())
def list_runs(
    door: ToReadRuns,
    asked: Asked,
    state: Annotated[RunState | None, Query(description="Those in that state alone.")] = None,
    dataset_id: Annotated[
        str | None, Query(pattern=ID, description="Those on that dataset alone.")
    ] = None,
) -> Page[RunAnswer]:
    """List the runs, newest first."""
    found = [
        run
        for run in door.runs()
        if state in (None, run.state) and dataset_id in (None, run.dataset_id)
    ]
    return Page[RunAnswer].of(found, asked, lambda run: RunAnswer.of(run, door))


@router.get("/{run_id}", summary="How a run stands", responses=refusals(404))
def show_run(door: ToReadRuns, run_id: RunId) -> RunAnswer:
    """Show its state, stage, epoch and the time left. Asking every two seconds is often enough."""
    return RunAnswer.of(find_run(door, run_id), door)


@router.get("/{run_id}/history", summary="How it learned", responses=refusals(404))
def show_history(door: ToReadRuns, run_id: RunId) -> list[EpochRecord]:
    """Show the epochs so far, oldest first."""
    return door.history(find_run(door, run_id).id)


@router.post("/{run_id}/cancel", summary="Cancel a run", responses=refusals(404))
def cancel_run(door: ToWriteRuns, run_id: RunId) -> RunAnswer:
    """Stop a waiting run at once, a running one within seconds; what has ended stays as it is."""
    return RunAnswer.of(door.cancel_run(find_run(door, run_id).id), door)


@router.delete("/{run_id}", summary="Delete a run", status_code=204, responses=refusals(404))
def delete_run(door: ToWriteRuns, run_id: RunId) -> None:
    """Stop a run and take it off the list, and with it from everybody who holds a link to it."""
    door.delete_run(find_run(door, run_id).id)
