"""What goes wrong, as the API answers it: a status, and a sentence that says what to do."""

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse

from dashboard.api.streaming import FileTooLargeError
from dashboard.detection.choices import demand
from dashboard.errors import (
    ChangedError,
    ClickwatchError,
    DamagedError,
    NotFoundError,
    ReadError,
    SettingsError,
    StoreError,
)
from dashboard.runs.database import is_away
from dashboard.runs.space import NO_SPACE, is_full

DESCRIBED = "/api/v1/openapi.json tells what there is."
NO_ADDRESS = f"There is nothing at this address. {DESCRIBED}"
NO_JSON = "The body is no JSON object. Send one, as 'Content-Type: application/json'."
LONGEST_SHOWN = 60  # signs of a value that was received
STATUSES: dict[type[ClickwatchError], int] = {
    NotFoundError: 404,
    ChangedError: 409,
    DamagedError: 500,
    FileTooLargeError: 413,
    SettingsError: 422,
    ReadError: 422,
    StoreError: 409,
}


class RefusedError(ClickwatchError):
    """The token does not allow it. status: 401 or 403."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Problem(BaseModel):
    """Why a request was not carried out."""

    problem: str = Field(
        description="One or two sentences that say what to do.",
        examples=["This token does not allow 'runs:write'. Make one that does, in the app."],
    )


REFUSALS: dict[int, str] = {
    400: "The body broke off, or is none.",
    401: "No token that holds was sent.",
    403: "The token lacks the scope that is named.",
    404: "There is no such thing, or it is somebody else's: both are answered alike.",
    409: "It cannot be done as things stand.",
    413: "More was sent than is allowed.",
    422: "Something sent cannot be used; it is named.",
    429: "Too many requests came within a minute.",
    503: "The records cannot be reached in this moment.",
    507: "The disk is full.",
}


def refusals(*further: int) -> dict[int | str, dict[str, object]]:
    """Return, for the description, how a route refuses: as every one does, and in those ways besides."""
    return {
        status: {"model": Problem, "description": REFUSALS[status]}
        for status in sorted({401, 403, 422, 429, 503, *further})
    }


def answer(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a problem as it is sent; what cannot be written as UTF-8 is replaced."""
    told = sentence.encode("utf-8", "replace").decode()
    return JSONResponse({"problem": told}, status, headers)


def refuse(_request: Request, error: ClickwatchError) -> JSONResponse:
    """Answer what a person or a program can mend."""
    if isinstance(error, RefusedError):
        return answer(error.status, str(error), {"WWW-Authenticate": "Bearer"})
    return answer(_status_of(error), str(error))


def refuse_request(_request: Request, error: RequestValidationError) -> JSONResponse:
    """Name what was sent and cannot be used."""
    return answer(422, _sentence(error))


def refuse_address(_request: Request, error: HTTPException) -> JSONResponse:
    """Answer where there is no such address, or not for this method; or what the server itself refuses."""
    if error.status_code == HTTPStatus.NOT_FOUND:
        return answer(404, NO_ADDRESS)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return answer(405, f"This address takes no such request. {DESCRIBED}", error.headers)
    if error.status_code == HTTPStatus.BAD_REQUEST:  # FastAPI's, for what is not even text
        return answer(422, NO_JSON)
    return answer(error.status_code, error.detail)


def tell_of_the_end(_request: Request, _error: ClientDisconnect) -> JSONResponse:
    """Answer, where anybody still listens, that a body broke off."""
    return answer(400, "The body broke off. Send it again.")


def tell_of_a_bug(_request: Request, error: Exception) -> JSONResponse:
    """Answer without a word of the error's own; it is logged, by its kind and place, where it ends up."""
    if is_full(error):
        return answer(507, NO_SPACE)
    if is_away(error):
        return answer(503, "The records cannot be reached in this moment. Try again later.")
    named = structlog.contextvars.get_contextvars().get("request", "its time")
    return answer(
        500,
        "Something went wrong on our side. Nothing of yours is lost; try again. If it stays, look for "
        f"{named} in the server's log.",
    )


HANDLERS = {
    ClickwatchError: refuse,
    RequestValidationError: refuse_request,
    HTTPException: refuse_address,
    ClientDisconnect: tell_of_the_end,
    Exception: tell_of_a_bug,
}


def _status_of(error: ClickwatchError) -> int:
    if str(error) == NO_SPACE:
        return 507
    return next(status for kind, status in STATUSES.items() if isinstance(error, kind))


def _sentence(error: RequestValidationError) -> str:
    first = error.errors()[0]
    _, *names = first["loc"]
    if not names or first["type"] == "json_invalid":
        return NO_JSON
    name = ".".join(str(part) for part in names)
    if first["type"] == "missing":
        return f"'{name}' is missing."
    return f"'{name}' {demand(first)}; received {_shown(first.get('input'))}."


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"
