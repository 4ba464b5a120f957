"""The best of several runs is named, and what cannot be told from it too."""

import numpy as np
import pytest

from dashboard.detection.bootstrap import Estimate
from dashboard.detection.contest import Contest, Place
from dashboard.sharing.contest_words import contest_sentence, share_words, standing

WHERE = "among the first 20 users"


def place(caught: int, *, behind: float, sure: bool, planted: int = 200) -> Place:
    share = caught / planted
    spread = behind / 2 if sure else behind * 2
    return Place(
        caught,
        planted,
        Estimate(share, share - 0.05, share + 0.05),
        Estimate(behind, behind - spread, behind + spread),
    )


BEST = place(120, behind=0, sure=True)
ALIKE, BEHIND = place(116, behind=0.02, sure=False), place(60, behind=0.3, sure=True)


@pytest.mark.parametrize(
    ("places", "end"),
    [
        ((BEHIND, BEST), "(95% interval 55% to 65%). A shows fewer."),
        ((ALIKE, BEST), "(95% interval 55% to 65%), but A cannot be told from it."),
        ((ALIKE, BEST, BEHIND, BEHIND), ", but A cannot be told from it; C and D show fewer."),
        ((ALIKE, BEST, ALIKE), ", but A and C cannot be told from it."),
    ],
)
def test_the_best_is_named_and_those_like_it(places: tuple[Place, ...], end: str) -> None:
    sentence = contest_sentence(Contest(20, 1, places), WHERE)
    assert sentence.startswith(f"B shows most: 60 of 100 planted anomalies {WHERE} ")
    assert sentence.endswith(end)


def test_those_that_show_as_many_as_the_best_are_named_with_it() -> None:
    level = place(120, behind=0, sure=True)
    three = Contest(20, 0, (BEST, level, ALIKE))
    sentence = contest_sentence(three, WHERE)
    assert sentence.startswith("A and B show most: 60 of 100")
    assert sentence.endswith(", but C cannot be told from them.")
    assert standing(three, 1) == "shows as many"
    both = contest_sentence(Contest(20, 0, (BEST, level)), WHERE)
    assert (
        both
        == f"A and B show as many: 60 of 100 planted anomalies {WHERE} (95% interval 55% to 65%)."
    )


def test_where_nothing_is_shown_nothing_is_best() -> None:
    nothing = place(0, behind=0, sure=True)
    contest = Contest(20, 0, (nothing, nothing))
    assert contest_sentence(contest, WHERE) == f"None of them shows a planted anomaly {WHERE}."
    assert standing(contest, 0) == standing(contest, 1) == "shows none"


def test_each_is_told_how_it_stands_to_the_best() -> None:
    contest = Contest(20, 0, (BEST, ALIKE, BEHIND))
    assert standing(contest, 0) == "shows most"
    assert standing(contest, 1).startswith("2.0 fewer of 100 (-2.0 to 6.0): no difference")
    assert standing(contest, 2) == "30.0 fewer of 100 (15.0 to 45.0)"


def test_an_interval_that_cannot_be_told_is_said_to_be_unknown() -> None:
    unknown = Place(1, 1, Estimate(1, np.nan, np.nan), Estimate(0, np.nan, np.nan))
    assert share_words(unknown) == "not known"
