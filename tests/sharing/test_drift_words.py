"""The advice on drift, worked out by hand."""

import pytest

from dashboard.detection.drift import Drift, FeatureDrift, TrainingFacts
from dashboard.runs.manifest import Dataset, ScoredWith
from dashboard.sharing.drift_words import drift_headline, drift_sentences, origin_sentence
from tests.charts.made_up import make_manifest, make_view

MANIFEST = make_manifest(make_view())
LIKE = FeatureDrift(mean=12.0, usual_mean=12.0, zeros=0.1, usual_zeros=0.1)
SAME = Drift(features=(LIKE,), users=50, unknown_users=0, cells=350, surprising=0.01)


def drift(**changed: object) -> Drift:
    return SAME.model_copy(update=changed)


def feature(**changed: float) -> Drift:
    return drift(features=(LIKE.model_copy(update=changed),))


def test_like_counts_need_no_training() -> None:
    assert drift_headline(MANIFEST, SAME) == (
        "No need to retrain: the new counts are like those that the model learned from."
    )


@pytest.mark.parametrize(
    ("found", "advice"),
    [
        (feature(mean=16.8), "Retrain: volumes are up 40%."),
        (feature(mean=9.0), "Retrain: volumes are down 25%."),
        (feature(zeros=0.35), "Retrain: zeros make up 35% instead of 10%."),
        (drift(unknown_users=20), "Retrain: 40% of the users are unknown to the training."),
        (drift(surprising=0.042), "Retrain: 4.2% of the new cells surprise the model."),
        (
            drift(features=SAME.features, unknown_users=10, surprising=0.05),
            (
                "Retrain: 20% of the users are unknown to the training; 5% of the new cells surprise "
                "the model."
            ),
        ),
    ],
)
def test_each_drift_has_its_reason(found: Drift, advice: str) -> None:
    assert drift_headline(MANIFEST, found) == advice


@pytest.mark.parametrize(
    "found",
    [
        feature(mean=14.9),  # up 24%
        feature(mean=9.7),  # down 19%
        feature(zeros=0.19),
        drift(unknown_users=9),
        drift(surprising=0.2, cells=199),  # too few to tell
        drift(surprising=None, cells=0),
    ],
)
def test_less_than_that_is_no_reason(found: Drift) -> None:
    assert drift_headline(MANIFEST, found).startswith("No need")


def test_of_several_features_the_one_that_moved_is_named() -> None:
    two = MANIFEST.model_copy(update={"features": ("clicks", "views")})
    found = drift(features=(LIKE, LIKE.model_copy(update={"mean": 24.0})))
    assert drift_headline(two, found) == "Retrain: volumes of views are up 100%."


def test_of_many_features_those_that_moved_most_are_told() -> None:
    names = tuple(f"f{number}" for number in range(6))
    many = MANIFEST.model_copy(update={"features": names})
    grown = [LIKE.model_copy(update={"mean": 12.0 + 6 * number}) for number in range(6)]
    found = drift(features=tuple(grown))  # up 0%, 50%, 100%, 150%, 200%, 250%
    assert drift_headline(many, found) == (
        "Retrain: volumes of f5 are up 250%; volumes of f4 are up 200%; volumes of f3 are up 150%; "
        "and 2 more reasons."
    )
    told = drift_sentences(many, found)
    assert [text.split(":")[0] for text in told if text.startswith("Volume")] == [
        "Volume of f5",
        "Volume of f4",
        "Volume of f3",
    ]
    assert "3 of 6 features have moved less than these." in told


def test_the_figures_are_told_one_by_one() -> None:
    assert drift_sentences(MANIFEST, drift(features=feature(mean=16.8).features)) == [
        (
            "Volume of clicks: 16.8 a user and day, and 12 in the training at the same times of the "
            "week: up 40%."
        ),
        "Zeros of clicks: 10% of the new cells, and 10% in the training.",
        "Users: 0 of 50 are unknown to the training.",
        (
            "Surprise: 1% of 350 new cells have a p-value of at most 0.01; by chance alone it would "
            "be 1%."
        ),
    ]


def scored_with(**changed: object) -> ScoredWith:
    return ScoredWith(
        run_id="one",
        run_name="first",
        trained_on=Dataset(name="clicks.csv", digest=""),
        news="continued",
        known_until="2026-03-14",
        new_times=7,
        new_users=0,
        silent_users=0,
        facts=TrainingFacts(mean=((1.0,),), zeros=((0.0,),)),
        drift=SAME,
    ).model_copy(update=changed)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {},
            "Only what is new is scored: 7 days beyond those known (up to Sat 14 Mar 2026).",
        ),
        (
            {"new_users": 2, "silent_users": 1},
            (
                "Only what is new is scored: 7 days beyond those known (up to Sat 14 Mar 2026) and 2 users "
                "whom the run did not know. 1 known user without a row in the file counts as silent."
            ),
        ),
        (
            {"new_times": 0, "new_users": 1},
            "Only what is new is scored: 1 user whom the run did not know.",
        ),
        (
            {"news": "nothing"},
            "Nothing in this file is new to the run: all of it, up to Sat 14 Mar 2026, is scored again.",
        ),
        (
            {"news": "apart"},
            "This file does not go on where the run's data ended (Sat 14 Mar 2026): all of it is new.",
        ),
    ],
)
def test_what_is_new_is_said(changed: dict[str, object], told: str) -> None:
    assert origin_sentence(MANIFEST, scored_with(**changed)) == told
