"""One user's story in a sentence."""

import dataclasses

import numpy as np
import pandas as pd

from dashboard.charts import event_sentence, user_sentence
from dashboard.data.panel import Frequency
from dashboard.runs.views import UserView


def story(*anomalous_days: int, rank: int | None = 2) -> UserView:
    """Ten days of 10 clicks where 8.5 were expected; day 3 counts 1,500, and is the strangest."""
    days = np.arange(10)
    series = pd.DataFrame(
        {
            "time": pd.date_range("2026-03-01", periods=10, freq="D"),
            "feature": "clicks",
            "actual": np.where(days == 3, 1_500.0, 10.0),
            "expected": 8.5,
            "low": np.nan,
            "high": np.nan,
            "score": np.where(days == 3, 9.0, 1.0) if rank else np.nan,
            "anomaly": np.isin(days, anomalous_days),
        }
    )
    return UserView("ann", 7, 4.0, rank, 0.1, 9.0, 0.01, len(anomalous_days), 1_590.0, series)


def test_one_anomaly_is_told_with_its_day() -> None:
    assert user_sentence(story(3), 12) == (
        "Rank 2 of 12. 1 of 10 days is an anomaly: Wed 4 Mar 2026, 1,500 clicks where 8.5 were "
        "expected."
    )


def test_of_several_anomalies_the_strangest_is_told() -> None:
    assert "2 of 10 days are anomalies: most of all Wed 4 Mar 2026" in user_sentence(
        story(3, 5), 12
    )


def test_a_user_without_anomalies_and_one_without_scores_are_told_apart() -> None:
    assert user_sentence(story(), 1_200) == "Rank 2 of 1,200. None of 10 days is an anomaly."
    assert "was not scored" in user_sentence(story(rank=None), 12)


def test_a_single_user_has_no_rank_to_tell() -> None:
    assert user_sentence(story(rank=1), 1) == "None of 10 days is an anomaly."


def test_hours_are_told_with_their_clock() -> None:
    hours = pd.date_range("2026-03-01 08:00", periods=10, freq="h")
    one = story(3)
    told = user_sentence(dataclasses.replace(one, series=one.series.assign(time=hours)), 12)
    assert "1 of 10 hours is an anomaly: 1 Mar 2026, 11:00, 1,500 clicks" in told


def test_what_was_expected_is_told_as_a_range_where_it_is_known() -> None:
    one = story(3)
    ranged = dataclasses.replace(one, series=one.series.assign(low=3.0, high=14.0))
    assert user_sentence(ranged, 12).endswith("1,500 clicks where 3 to 14 were expected.")
    never = dataclasses.replace(one, series=one.series.assign(low=0.0, high=0.0))
    assert user_sentence(never, 12).endswith("1,500 clicks where 0 were expected.")


def test_a_count_that_is_usual_by_itself_is_told_to_be_odd_with_those_around_it() -> None:
    one = story(3)
    wide = dataclasses.replace(one, series=one.series.assign(low=3.0, high=2_000.0))
    assert user_sentence(wide, 12).endswith(
        "1,500 clicks where 3 to 2,000 were expected: odd only together with the days around it."
    )


def days(*scores: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"time": pd.date_range("2026-01-23", periods=len(scores), freq="D"), "score": scores}
    )


def test_days_that_moved_everyone_are_told_the_farthest_first() -> None:
    assert event_sentence(days(1, 7, np.nan, 9), Frequency.DAY) == (
        "Everyone moved on Mon 26 Jan 2026 and Sat 24 Jan 2026; "
        "that is taken out of the users' scores."
    )
    assert event_sentence(days(6, 1, np.nan), Frequency.DAY) == ""


def test_of_many_days_that_moved_everyone_three_are_named() -> None:
    told = event_sentence(days(8, 9, 10, 11, 12), Frequency.DAY)
    assert told.startswith(
        "Everyone moved on Tue 27 Jan 2026, Mon 26 Jan 2026, Sun 25 Jan 2026 and 2 other days;"
    )
