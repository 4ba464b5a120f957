"""A run whose files are not what was written says so wherever it is opened; the others go on."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dashboard.errors import DamagedError, NotFoundError
from dashboard.runs.records import RunRecord
from dashboard.runs.store import Store
from dashboard.settings import AppSettings
from dashboard.sharing.access import Sight
from dashboard.sharing.links import LinkBook, LinkKind, LinkTerms
from dashboard.ui.cookies import CookieMiddleware
from dashboard.ui.kept import check_sound, open_results, results_of
from dashboard.ui.person import LOCAL
from dashboard.ui.routes import routes
from tests.pages.conftest import OpenPage, _serve, counts_csv, everything
from tests.pages.finishing import finish_run

NAMES = {"robust-z": "Broken", "pca": "Well"}
PAGES = ("anomalies", "review", "trust")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[AppSettings, RunRecord, RunRecord]:
    """A data home with two finished runs."""
    settings = AppSettings(home=tmp_path_factory.mktemp("damaged"), log_level="error")
    store = Store.open(settings)
    dataset = store.add_dataset(BytesIO(counts_csv()), "clicks.csv", owner=LOCAL)
    broken, well = (finish_run(store, dataset, model, name) for model, name in NAMES.items())
    store.close()
    return settings, broken, well


@pytest.fixture
def store(
    home: tuple[AppSettings, RunRecord, RunRecord], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    yield from _serve(home[0], monkeypatch)


@pytest.fixture
def runs(
    home: tuple[AppSettings, RunRecord, RunRecord],
    store: Store,  # noqa: ARG001 - opened by the pages too
) -> Iterator[tuple[RunRecord, RunRecord]]:
    """A run that will be damaged, and another; what was damaged is brought back afterwards."""
    _, broken, well = home
    sound = {path: path.read_bytes() for path in broken.folder.iterdir()}
    yield broken, well
    for path, content in sound.items():
        path.write_bytes(content)


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


@pytest.mark.parametrize("harm", [flip_a_byte, cut_short, Path.unlink])
def test_every_file_is_watched_and_the_other_run_goes_on(
    runs: tuple[RunRecord, RunRecord], harm: Callable[[Path], None]
) -> None:
    broken, well = runs
    files = sorted(broken.folder.iterdir())
    assert {"cells.parquet", "ranked.npy", "run.json", "users.parquet"} <= {
        each.name for each in files
    }
    for path in files:
        sound = path.read_bytes()
        results_of(Sight(broken.id, masked=False))  # it is open already when it is damaged
        harm(path)
        with pytest.raises(DamagedError, match=rf"The run Broken is damaged: {path.name}"):
            results_of(Sight(broken.id, masked=False))
        check_sound(well.id)
        path.write_bytes(sound)
    check_sound(broken.id)


def test_its_model_judges_nothing_more(store: Store, runs: tuple[RunRecord, RunRecord]) -> None:
    broken, _ = runs
    cut_short(broken.folder / "calibration.json")
    with pytest.raises(DamagedError, match=r"calibration\.json is not what was written"):
        store.queue_scoring(broken.id, broken.dataset_id)


def test_every_page_of_it_says_so(open_page: OpenPage, runs: tuple[RunRecord, RunRecord]) -> None:
    broken, well = runs
    flip_a_byte(broken.folder / "cells.parquet")
    for name in PAGES:
        shown = open_page(name, run=broken.id)
        assert any(
            "The run Broken is damaged" in one.value.replace("\\", "") for one in shown.error
        ), name
        assert "Something went wrong" not in everything(shown)
        assert not open_page(name, run=well.id).error
    compared = open_page("compare", runs=f"{broken.id},{well.id}")
    assert "The run Broken is damaged" in everything(compared)
    assert "Broken" in everything(open_page("runs"))


def test_its_links_say_so_too_and_only_to_whoever_holds_them(
    store: Store, runs: tuple[RunRecord, RunRecord]
) -> None:
    broken, _ = runs
    _, token = LinkBook(store.engine).make(broken.id, LinkTerms(kind=LinkKind.REPORT))
    flip_a_byte(broken.folder / "users.parquet")
    app = Starlette(routes=list(routes()), middleware=[Middleware(CookieMiddleware)])
    with TestClient(app, headers={"Accept": "text/html"}) as client:
        answer = client.get(f"/r/{token}")
    assert (answer.status_code, "The run Broken is damaged" in answer.text) == (500, True)
    with pytest.raises(NotFoundError):
        open_results(broken.id)  # there is no visitor here, so it is nobody's
