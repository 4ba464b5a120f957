"""No address of a page shows anything of a run or dataset that is not the visitor's."""

import pytest

from dashboard.detection.registry import MODELS
from dashboard.runs.records import RunRecord
from dashboard.runs.store import Store
from dashboard.ui.addresses import PAGES
from tests.pages.conftest import HOSTILE, OpenPage, everything

STRANGER = "browser-stranger"
READS = {  # what a page's address may name; a page that is not listed is asked for everything
    "data": ("dataset",),
    "train": ("run", "dataset"),
    "anomalies": ("run",),
    "review": ("run",),
    "trust": ("run",),
    "compare": ("runs",),
    "runs": (),
    "learn": ("dataset",),
}
BESIDES = {"user": "5", "top": "25", "k": "10"}  # what else an address may say
ASKED = [
    (page, key) for page in sorted(PAGES) for key in READS.get(page, ("run", "runs", "dataset"))
]


@pytest.mark.parametrize(("name", "key"), ASKED)
def test_anothers_run_or_dataset_looks_like_none(
    name: str, key: str, trained: tuple[Store, RunRecord], open_page: OpenPage
) -> None:
    _, run = trained
    theirs = run.dataset_id if key == "dataset" else run.id
    nobodys = theirs[::-1]
    foreign = open_page(name, person=STRANGER, **BESIDES, **{key: theirs})
    unknown = open_page(name, person=STRANGER, **BESIDES, **{key: nobodys})
    assert not foreign.exception
    assert everything(foreign) == everything(unknown).replace(nobodys, theirs)
    for secret in (run.name, run.dataset_name, MODELS[run.settings.model].title, *HOSTILE):
        assert secret not in everything(foreign)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_stranger_finds_a_page_as_it_is_where_there_is_nothing(
    name: str, trained: tuple[Store, RunRecord], open_page: OpenPage
) -> None:
    _, run = trained
    page = open_page(name, person=STRANGER)
    assert not page.exception
    assert page.title[0].value == name.capitalize()
    for secret in (run.id, run.name, run.dataset_id, "series.csv"):
        assert secret not in everything(page)
