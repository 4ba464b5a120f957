"""Several computations at once: answers in order, and errors that are not lost."""

import threading
from functools import partial

import pytest

from dashboard.detection import at_once as module
from dashboard.detection.at_once import at_once


def test_answers_come_in_the_order_of_the_tasks() -> None:
    assert at_once(partial(pow, number, 2) for number in range(9)) == [
        number**2 for number in range(9)
    ]


def test_two_tasks_run_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.os, "cpu_count", lambda: 2)
    meeting = threading.Barrier(2, timeout=30)  # neither gets on before the other has come
    assert sorted(at_once([meeting.wait, meeting.wait])) == [0, 1]


def test_an_error_reaches_whoever_asked() -> None:
    with pytest.raises(ZeroDivisionError):
        at_once([partial(divmod, 1, 0), partial(divmod, 1, 1)])
