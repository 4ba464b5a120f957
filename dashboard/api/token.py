"""What the token that is sent allows."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from dashboard.api.asking import Token
from dashboard.api.problems import refusals
from dashboard.sharing.program_tokens import Scope

router = APIRouter(tags=["Token"])


class TokenAnswer(BaseModel):
    """A token as a program may know it."""

    name: str = Field(description="What its owner calls it.", examples=["nightly upload"])
    scopes: list[Scope]
    created: datetime
    expires: datetime | None = Field(description="Null: never.")


@router.get("/token", summary="What this token allows", responses=refusals())
def show_token(token: Token) -> TokenAnswer:
    """Answer the scopes of the token that is sent, and when it ends. It needs none."""
    return TokenAnswer(
        name=token.name,
        scopes=list(token.scopes),
        created=token.created,
        expires=token.expires,
    )
