"""What nobody owns, or a lost browser did, is taken over by a claim that the installation has signed."""

from io import BytesIO

import pytest

from dashboard.cli import main
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.store import Store
from dashboard.settings import read_settings
from dashboard.sharing.adopting import Claim, Claims
from dashboard.sharing.installation_key import installation_key
from tests.pages.conftest import OpenPage, counts_csv

ANN, LOST = "browser-ann", "browser-lost"


@pytest.fixture
def _records(store: Store) -> None:
    """A dataset and a run of a lost browser, and a dataset of nobody."""
    dataset = store.add_dataset(BytesIO(counts_csv()), "lost.csv", owner=LOST)
    store.queue_run(dataset.id, TrainingSettings(model="robust-z"))
    store.add_dataset(BytesIO(counts_csv()), "nobodys.csv")


def claim(*, everybodys: bool) -> str:
    return Claims(installation_key(read_settings())).write(Claim(everybodys))


@pytest.mark.usefixtures("_records")
@pytest.mark.parametrize(
    ("everybodys", "found"), [(False, ["nobodys.csv"]), (True, ["nobodys.csv", "lost.csv"])]
)
def test_a_claim_takes_over_what_it_names(
    store: Store, open_page: OpenPage, everybodys: bool, found: list[str]
) -> None:
    page = open_page("adopt", person=ANN, claim=claim(everybodys=everybodys))
    assert store.datasets(owner=ANN) == []  # until the person says so
    page.button(key="adopt").click().run()
    assert not page.exception
    assert [one.name for one in store.datasets(owner=ANN)] == found
    assert len(store.runs(owner=ANN)) == everybodys


@pytest.mark.usefixtures("_records")
@pytest.mark.parametrize(
    "made_up",
    ["", "true", Claims(b"k" * 32).write(Claim(everybodys=True))],
    ids=["nothing", "plain words", "signed by another key"],
)
def test_what_this_installation_has_not_signed_takes_over_nothing(
    store: Store, open_page: OpenPage, made_up: str
) -> None:
    page = open_page("adopt", person=ANN, claim=made_up)
    assert "has run out" in page.warning[0].value
    assert list(page.button) == []
    assert store.datasets(owner=ANN) == []


@pytest.mark.usefixtures("store")
def test_the_command_prints_an_address_that_is_signed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["adopt", "--all"]) == 0
    address = capsys.readouterr().out.strip()
    assert address.startswith("http://127.0.0.1:8501/adopt?claim=")
    read = Claims(installation_key(read_settings())).read(address.split("claim=")[1])
    assert read == Claim(everybodys=True)
