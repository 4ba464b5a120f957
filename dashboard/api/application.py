"""The API as an ASGI application, with its description at `openapi.json`."""

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.routing import APIRoute

from dashboard.api import datasets, reviews, runs, scores, token
from dashboard.api.body_limit import BodyLimitMiddleware
from dashboard.api.problems import HANDLERS
from dashboard.runs.store import Store

DESCRIPTION = """
What a person does in Clickwatch's pages, for programs: bring counts in, correct how they are read, start a
run, follow it, and read what it found.

**Tokens.** A person makes one in the app, under *Access for programs* on the Data page, and says there what it
allows: its scopes. Send it as `Authorization: Bearer TOKEN`. A token acts as its owner and reaches what is theirs alone;
what belongs to others is answered as what does not exist.

**Problems** are answered as `{"problem": "..."}`: one or two sentences that say what to do.

**Times** are UTC. Time steps are written as in addresses of pages: `2026-03-14`, `2026-03-14T15:00:00` or a number.
A **score** is higher where stranger. Figures that there are not, are null.
"""
TAGS = [
    {"name": "Token", "description": "What the token allows."},
    {"name": "Datasets", "description": "Files of counts, and how they are read."},
    {"name": "Runs", "description": "Trainings, and scorings by an earlier run's model."},
    {"name": "Scores", "description": "What a finished run found."},
    {"name": "Reviews", "description": "What people said of the findings."},
]


def make_app(open_store: Callable[[], Store], find_key: Callable[[], bytes]) -> FastAPI:
    """Return the API over a store. It has no page of documentation: that would load scripts from elsewhere."""
    app = FastAPI(
        title="Clickwatch",
        version="1.0",
        summary="Finds anomalies in per-user activity counts.",
        description=DESCRIPTION.strip(),
        openapi_tags=TAGS,
        exception_handlers=HANDLERS,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_name,
    )
    app.state.open_store, app.state.find_key = open_store, find_key
    app.add_middleware(BodyLimitMiddleware)
    for part in (token, datasets, runs, scores, reviews):
        app.include_router(part.router)
    return app


def _name(route: APIRoute) -> str:
    """Return what generated clients call it."""
    return route.name
