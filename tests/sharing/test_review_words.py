"""What verdicts tell, in sentences whose numbers can be checked by hand."""

import numpy as np
import pytest

from dashboard.sharing.review_words import precision_sentence, suggestion_sentence

SCORES = np.array([9.0] * 5 + [7.2] * 5 + [5.0] * 5)


def test_with_enough_verdicts_precision_and_threshold_are_told() -> None:
    right = np.array([True] * 9 + [False] * 6)
    assert precision_sentence(SCORES, right) == (
        "Of 15 findings judged, 9 were anomalies: 60% (95% interval 36% to 80%)."
    )
    assert suggestion_sentence(SCORES, right) == (
        "From a score of 7.20, 9 of 10 judged were anomalies: 90% (95% interval 60% to 98%)."
    )


def test_mixed_verdicts_suggest_no_threshold_and_say_so() -> None:
    assert suggestion_sentence(SCORES, np.arange(15) % 2 == 0).startswith("No threshold")


@pytest.mark.parametrize(
    ("judged", "said"), [(0, "0 findings of the run have"), (1, "1 finding of the run has")]
)
def test_few_verdicts_tell_how_many_are_needed(judged: int, said: str) -> None:
    sentence = precision_sentence(SCORES[:judged], np.ones(judged, dtype=bool))
    assert sentence.startswith(said)
    assert "From 10 on" in sentence
    assert suggestion_sentence(SCORES[:judged], np.ones(judged, dtype=bool)) == ""
