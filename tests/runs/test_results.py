"""What one chart shows, the others show: the figures of a view agree with each other."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from dashboard.data.panel import Panel
from dashboard.detection.analysis import Analysis
from dashboard.detection.thresholds import Threshold
from dashboard.errors import NotFoundError
from dashboard.runs import queries
from dashboard.runs.manifest import RunManifest
from dashboard.runs.results import Results
from dashboard.runs.sources import digest_of
from dashboard.runs.views import Query, View

ALL = 1_000
LOW = 1.5  # a level that many cells reach
QUERIES = [
    Query(top=ALL, level=LOW),
    Query(top=ALL, level=LOW, feature="views"),
    Query(top=ALL, level=1e9),
]


@pytest.fixture(params=QUERIES, ids=["all features", "one feature", "no anomaly"])
def view(request: pytest.FixtureRequest, results: Results) -> View:
    return results.view(request.param)


def test_the_grid_shows_the_users_of_the_table(view: View) -> None:
    assert view.grid.users == tuple(view.users["user"])
    assert view.grid.user_index.tolist() == view.users["user_index"].tolist()
    assert view.grid.score.shape == (len(view.users), len(view.days))
    assert view.grid.times.equals(pd.Index(view.days["time"]))


def test_anomalous_times_and_users_are_those_of_the_grid(view: View) -> None:
    assert view.users["anomalous_times"].tolist() == view.grid.anomaly.sum(axis=1).tolist()
    assert view.days["anomalous_users"].tolist() == view.grid.anomaly.sum(axis=0).tolist()
    assert view.counts.anomalous_users == view.grid.anomaly.any(axis=1).sum()


def test_a_users_score_is_that_of_the_strangest_cell(view: View) -> None:
    assert view.users["score"].tolist() == np.nanmax(view.grid.score, axis=1).tolist()


def test_the_histogram_holds_every_scored_cell(view: View) -> None:
    edges, counts = view.histogram.edges, view.histogram.counts

    assert counts.sum() == view.counts.scored_cells
    assert len(edges) == len(counts) + 1
    assert edges[-1] >= np.nanmax(view.grid.score) * (1 - 1e-6)


def test_ranks_follow_the_score(view: View) -> None:
    assert view.users["rank"].tolist() == list(range(1, len(view.users) + 1))
    assert view.users["score"].is_monotonic_decreasing
    assert view.users["p_value"].is_monotonic_increasing


def test_counts_are_those_of_the_cells_on_disk(run_folder: Path, results: Results) -> None:
    cells = pq.read_table(run_folder / "cells.parquet").to_pandas()
    counts = results.view(Query(level=LOW)).counts

    assert counts.scored_cells == cells["score"].notna().sum()
    assert counts.anomalous_cells == (cells["score"] >= LOW).sum()
    assert (counts.scored_users, counts.unscored_users) == (23, 1)


def test_days_add_up_the_panel(results: Results, panel: Panel, analysis: Analysis) -> None:
    scored = np.where(analysis.scored[:, :, None], panel.values, 0)
    for place, feature in enumerate(panel.features):
        days = results.view(Query(feature=feature)).days
        assert days["actual"].tolist() == scored[:, :, place].sum(axis=0).tolist()
    assert results.view(Query()).days["actual"].tolist() == scored.sum(axis=(0, 2)).tolist()


def test_a_run_without_a_reachable_level_is_written_without_anomalies(
    run_folder: Path, tmp_path: Path
) -> None:
    results = Results.open(run_folder)
    results.manifest = results.manifest.model_copy(update={"level": float("inf")})
    results.write_csv(queries.CELLS_FILE, tmp_path / "cells.csv")
    assert set(pd.read_csv(tmp_path / "cells.csv")["anomaly"]) == {0}


def test_the_runs_own_level_is_used_unless_another_is_asked_for(
    results: Results, analysis: Analysis
) -> None:
    counts = results.view(Query()).counts

    assert counts.anomalous_cells == analysis.metrics["anomalous_cells"]
    assert counts.anomalous_users == analysis.metrics["anomalous_users"]


def test_raising_the_level_never_finds_more(results: Results) -> None:
    found = [results.view(Query(level=level)).counts.anomalous_cells for level in (0, 1, 2, 4, 8)]

    assert found == sorted(found, reverse=True)
    assert found[0] == results.view(Query()).counts.scored_cells


@pytest.mark.parametrize("sort", ["score", "error", "volume", "name", "anomalous"])
@pytest.mark.parametrize("descending", [True, False])
def test_users_come_in_the_order_asked_for(results: Results, sort: str, descending: bool) -> None:
    column = {"name": "user", "anomalous": "anomalous_times"}.get(sort, sort)
    query = Query(level=LOW, sort=sort, descending=descending, top=ALL)
    values = results.view(query).users[column]
    values = values.str.casefold() if sort == "name" else values

    assert values.is_monotonic_decreasing if descending else values.is_monotonic_increasing


def test_search_filters_and_top_narrow_the_same_users(results: Results) -> None:
    everyone = results.view(Query(level=LOW, top=ALL))
    found = results.view(Query(level=LOW, top=2, search="USER 1"))

    assert [user.startswith("user 1") for user in found.users["user"]] == [True, True]
    assert found.counts.matched_users == 4
    assert found.counts.anomalous_users == everyone.counts.anomalous_users
    assert set(found.users["rank"]) <= set(everyone.users["rank"])


def test_a_search_is_taken_literally(results: Results) -> None:
    for text in ("'", '"', "%", "a,b", "<script>", "🦊", ".*"):
        found = results.view(Query(search=text, top=ALL)).users["user"]
        assert all(text in user for user in found)


def test_a_time_step_keeps_the_users_with_an_anomaly_in_it(results: Results) -> None:
    everyone = results.view(Query(level=LOW, top=ALL))
    on_day = results.view(Query(level=LOW, top=ALL, time="2026-03-09"))

    assert results.times[8] == pd.Timestamp("2026-03-09")
    assert len(on_day.users) == everyone.days["anomalous_users"][8] > 0
    assert on_day.grid.anomaly[:, 8].all()


def test_only_anomalous_users_can_be_asked_for(results: Results) -> None:
    view = results.view(Query(level=LOW, top=ALL, only_anomalous=True))

    assert len(view.users) == view.counts.anomalous_users
    assert (view.users["anomalous_times"] > 0).all()


def test_a_user_shows_the_same_cells_as_the_grid(results: Results) -> None:
    view = results.view(Query(level=LOW, feature="clicks"))
    user = results.user(int(view.users["user_index"][0]), level=LOW)
    clicks = user.series[user.series["feature"] == "clicks"]

    assert np.array_equal(clicks["score"], view.grid.score[0], equal_nan=True)
    assert np.array_equal(clicks["actual"], view.grid.actual[0], equal_nan=True)
    assert clicks["anomaly"].tolist() == view.grid.anomaly[0].tolist()


def test_the_loud_user_comes_first_with_the_loud_day(results: Results) -> None:
    first = results.view(Query(top=1))
    user = results.user(results.find_user("a,b"), level=5)

    assert first.grid.users == ("a,b",)
    assert first.grid.feature[0, 8] == 0
    assert user.rank == 1
    strangest = user.series.loc[user.series["score"].idxmax()]
    assert (str(strangest["time"].date()), strangest["actual"]) == ("2026-03-09", 300)


def test_unobserved_steps_are_shown_as_such(results: Results) -> None:
    series = results.user(4).series

    assert len(series) == 28
    assert (~series["observed"]).sum() == 4
    assert series.loc[~series["observed"], ["actual", "score"]].isna().all(axis=None)
    assert not series.loc[~series["observed"], "anomaly"].any()


def test_a_user_with_too_little_history_has_counts_but_no_rank(results: Results) -> None:
    user = results.user(results.find_user("newcomer"))

    assert user.rank is None
    assert user.series["actual"].notna().sum() == 6
    assert user.series["score"].isna().all()


def test_names_come_back_exactly(results: Results, panel: Panel) -> None:
    shown = results.view(Query(top=ALL)).users

    assert all(panel.users[row.user_index] == row.user for row in shown.itertuples())


@pytest.mark.parametrize("budget", [1, 5, 23])
def test_a_budget_flags_that_many_users(results: Results, budget: int) -> None:
    level = results.level_for(Threshold(kind="budget", amount=budget))

    assert results.view(Query(level=level)).counts.anomalous_users == budget


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.5])
def test_a_false_discovery_rate_flags_what_benjamini_and_hochberg_do(
    results: Results, analysis: Analysis, rate: float
) -> None:
    level = results.level_for(Threshold(kind="fdr", amount=rate))

    p_values = np.sort(analysis.p_value[np.isfinite(analysis.score)])
    under = [k for k, p in enumerate(p_values, 1) if p <= k / len(p_values) * rate]
    wanted = max(under, default=0)
    assert results.view(Query(level=level)).counts.anomalous_cells == wanted


def test_a_user_comes_with_the_band_of_what_was_expected(
    results: Results, analysis: Analysis
) -> None:
    series = results.user(3).series
    one = series[series["feature"] == "clicks"]
    np.testing.assert_array_equal(one["low"], analysis.low[3, :, 0])
    assert (one["low"] <= one["high"]).all()


def test_a_run_from_before_the_band_still_opens(run_folder: Path, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(run_folder, older)
    cells = pq.read_table(older / "cells.parquet").drop_columns(["low", "high"])
    pq.write_table(cells, older / "cells.parquet")
    manifest = RunManifest.read(older)
    digests = {name: digest_of(older / name) for name in manifest.artefacts}
    sealed = manifest.model_copy(update={"artefacts": digests})
    (older / "run.json").write_text(sealed.model_dump_json(), "utf-8")
    opened = Results.open(older)
    series = opened.user(3).series
    opened.close()
    assert series["low"].isna().all()
    assert series["expected"].notna().all()


def test_what_a_run_does_not_have_is_refused(results: Results) -> None:
    for ask in (
        lambda: results.view(Query(feature="swipes")),
        lambda: results.view(Query(time="2031-01-01")),
        lambda: results.user(24),
        lambda: results.find_user("nobody"),
    ):
        with pytest.raises(NotFoundError):
            ask()
