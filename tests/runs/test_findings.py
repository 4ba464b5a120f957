"""The findings of a run: made of its anomalous cells, and found again by their address."""

import numpy as np
import pandas as pd
import pytest

from dashboard.detection.analysis import Analysis
from dashboard.errors import NotFoundError
from dashboard.runs.findings import place_of
from dashboard.runs.results import Results

LOW = 1.5  # a level that many cells reach


@pytest.mark.parametrize("feature", [None, "views"])
def test_findings_hold_every_anomalous_cell_once(
    results: Results, analysis: Analysis, feature: str | None
) -> None:
    found = results.findings(LOW, feature=feature)
    score = analysis.score if feature is None else analysis.score[:, :, [1]]
    covered = np.zeros(score.shape[:2], dtype=int)
    for each in found.itertuples():
        covered[each.user_index, each.first : each.last + 1] += 1
    assert found["anomalous_cells"].sum() == (score >= np.float32(LOW)).sum() > 0
    assert (covered[(score >= np.float32(LOW)).any(axis=2)] == 1).all()
    assert covered.max() == 1
    assert found["peak"].is_monotonic_decreasing
    assert feature is None or set(found["feature"]) == {feature}


def test_the_loud_day_is_a_spike_of_that_user(results: Results) -> None:
    highest = results.findings(LOW)["peak"][0]
    found = results.findings(highest)
    first = found.iloc[0]
    assert len(found) == 1
    assert (first["user"], first["start"], first["end"]) == ("a,b", "2026-03-09", "2026-03-09")
    assert (first["kind"], first["direction"], first["actual"]) == ("spike", "up", 300)
    assert (first["feature"], first["features"]) == ("clicks", ("clicks",))


@pytest.mark.parametrize("level", [LOW, 1.0])
@pytest.mark.parametrize("feature", [None, "views"])
def test_the_findings_of_one_user_are_those_of_all(
    results: Results, level: float, feature: str | None
) -> None:
    everyone = results.findings(level, feature=feature)
    for user in range(results.manifest.users):
        mine = results.findings(level, feature=feature, user_index=user)
        its = everyone[everyone["user_index"] == user].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, its)
    assert len(set(everyone["user_index"])) > 1


def test_a_level_that_nothing_reaches_leaves_no_finding(results: Results) -> None:
    assert results.findings(1e9).empty
    assert results.findings(float("inf")).empty


def test_a_feature_that_the_run_does_not_have_is_refused(results: Results) -> None:
    with pytest.raises(NotFoundError):
        results.findings(feature="swipes")


def test_an_address_leads_to_its_finding_though_the_threshold_has_moved(results: Results) -> None:
    strict, loose = results.findings(5.0), results.findings(0.5)
    address = strict["id"][0]
    found = loose.iloc[place_of(address, loose)]
    assert found["user"] == "a,b"
    assert found["first"] <= 8 <= found["last"]
    assert strict["id"][place_of(found["id"], strict)] == address


@pytest.mark.parametrize("address", ["", "5", "5-8", "999-8-8", "5-a-8", "-5-8-8", "5-99-99"])
def test_an_address_of_no_finding_leads_nowhere(results: Results, address: str) -> None:
    assert place_of(address, results.findings(5.0)) is None
