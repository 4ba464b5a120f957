"""What is looked at closely: ranges, groups, ranks, bands, one day, and users like one."""

import numpy as np
import pytest

from dashboard.data.panel import Panel
from dashboard.detection.analysis import Analysis
from dashboard.errors import NotFoundError
from dashboard.runs.bands import cut_bands
from dashboard.runs.groups import clusters_of, rows_in_order
from dashboard.runs.results import Results
from dashboard.runs.views import Query

ALL = 1_000
LOW = 1.5  # a level that many cells reach
SPAN = ("2026-03-05", "2026-03-09")


def test_a_range_is_judged_as_if_there_were_nothing_else(
    results: Results, analysis: Analysis
) -> None:
    view = results.view(Query(level=LOW, top=ALL, span=SPAN))
    score = analysis.score[:, 4:9]
    assert view.grid.times.equals(results.times[4:9])
    for row in view.users.itertuples():
        assert row.score == np.nanmax(score[row.user_index])
        anomalous = (score[row.user_index] >= LOW).any(axis=1).sum()
        assert row.anomalous_times == anomalous
    assert view.counts.scored_cells == view.histogram.counts.sum() == np.isfinite(score).sum()
    assert len(view.days) == 14  # in which the range is shown


def test_the_ends_of_a_range_may_come_in_any_order(results: Results) -> None:
    there = results.view(Query(level=LOW, span=SPAN)).users
    back = results.view(Query(level=LOW, span=SPAN[::-1])).users
    assert there.equals(back)


def test_days_histogram_and_counts_of_a_group_are_its_own(
    results: Results, analysis: Analysis
) -> None:
    group = (3, 5, 8)
    view = results.view(Query(level=LOW, top=ALL, users=group))
    score = analysis.score[list(group)]
    assert set(view.users["user_index"]) == set(group)
    assert view.counts.scored_users == 3
    assert view.counts.anomalous_cells == (score >= LOW).sum()
    assert view.histogram.counts.sum() == np.isfinite(score).sum()
    flagged = (score >= LOW).any(axis=2).sum(axis=0)
    assert view.days["anomalous_users"].tolist() == flagged.tolist()
    np.testing.assert_array_equal(
        view.days["score"], results.view(Query()).days["score"]
    )  # a day moved everyone, or did not, whoever is looked at


def test_ranks_cut_a_part_out_of_the_ranking(results: Results) -> None:
    part = results.view(Query(top=ALL, ranks=(4, 9)))
    assert part.users["rank"].tolist() == [4, 5, 6, 7, 8, 9]
    assert part.counts.scored_users == part.counts.matched_users == 6


def test_histogram_and_counts_of_a_time_step_are_its_own(
    results: Results, analysis: Analysis
) -> None:
    view = results.view(Query(level=LOW, time="2026-03-09"))
    score = analysis.score[:, 8]
    assert view.counts.scored_cells == view.histogram.counts.sum() == np.isfinite(score).sum()
    assert view.counts.anomalous_users == (score >= LOW).any(axis=1).sum()


def test_a_features_own_day_scores_are_on_the_runs_scale(
    results: Results, analysis: Analysis
) -> None:
    days = [results.view(Query(feature=name)).days["score"] for name in results.features]
    np.testing.assert_allclose(np.fmax(*days), analysis.day_score, rtol=1e-5)


def test_bands_hold_every_user_once_in_round_numbers() -> None:
    assert cut_bands(12).tolist() == list(range(12))
    assert cut_bands(2_000).tolist() == list(range(0, 2_000, 20))
    assert cut_bands(99_001).tolist() == list(range(0, 99_001, 1_000))
    assert len(cut_bands(0)) == 0


def test_a_band_of_one_user_is_that_user(results: Results) -> None:
    bands = results.bands(Query(level=LOW))
    view = results.view(Query(level=LOW, top=ALL))
    assert bands.ranks.tolist() == [[rank, rank] for rank in range(1, 24)]
    np.testing.assert_array_equal(bands.score, view.grid.score)
    np.testing.assert_array_equal(bands.deviation, view.grid.deviation)
    np.testing.assert_array_equal(bands.anomalous, view.grid.anomaly)


def test_bands_follow_feature_range_and_ranks(results: Results) -> None:
    bands = results.bands(Query(level=LOW, feature="views", span=SPAN, ranks=(3, 7)))
    view = results.view(Query(level=LOW, feature="views", span=SPAN, ranks=(3, 7)))
    assert bands.ranks[:, 0].tolist() == [3, 4, 5, 6, 7]
    np.testing.assert_array_equal(bands.score, view.grid.score)
    assert results.bands(Query(search="nobody at all")).score.shape == (0, 14)


def test_a_day_lists_up_and_down_apart_with_what_is_usual(results: Results, panel: Panel) -> None:
    day = results.day("2026-03-09", LOW)  # a Monday
    loud = day.up.iloc[0]
    assert (loud["user"], loud["feature"], loud["actual"]) == ("a,b", "clicks", 300)
    assert loud["before"] == panel.values[5, 1, 0]  # the one Monday before
    for side, above in ((day.up, True), (day.down, False)):
        assert ((side["actual"] >= side["expected"]) == above).all()
        assert side["score"].is_monotonic_decreasing
    view = results.view(Query(level=LOW, top=ALL))
    assert day.anomalous_up + day.anomalous_down == view.grid.anomaly[:, 8].sum()
    assert day.total == view.days["actual"][8]
    assert day.earlier["time"].tolist() == [results.times[1]]
    assert day.earlier["actual"].tolist() == [view.days["actual"][1]]


def test_the_first_of_its_weekdays_has_nothing_before(results: Results) -> None:
    day = results.day("2026-03-02", LOW)
    assert day.earlier.empty
    assert day.up["before"].isna().all()


def test_peers_are_scored_others_and_the_rulers_measure_the_loud_day(
    results: Results, panel: Panel
) -> None:
    loud = results.find_user("a,b")
    peers = results.peers(loud)
    others = {index for index, _ in peers.users}
    assert len(others) == 10
    assert not others & {loud, results.find_user("newcomer")}
    assert all(panel.users[index] == name for index, name in peers.users)
    np.testing.assert_array_equal(peers.own[:, 0], panel.values[loud, :, 0])
    rulers = peers.rulers((8, 8), 0, results.totals())
    usual = panel.values[loud, 1, 0]  # the other Monday
    assert rulers.own == pytest.approx(300.5 / (usual + 0.5))
    assert 0.5 < rulers.peers < 2
    assert rulers.with_it(rulers.peers) == rulers.with_it(rulers.everybody) == 0


def test_a_user_without_scores_is_compared_with_nobody(results: Results) -> None:
    assert results.peers(results.find_user("newcomer")) is None


def test_rows_come_as_ranked_by_volume_or_beside_their_like(results: Results) -> None:
    view = results.view(Query(level=LOW, top=ALL))
    assert rows_in_order(view, "ranked").tolist() == list(range(23))
    by_volume = view.users["volume"].iloc[rows_in_order(view, "volume")]
    assert by_volume.is_monotonic_decreasing
    alike = rows_in_order(view, "alike", clusters_of(view))
    assert sorted(alike) == list(range(23))


def test_a_place_that_a_run_does_not_have_is_refused(results: Results) -> None:
    for ask in (
        lambda: results.view(Query(span=("2026-03-05", "2031-01-01"))),
        lambda: results.day("2031-01-01", LOW),
    ):
        with pytest.raises(NotFoundError):
            ask()
