"""Datasets: sent, looked at, read another way, deleted."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Self

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from dashboard.api.asking import DatasetId, ToReadData, ToWriteData, find_dataset
from dashboard.api.paging import Asked, Page
from dashboard.api.problems import refusals
from dashboard.api.streaming import take_in
from dashboard.data.reading import Reading
from dashboard.data.report import QualityReport
from dashboard.errors import ReadError
from dashboard.runs.names import LONGEST_NAME
from dashboard.runs.records import DatasetRecord
from dashboard.sharing.door import Door

router = APIRouter(prefix="/datasets", tags=["Datasets"])
FILE = {
    "requestBody": {
        "required": True,
        "description": "The file, byte by byte: csv, tsv, txt, gz, zip, parquet or xlsx.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class DatasetAnswer(BaseModel):
    """One reading of one file."""

    id: str = Field(examples=["hC3w0e2Yb5uQ3f9rJ1kZ7g"])
    name: str = Field(examples=["clicks.csv"])
    bytes: int
    created: datetime
    readable: bool = Field(description="Whether a run can be started on it.")
    problem: str | None = Field(
        description="Why the file cannot be read; correct the reading, or send another file.",
        examples=[None],
    )
    problem_line: int | None = Field(description="The line to blame, the header being 1.")
    asked: Reading = Field(description="How it was asked to be read; null: find out.")
    reading: Reading = Field(description="How it was read.")
    report: QualityReport | None = Field(description="What was understood of it.")

    @classmethod
    def of(cls, record: DatasetRecord) -> Self:
        """Return a dataset as it is answered."""
        return cls(
            id=record.id,
            name=record.name,
            bytes=record.bytes,
            created=record.created,
            readable=record.is_readable,
            problem=record.problem,
            problem_line=record.problem_line,
            asked=record.asked,
            reading=record.reading,
            report=record.report,
        )


class PreviewAnswer(BaseModel):
    """The first rows of a file as they stand in it."""

    columns: list[str]
    rows: list[list[str]]
    reading: Reading = Field(description="The reading as far as it could be found out.")


@router.post(
    "",
    summary="Send a file",
    status_code=201,
    responses=refusals(400, 409, 413, 507),
    openapi_extra=FILE,
)
async def create_dataset(
    request: Request,
    door: ToWriteData,
    name: Annotated[
        str, Query(max_length=LONGEST_NAME, description="The file's name.", examples=["clicks.csv"])
    ] = "counts.csv",
) -> DatasetAnswer:
    """Keep a file, and read it.

    One that cannot be read is kept too, and `problem` says why: its reading can be corrected. The same
    file sent again under the same name is the same dataset.
    """
    return DatasetAnswer.of(await take_in(request, door.store, partial(_keep, door, name=name)))


@router.get("", summary="List datasets", responses=refusals())
def list_datasets(door: ToReadData, asked: Asked) -> Page[DatasetAnswer]:
    """List the datasets, newest first."""
    return Page[DatasetAnswer].of(door.datasets(), asked, DatasetAnswer.of)


@router.get("/{dataset_id}", summary="Show a dataset", responses=refusals(404))
def show_dataset(door: ToReadData, dataset_id: DatasetId) -> DatasetAnswer:
    """Show how a file was read, and what was understood of it."""
    return DatasetAnswer.of(find_dataset(door, dataset_id))


@router.get("/{dataset_id}/preview", summary="Show its first rows", responses=refusals(404))
def preview_dataset(door: ToReadData, dataset_id: DatasetId) -> PreviewAnswer:
    """Show the columns and the first 20 rows as they stand in the file, to see what to correct."""
    preview = door.preview(find_dataset(door, dataset_id).id)
    rows = [list(row) for row in preview.rows]
    return PreviewAnswer(columns=list(preview.columns), rows=rows, reading=preview.reading)


@router.post(
    "/{dataset_id}/readings",
    summary="Read its file another way",
    status_code=201,
    responses=refusals(404, 409, 507),
)
def reread_dataset(door: ToWriteData, dataset_id: DatasetId, reading: Reading) -> DatasetAnswer:
    """Correct the mapping: which columns hold what, and how they are written. Null: find out.

    Answers another dataset, to go on with; the earlier one goes, unless a run uses it.
    """
    return DatasetAnswer.of(door.reread(find_dataset(door, dataset_id).id, reading))


@router.delete(
    "/{dataset_id}", summary="Delete a dataset", status_code=204, responses=refusals(404)
)
def delete_dataset(door: ToWriteData, dataset_id: DatasetId) -> None:
    """Take a dataset off the list; its runs stay."""
    door.delete_dataset(find_dataset(door, dataset_id).id)


def _keep(door: Door, path: Path, *, name: str) -> DatasetRecord:
    """Keep a file that was sent. Raises ReadError where it was forgotten."""
    if not path.stat().st_size:
        raise ReadError("The body is empty. Send the file as the body, byte by byte.")
    return door.add_dataset(path, name)
