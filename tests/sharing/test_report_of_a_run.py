"""A report of a run that was really trained, kept and opened again."""

import pytest

from dashboard.detection.pipeline import analyse
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.artefacts import Origin, publish
from dashboard.runs.manifest import Dataset
from dashboard.runs.results import Results
from dashboard.runs.views import Query
from dashboard.sharing.recent import MOST_STEPS, recent_story, recent_view
from dashboard.sharing.report import report_html
from dashboard.sharing.wording import summary_sentences
from tests.charts.made_up import make_panel

ORIGIN = Origin(Dataset(name="clicks.csv", digest="0" * 64), read_seconds=0.0, began=0.0)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    panel = make_panel(users=14, days=16, features=2)
    settings = TrainingSettings(units=(2,), epochs=2, validation_share=0.2)
    folder = tmp_path_factory.mktemp("report") / "run"
    publish(analyse(panel, settings), panel, folder, ORIGIN)
    return Results.open(folder)


def test_a_trained_run_is_reported_with_its_strangest_users(results: Results) -> None:
    html = report_html(results, top=2)
    view = results.view(Query())
    for index in view.users["user_index"].head(2):
        assert f'data-figure="user-{index}"' in html
    assert "Encoder-decoder" in html


def test_a_long_history_is_drawn_by_its_latest_part(results: Results) -> None:
    view, story = results.view(Query()), results.user(0)
    recent, part = recent_view(view, 5), recent_story(story, 5)
    latest = list(results.times[-5:])
    assert list(recent.days["time"]) == list(recent.grid.times) == latest
    assert list(part.series["time"]) == latest * 2  # two features
    assert recent.grid.score.tolist() == view.grid.score[:, -5:].tolist()
    assert (recent.counts, part.anomalous_times) == (view.counts, story.anomalous_times)


def test_a_report_says_that_it_draws_the_latest_part(results: Results) -> None:
    view = results.view(Query())
    long = results.manifest.model_copy(update={"times": MOST_STEPS + 1})
    assert "latest 2,000 time steps of 2,001" in summary_sentences(long, view)[-1]
    assert "latest" not in " ".join(summary_sentences(results.manifest, view))


def test_the_same_run_gives_the_same_report(results: Results) -> None:
    assert report_html(results, top=1) == report_html(results, top=1)
