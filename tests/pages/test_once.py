"""What is remembered while a page is drawn, and no longer."""

import pytest

from dashboard.errors import NotFoundError
from dashboard.ui.once import asked_once, drawing

ASKED: list[str] = []


@asked_once
def ask(what: str) -> str:
    ASKED.append(what)
    if what == "nothing":
        raise NotFoundError("There is nothing.")
    return what.upper()


@pytest.fixture(autouse=True)
def _nothing_asked() -> None:
    ASKED.clear()


def test_each_question_is_asked_once_while_a_page_is_drawn() -> None:
    with drawing():
        assert [ask("a"), ask("b"), ask("a")] == ["A", "B", "A"]
    assert ASKED == ["a", "b"]


def test_the_next_drawing_asks_anew_and_so_does_what_belongs_to_none() -> None:
    for _ in range(2):
        with drawing():
            ask("a")
    ask("a")
    assert ask("a") == "A"
    assert ASKED == ["a"] * 4


def test_a_refusal_is_not_remembered_nor_is_anything_after_an_error() -> None:
    for _ in range(2):
        with pytest.raises(NotFoundError), drawing():
            ask("nothing")
    ask("nothing else")
    ask("nothing else")
    assert ASKED == ["nothing"] * 2 + ["nothing else"] * 2
