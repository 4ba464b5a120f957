"""Who asks: a token, and the door that it opens, to its owner's own things and within its scopes."""

from typing import Annotated

from fastapi import Depends, Path, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from dashboard.api.problems import RefusedError
from dashboard.errors import NotFoundError
from dashboard.runs.datasets import NO_DATASET
from dashboard.runs.ledger import NO_RUN
from dashboard.runs.records import DatasetRecord, RunRecord
from dashboard.sharing.access import Visitor
from dashboard.sharing.door import Door
from dashboard.sharing.program_tokens import ProgramToken, Scope, TokenBook

NONE_HOLDS = (
    "Send a token that holds, as 'Authorization: Bearer TOKEN'. It may have expired or been revoked: "
    "make another in the app, under Access for programs on the Data page."
)
BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token that a person has made in the app, under *Access for programs*.",
)


def find_token(
    scopes: SecurityScopes,
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
) -> ProgramToken:
    """Return the token that came with a request. Raises RefusedError where none holds, or lacks a scope.

    The scope is asked for first: a token without it does not learn what there is.
    """
    book = TokenBook(request.app.state.open_store().engine)
    token = book.use(given.credentials) if given else None
    if token is None:
        raise RefusedError(401, NONE_HOLDS)
    for scope in scopes.scopes:
        if scope not in token.scopes:
            raise RefusedError(
                403, f"This token does not allow '{scope}'. Make one that does, in the app."
            )
    return token


def open_door(request: Request, token: Annotated[ProgramToken, Depends(find_token)]) -> Door:
    """Return the store as the token's owner may see and change it: links opened in a browser stay there."""
    visitor = Visitor(person=token.owner, browser=f"token-{token.id}")
    return Door(request.app.state.open_store(), visitor, request.app.state.find_key())


Token = Annotated[ProgramToken, Security(find_token)]
ToReadData = Annotated[Door, Security(open_door, scopes=[Scope.DATA_READ])]
ToWriteData = Annotated[Door, Security(open_door, scopes=[Scope.DATA_WRITE])]
ToReadRuns = Annotated[Door, Security(open_door, scopes=[Scope.RUNS_READ])]
ToWriteRuns = Annotated[Door, Security(open_door, scopes=[Scope.RUNS_WRITE])]
ToReadReviews = Annotated[Door, Security(open_door, scopes=[Scope.REVIEWS_READ])]
ToWriteReviews = Annotated[Door, Security(open_door, scopes=[Scope.REVIEWS_WRITE])]

ID = r"^[A-Za-z0-9][A-Za-z0-9_\-]{0,39}$"
DatasetId = Annotated[str, Path(pattern=ID, description="A dataset's id.")]
RunId = Annotated[str, Path(pattern=ID, description="A run's id.")]


def find_dataset(door: Door, dataset_id: str) -> DatasetRecord:
    """Return a dataset. Raises NotFoundError for a deleted one too: programs have no undo."""
    record = door.dataset(dataset_id)
    if record.deleted:
        raise NotFoundError(NO_DATASET)
    return record


def find_run(door: Door, run_id: str) -> RunRecord:
    """Return a run. Raises NotFoundError for a deleted one too."""
    run = door.run(run_id)
    if run.deleted:
        raise NotFoundError(NO_RUN)
    return run
