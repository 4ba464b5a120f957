"""What the server answers beside the pages: large uploads, and whether it is well.

These routes have no session and no protection by Streamlit: each checks for itself.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlsplit

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.api.streaming import FileTooLargeError, check_declared_size, take_in
from dashboard.errors import ClickwatchError
from dashboard.runs.health import NOTHING_READY, readiness
from dashboard.sharing.upload_tokens import UploadTokens
from dashboard.ui.kept import whole_store
from dashboard.ui.link_routes import link_routes
from dashboard.ui.operating import metrics

LOOK_SECONDS = 4.0
LOOKERS = ThreadPoolExecutor(
    2, "readiness"
)  # of their own: those that hang keep nobody else waiting
LOG = structlog.get_logger()
USED_UP = "The upload token is used up or too old. The Data page gives another."


def routes() -> Sequence[Route]:
    """Return the routes beside the pages."""
    return [
        Route("/api/upload", upload, methods=["PUT"]),
        Route("/healthz", healthz, methods=["GET"]),
        Route("/readyz", readyz, methods=["GET"]),
        Route("/metrics", metrics, methods=["GET"]),
        *link_routes(),
    ]


async def upload(request: Request) -> Response:
    """Take a file as the body of a PUT, streamed to disk; `?name=` is the file's name.

    Needs `Authorization: Bearer TOKEN` with a one-time token of the Data page. Answers the new
    dataset's id and address; 422 with the problem where it is kept but cannot be read.
    """
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        return _refusal(403, "Uploads are taken from this app's own address only.")
    store = whole_store()
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    name = request.query_params.get("name", "counts.csv")
    try:
        check_declared_size(request, store)  # a token is not used up by what is refused at once
        owner = await run_in_threadpool(UploadTokens(store.engine).use, token)
        if owner is None:
            return _refusal(401, USED_UP)
        record = await take_in(request, store, partial(store.add_dataset, name=name, owner=owner))
    except ClientDisconnect:
        return _refusal(400, "The upload broke off. Start it again with a new token.")
    except ClickwatchError as error:
        return _refusal(413 if isinstance(error, FileTooLargeError) else 507, str(error))
    answer = {
        "id": record.id,
        "address": str(request.base_url.replace(path="/data", query=f"dataset={record.id}")),
        "problem": record.problem,
    }
    return JSONResponse(answer, status_code=201 if record.is_readable else 422)


async def healthz(_request: Request) -> Response:
    """Answer that the server runs."""
    return PlainTextResponse("ok")


async def readyz(_request: Request) -> Response:
    """Answer whether the store can be used, a worker lives, the disk has room and shared files answer.

    503 where not. Where that cannot be told within some seconds, nothing is ready.
    """
    looking = asyncio.get_running_loop().run_in_executor(LOOKERS, _look_around)
    try:
        found = await asyncio.wait_for(looking, LOOK_SECONDS)
    except TimeoutError:  # a database or a disk that neither answers nor refuses
        found = NOTHING_READY.answers()
    return JSONResponse(found, status_code=200 if all(found.values()) else 503)


def _look_around() -> dict[str, bool]:
    try:
        store = whole_store()
    except ClickwatchError as error:
        LOG.warning("store not ready", reason=str(error))
        return NOTHING_READY.answers()
    return readiness(store.engine, store.places).answers()


def _refusal(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"problem": sentence}, status_code=status)
