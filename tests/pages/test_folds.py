import pytest

from dashboard.runs.records import RunRecord
from dashboard.runs.store import Store
from tests.pages.conftest import FOLDS, OpenPage, everything

HELD = {"downloads": "users.csv", "repeat": "dashboard analyse", "scoring": "Upload later counts"}


@pytest.mark.parametrize("key", FOLDS)
def test_what_is_folded_away_is_drawn_when_it_is_opened(
    key: str, trained: tuple[Store, RunRecord], open_page: OpenPage
) -> None:
    _, run = trained
    page = open_page("anomalies", run=run.id, unfolded=())
    assert HELD[key] not in everything(page)
    page.session_state[key] = True
    assert HELD[key] in everything(page.run())
