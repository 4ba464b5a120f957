"""The cells by rank are those of the run, and a run from before there were any answers the same."""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.detection.thresholds import Threshold
from dashboard.runs.manifest import RunManifest
from dashboard.runs.ranked import FIGURES, RANKED, Ranked
from dashboard.runs.results import Results
from dashboard.runs.standing import first_rows
from dashboard.runs.sums import SUMS
from dashboard.runs.user_names import fold_names, name_places, names_with
from dashboard.runs.views import Query

LOW = 1.5


def test_every_cell_of_a_scored_user_stands_at_its_rank(run_folder: Path) -> None:
    cells = pq.read_table(run_folder / "cells.parquet").to_pandas()
    users = pq.read_table(run_folder / "users.parquet").to_pandas().dropna(subset="rank")
    found = cells.merge(users[["user_index", "rank"]], on="user_index")
    ranked = np.load(run_folder / RANKED)

    assert ranked.shape == (len(FIGURES), 2, 14, 23)
    place = found["rank"].to_numpy(int) - 1
    for number, name in enumerate(FIGURES):
        there = ranked[number, found["feature_index"], found["time_index"], place]
        np.testing.assert_array_equal(there, found[name])
    assert np.isfinite(ranked[1]).sum() == len(found)  # and nothing else


def test_what_pages_need_is_among_the_artefacts(run_folder: Path) -> None:
    assert {RANKED, SUMS} <= set(RunManifest.read(run_folder).artefacts)


@pytest.mark.parametrize(
    "query",
    [
        Query(level=LOW),
        Query(level=LOW, feature="views", sort="volume", top=7),
        Query(level=LOW, span=("2026-03-05", "2026-03-09"), ranks=(2, 9)),
        Query(level=LOW, time="2026-03-09", search="user"),
    ],
)
def test_a_run_from_before_there_were_such_files_answers_the_same(
    run_folder: Path, results: Results, tmp_path: Path, query: Query
) -> None:
    shutil.copytree(run_folder, tmp_path / "older")
    (tmp_path / "older" / RANKED).unlink()
    (tmp_path / "older" / SUMS).unlink()
    manifest = RunManifest.read(run_folder)
    kept = {name: one for name, one in manifest.artefacts.items() if name not in {RANKED, SUMS}}
    older = manifest.model_copy(update={"artefacts": kept})
    (tmp_path / "older" / "run.json").write_text(older.model_dump_json(), "utf-8")
    opened = Results.open(tmp_path / "older")

    there, here = opened.view(query), results.view(query)
    assert there.users.equals(here.users)
    assert there.days.equals(here.days)
    assert there.counts == here.counts
    np.testing.assert_array_equal(there.grid.score, here.grid.score)
    np.testing.assert_array_equal(there.histogram.counts, here.histogram.counts)
    rate = Threshold(kind="fdr", amount=0.5)
    assert opened.level_for(rate) == results.level_for(rate)
    opened.close()


def test_some_users_are_taken_in_their_order_however_they_lie() -> None:
    ranked = Ranked(np.arange(4 * 1 * 2 * 5, dtype=np.float32).reshape(4, 1, 2, 5))
    for places in ([1, 2, 3], [3, 1, 2], [4], []):
        part = ranked.of(np.array(places, dtype=int))
        assert part.users == len(places)
        assert part.cube()["score"][:, 1, 0].tolist() == [5 + place for place in places]


def test_the_first_rows_are_those_of_a_whole_sort() -> None:
    values = np.random.default_rng(0).integers(0, 9, 200)
    then = np.random.default_rng(1).permutation(200)
    assert (
        first_rows(values, 30, descending=True).tolist()
        == sorted(range(200), key=lambda row: (-values[row], row))[:30]
    )
    assert (
        first_rows(values, 30, descending=False, then=then).tolist()
        == sorted(range(200), key=lambda row: (values[row], then[row]))[:30]
    )
    assert first_rows(values, 0, descending=True).tolist() == []


def test_names_are_searched_and_sorted_whatever_the_case_of_their_letters() -> None:
    names = ["Straße", "ΝΙΚΟΣ", "ÉMILE", "a%b", "émile", "STRASSE"]
    folded = fold_names(pa.array(names))

    def found(search: str) -> list[str]:
        return [names[row] for row in np.flatnonzero(names_with(folded, search))]

    assert found("STRASSE") == found("ße") == ["Straße", "STRASSE"]
    assert found("νικος") == ["ΝΙΚΟΣ"]
    assert found("Émile") == ["ÉMILE", "émile"]
    assert found("%") == ["a%b"]
    order = sorted({name.casefold() for name in names})
    assert name_places(folded).tolist() == [order.index(name.casefold()) + 1 for name in names]
