"""Asked once while a page is drawn: who is looking, and what they may see."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

_ANSWERS: ContextVar[dict[tuple[object, ...], object] | None] = ContextVar("answers", default=None)


@contextmanager
def drawing() -> Iterator[None]:
    """Remember the answers to what is `asked_once` until the page is drawn, and no longer."""
    before = _ANSWERS.set({})
    try:
        yield
    finally:
        _ANSWERS.reset(before)


def asked_once(ask: Callable[..., Any]) -> Callable[..., Any]:
    """Ask once while a page is drawn, and every time elsewhere. A refusal is not remembered."""

    @wraps(ask)
    def asked(*given: object) -> object:
        answers = _ANSWERS.get()
        if answers is None:
            return ask(*given)
        key = (ask, *given)
        if key not in answers:
            answers[key] = ask(*given)
        return answers[key]

    return asked
