"""What people said of the findings of a run: read, added, and taken back."""

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.asking import RunId, ToReadReviews, ToWriteReviews, find_run
from dashboard.api.opened import open_results
from dashboard.api.paging import Asked, Page
from dashboard.api.problems import refusals
from dashboard.runs.reviewing import Review, Verdict
from dashboard.runs.reviews import LONGEST_NOTE, Judgement
from dashboard.sharing.door import Door
from dashboard.sharing.review_files import reviewer_of
from dashboard.sharing.review_import import stretch_of_row

router = APIRouter(prefix="/runs/{run_id}/reviews", tags=["Reviews"])
MOST_VERDICTS = 1_000
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]  # a Postgres keeps no NUL


class ReviewAnswer(BaseModel):
    """One verdict. by: the person's name; reviewer: tells persons of one name apart."""

    user: str
    start: str
    end: str
    feature: str
    verdict: Verdict
    note: str
    by: str
    reviewer: str
    made: datetime
    number: int = Field(description="Its place in the log of this user.")

    @classmethod
    def of(cls, review: Review) -> Self:
        """Return an entry of the log as it is answered."""
        stretch = review.stretch
        return cls(
            user=stretch.user,
            start=stretch.start,
            end=stretch.end,
            feature=stretch.feature,
            verdict=review.verdict,
            note=review.note,
            by=review.person.name,
            reviewer=reviewer_of(review),
            made=review.made,
            number=review.number,
        )


class VerdictRequest(BaseModel):
    """What is said of the time steps of one user, from start to end, both included."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "user": "u042",
                    "start": "2026-03-14",
                    "end": "2026-03-15",
                    "verdict": "anomaly",
                    "note": "A script, says the team.",
                }
            ]
        },
    )

    user: Text
    start: str
    end: str
    feature: str | None = Field(None, description="Null: the first one.")
    verdict: Literal["anomaly", "normal", "unsure"]
    note: Text = Field("", max_length=LONGEST_NOTE)
    on_top_of: int | None = Field(
        None,
        ge=0,
        le=2**31 - 1,
        description="The highest `number` of this user that was seen, 0: none. Where another verdict on the same steps "
        "came since, nothing is kept and 409 says whose; the same one, sent again, is kept once. Null: whatever was said "
        "before.",
    )


class VerdictsRequest(BaseModel):
    """Verdicts that are kept as one step: all of them, or none."""

    model_config = ConfigDict(extra="forbid")

    verdicts: list[VerdictRequest] = Field(min_length=1, max_length=MOST_VERDICTS)


@router.get("", summary="List reviews", responses=refusals(404))
def list_reviews(door: ToReadReviews, run_id: RunId, asked: Asked) -> Page[ReviewAnswer]:
    """List the verdicts that nobody has withdrawn, oldest first."""
    log = door.judging(find_run(door, run_id).id).log()
    return Page[ReviewAnswer].of(log.valid, asked, ReviewAnswer.of)


@router.post("", summary="Give verdicts", status_code=201, responses=refusals(404, 409, 413))
def give_verdicts(
    door: ToWriteReviews, run_id: RunId, asked: VerdictsRequest
) -> list[ReviewAnswer]:
    """Say what findings are, under the name of the token's owner. Answers what was kept."""
    results, judging = open_results(door, run_id), door.judging(run_id)
    log, me, users = judging.log(), door.people.person(door.visitor.person), {}
    judgements = []
    for each in asked.verdicts:
        named = {name: value for name, value in each.model_dump().items() if value is not None}
        stretch = stretch_of_row(named, results, users)
        seen = log.seen(stretch.user_index) if each.on_top_of is None else each.on_top_of
        judgements.append(Judgement(stretch, Verdict(each.verdict), me, each.note, seen))
    judging.judge(judgements)
    return _last_step(door, run_id)


@router.delete("/last", summary="Take back the last step", responses=refusals(404))
def withdraw_last(door: ToWriteReviews, run_id: RunId) -> list[ReviewAnswer]:
    """Withdraw what the token's owner said last of this run. Answers it; nothing where there is none."""
    judging = door.judging(find_run(door, run_id).id)
    taken = judging.withdraw_last(door.people.person(door.visitor.person))
    return [ReviewAnswer.of(review) for review in taken]


def _last_step(door: Door, run_id: str) -> list[ReviewAnswer]:
    kept = door.judging(run_id).log().last_step(door.visitor.person)
    return [ReviewAnswer.of(review) for review in kept]
