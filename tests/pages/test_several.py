"""Several trainings at once: chosen on Train, followed on one page, compared by their self-tests."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from dashboard.detection import make_settings
from dashboard.detection.contest import Contest
from dashboard.runs.records import DatasetRecord, RunState
from dashboard.runs.results import Results
from dashboard.runs.store import Store
from dashboard.sharing.contest_words import contest_sentence
from tests.pages.conftest import everything
from tests.pages.finishing import finish_queued

OpenPage = Callable[..., AppTest]


def unfolded(open_page: OpenPage, dataset: DatasetRecord, **choice: str) -> AppTest:
    page = open_page("train", unfolded=["several"], dataset=dataset.id, **choice)
    assert not page.exception
    return page


def captions(page: AppTest) -> str:
    return "\n".join(caption.value for caption in page.caption)


def test_chosen_models_and_seeds_are_queued_together_and_followed_on_one_page(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = unfolded(open_page, dataset, model="Stacked", epochs="7")
    page.pills(key="models").set_value(["stacked", "pca"]).run()
    page = page.text_input(key="seeds").set_value("1, 2").run()
    page = page.button(key="start_several").click().run()
    assert not page.exception

    runs = store.runs()[::-1]
    assert [(run.settings.model, run.settings.seed) for run in runs] == [
        ("stacked", 1),
        ("stacked", 2),
        ("pca", 0),
    ]
    assert [run.settings.epochs for run in runs[:2]] == [7, 7]
    assert page.query_params["runs"] == ",".join(run.id for run in runs)
    assert page.header[0].value == "3 runs, to be compared"

    assert [one for one in captions(page).split("\n") if "before" in one or "next" in one] == [
        "next in line",
        "1 run before it",
        "2 runs before it",
    ]

    page = page.button(key="cancel_all").click().run()
    assert not page.exception
    assert {run.state for run in store.runs()} == {RunState.CANCELLED}
    assert "cancel_all" not in {button.key for button in page.button}

    page = page.button(key=f"see_{runs[1].id}").click().run()
    assert page.query_params == {"run": runs[1].id}
    assert page.header[0].value == "clicks\\.csv, stacked, seed 2"


def test_one_training_or_too_many_are_not_started(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = unfolded(open_page, dataset)
    assert page.button(key="start_several").disabled
    assert "now 1. Choose 2 to 6" in captions(page)
    page.text_input(key="seeds").set_value("1,2,3,4,5,6,7").run()
    assert page.button(key="start_several").disabled


def test_what_cannot_be_trained_is_refused_in_a_sentence(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = unfolded(open_page, dataset)
    page.text_input(key="windows").set_value("14, many").run()
    assert not page.exception
    assert "whole numbers" in page.error[0].value
    page.text_input(key="windows").set_value("14, 500").run()
    assert not page.exception
    assert page.error


def test_more_than_may_wait_are_refused_together(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = unfolded(open_page, dataset, seeds="1, 2, 3")
    for _ in range(store.allowance.waiting_runs - 2):
        store.queue_run(dataset.id, make_settings(), owner=dataset.owner)
    page = page.button(key="start_several").click().run()
    assert "may wait for one person" in page.error[0].value
    assert len(store.runs()) == store.allowance.waiting_runs - 2


def test_when_they_have_ended_the_best_is_told(
    store: Store, dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = unfolded(open_page, dataset, model="Rhythms")
    page.pills(key="models").set_value(["rhythms", "robust-z"]).run()
    page = page.button(key="start_several").click().run()
    runs = [finish_queued(store, run) for run in store.runs()[::-1]]
    page.run()
    assert not page.exception
    assert "cancel_all" not in {button.key for button in page.button}

    page = open_page("compare", runs=page.query_params["runs"])
    assert not page.exception
    tests = [Results.open(run.folder).self_test().found for run in runs]
    own = [test[test["model"] == run.settings.model] for test, run in zip(tests, runs, strict=True)]
    told = contest_sentence(Contest.of(own, budget=1), "in first place")
    assert f"**{told}**" in everything(page)
    [table] = [frame.value for frame in page.dataframe if "Beside the best" in frame.value]
    assert table["Run"].tolist() == ["A", "B"]


def test_what_was_unfolded_is_open_again_after_a_refresh_with_its_choices(
    dataset: DatasetRecord, open_page: OpenPage
) -> None:
    page = open_page("train", unfolded=[], dataset=dataset.id, several="true", seeds="1, 2")
    assert page.text_input(key="seeds").value == "1, 2"
    assert not page.button(key="start_several").disabled
