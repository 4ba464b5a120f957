"""The verdict is honest: better, worse, or no difference that can be told from chance."""

import pandas as pd
import pytest

from dashboard.detection.caught import COLUMNS, SelfTest
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold
from dashboard.runs.manifest import RunManifest
from dashboard.sharing.verdict import (
    copy_sentence,
    interval_sentence,
    trust_words,
    usual_budget,
    verdict,
)
from tests.charts.made_up import make_manifest, make_view

MANIFEST = make_manifest(make_view()).model_copy(
    update={"settings": TrainingSettings(model="stacked"), "users": 501}
)


def made_test(
    caught: dict[str, int], planted: int = 200, copied: float = 0.0, rank: int = 20
) -> SelfTest:
    """Each model shows the first so many of the planted, one in each user, at that rank."""
    rows = [
        (model, "spike", 3.0, 1, user, 0, 5.0, rank if user < number else 21, copied)
        for model, number in caught.items()
        for user in range(planted)
    ]
    return SelfTest(pd.DataFrame(rows, columns=COLUMNS), users=500)


def as_run_of(model: str) -> RunManifest:
    return MANIFEST.model_copy(update={"settings": TrainingSettings(model=model)})


def test_a_network_that_shows_more_adds_something() -> None:
    sentence = verdict(MANIFEST, made_test({"stacked": 122, "pca": 76, "robust-z": 20}), 20)
    assert sentence == (
        "On this data Stacked would show 61 of 100 planted anomalies among the first 20 users; "
        "the best baseline, PCA, 38 of 100: the network adds something here."
    )


@pytest.mark.parametrize(
    ("model", "caught", "end"),
    [
        ("stacked", {"stacked": 40, "pca": 90}, "the baseline does better here."),
        (
            "stacked",
            {"stacked": 91, "pca": 90},
            "a baseline does as well, and the network adds nothing that can be told from chance.",
        ),
        ("stacked", {"stacked": 0, "pca": 0}, "neither shows any."),
        ("pca", {"pca": 90, "robust-z": 40}, "this baseline is the better one here."),
        ("pca", {"pca": 40, "robust-z": 90}, "the other does better here."),
        ("pca", {"pca": 40, "robust-z": 40}, "the two are about as good."),
    ],
)
def test_the_verdict_follows_the_interval(model: str, caught: dict[str, int], end: str) -> None:
    assert verdict(as_run_of(model), made_test(caught), 20).endswith(end)


def test_few_planted_are_told_as_they_are() -> None:
    sentence = verdict(MANIFEST, made_test({"stacked": 3, "pca": 1}, planted=13), 20)
    assert "3 of 13 planted anomalies" in sentence
    assert "PCA, 1 of 13" in sentence


def test_the_budget_decides() -> None:
    test = made_test({"stacked": 122, "pca": 76})
    assert "show 0 of 100 planted anomalies in first place" in verdict(MANIFEST, test, 1)
    assert "show 100 of 100" in verdict(MANIFEST, test, 21)


def test_the_interval_is_told_per_hundred() -> None:
    said = interval_sentence(MANIFEST, made_test({"stacked": 200, "pca": 0}), 20)
    assert "+100.0 (95% interval +100.0 to +100.0" in said
    alike = interval_sentence(MANIFEST, made_test({"stacked": 100, "pca": 100}), 20)
    assert alike == "The two show equally many, also when it is drawn again who carries one."
    lone = made_test({"stacked": 1, "pca": 0}, planted=1)
    assert "no telling" in interval_sentence(MANIFEST, lone, 20)


@pytest.mark.parametrize(
    ("copied", "words"),
    [
        (0.83, "copies its input: where counts were changed, its expectation followed 83%"),
        (0.31, "partly follows its input"),
        (0.04, "does not copy its input"),
    ],
)
def test_the_copy_check_is_said_with_its_number(copied: float, words: str) -> None:
    assert words in copy_sentence(MANIFEST, made_test({"stacked": 1}, copied=copied))


def test_the_usual_budget_is_that_of_the_run_or_fits_the_users() -> None:
    few = MANIFEST.model_copy(update={"users": 41})  # one of them is not scored
    own = MANIFEST.model_copy(update={"threshold": Threshold(kind="budget", amount=7)})
    assert (usual_budget(MANIFEST), usual_budget(few), usual_budget(own)) == (20, 4, 7)


def test_a_run_without_planted_anomalies_has_no_words() -> None:
    empty = SelfTest(pd.DataFrame(columns=COLUMNS), users=500)
    assert trust_words(MANIFEST, None) == trust_words(MANIFEST, empty) == []
    assert len(trust_words(MANIFEST, made_test({"stacked": 1, "pca": 0}))) == 2
