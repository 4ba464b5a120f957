"""The door: what is another's is refused as what does not exist; a link opens just its run."""

from collections.abc import Callable
from io import BytesIO

import pytest

from dashboard.data.reading import Reading
from dashboard.detection.settings import TrainingSettings
from dashboard.errors import NotFoundError, StoreError
from dashboard.runs.records import RunRecord
from dashboard.runs.store import Store
from dashboard.sharing.access import Visitor
from dashboard.sharing.door import Door
from dashboard.sharing.links import LinkKind, LinkTerms

KEY = b"k" * 32
BASELINE = TrainingSettings(model="robust-z")
COUNTS = b"user,date,clicks\n" + b"".join(
    f"a,2026-03-{day:02d},{day}\n".encode() for day in range(1, 29)
)
LOOKS: dict[str, Callable[[Door, str], object]] = {
    "access": Door.access,
    "run": Door.run,
    "history": Door.history,
    "queue position": Door.queue_position,
}
CHANGES: dict[str, Callable[[Door, str], object]] = {
    "retry": Door.retry_run,
    "rename": lambda door, run_id: door.rename_run(run_id, "mine"),
    "cancel": Door.cancel_run,
    "delete": Door.delete_run,
    "restore": Door.restore_run,
    "share": lambda door, run_id: door.share(run_id, LinkTerms()),
    "links": Door.links_of,
    "revoke": lambda door, run_id: door.revoke(run_id, "some"),
}
OF_DATASETS: dict[str, Callable[[Door, str], object]] = {
    "dataset": Door.dataset,
    "panel": Door.panel,
    "preview": Door.preview,
    "reread": lambda door, dataset_id: door.reread(dataset_id, Reading()),
    "delete": Door.delete_dataset,
    "restore": Door.restore_dataset,
    "train": lambda door, dataset_id: door.queue_run(dataset_id, BASELINE),
    "train several": lambda door, dataset_id: door.queue_runs(dataset_id, [BASELINE]),
}


@pytest.fixture
def ann(store: Store) -> Door:
    return Door(store, Visitor("browser-ann", "browser-ann"), KEY)


@pytest.fixture
def bob(store: Store) -> Door:
    return Door(store, Visitor("browser-bob", "browser-bob"), KEY)


@pytest.fixture
def run(ann: Door) -> RunRecord:
    return ann.queue_run(ann.add_dataset(BytesIO(COUNTS), "clicks.csv").id, BASELINE)


def refusal(ask: Callable[[Door, str], object], door: Door, asked: str) -> str:
    with pytest.raises(NotFoundError) as refused:
        ask(door, asked)
    return str(refused.value)


@pytest.mark.parametrize("name", [*LOOKS, *CHANGES])
def test_anothers_run_is_refused_as_one_that_does_not_exist(
    bob: Door, run: RunRecord, name: str
) -> None:
    ask = (LOOKS | CHANGES)[name]
    assert refusal(ask, bob, run.id) == refusal(ask, bob, "none")


@pytest.mark.parametrize("name", OF_DATASETS)
def test_anothers_dataset_is_refused_as_one_that_does_not_exist(
    bob: Door, run: RunRecord, name: str
) -> None:
    ask = OF_DATASETS[name]
    assert refusal(ask, bob, run.dataset_id) == refusal(ask, bob, "none")


def test_lists_show_ones_own_alone(ann: Door, bob: Door, run: RunRecord) -> None:
    assert [one.id for one in ann.runs()] == [run.id]
    assert [one.id for one in ann.datasets()] == [run.dataset_id]
    assert bob.runs() == []
    assert bob.datasets() == []


def test_what_nobody_owns_is_seen_by_nobody(store: Store, ann: Door) -> None:
    run = store.queue_run(store.add_dataset(BytesIO(COUNTS), "clicks.csv").id, BASELINE)
    assert run.owner is None
    refusal(Door.run, ann, run.id)
    refusal(Door.dataset, ann, run.dataset_id)
    assert ann.runs() == []


def test_a_link_opens_its_run_to_look_at_and_nothing_beside(
    ann: Door, bob: Door, run: RunRecord
) -> None:
    other = ann.retry_run(run.id)
    _, token = ann.share(run.id, LinkTerms(masked=True, seconds=60))
    bob.links.open(token, bob.visitor.browser)

    access = bob.access(run.id)
    assert (access.is_owner, access.may_review, access.masked) == (False, False, True)
    assert access.until is not None
    assert [one.id for one in bob.runs()] == [run.id]
    assert not bob.owns(bob.run(run.id))
    refusal(Door.run, bob, other.id)
    refusal(Door.dataset, bob, run.dataset_id)
    for change in CHANGES.values():
        with pytest.raises(StoreError, match="only its owner"):
            change(bob, run.id)
    assert ann.run(run.id) == run


def test_a_revoked_link_closes_at_once(ann: Door, bob: Door, run: RunRecord) -> None:
    link, token = ann.share(run.id, LinkTerms())
    bob.links.open(token, bob.visitor.browser)
    assert bob.run(run.id).id == run.id
    ann.revoke(run.id, link.id)
    assert refusal(Door.run, bob, run.id) == refusal(Door.run, bob, "none")


def test_two_links_together_allow_what_either_does(ann: Door, bob: Door, run: RunRecord) -> None:
    for terms in (LinkTerms(masked=True, may_review=True, seconds=60), LinkTerms()):
        bob.links.open(ann.share(run.id, terms)[1], bob.visitor.browser)
    access = bob.access(run.id)
    assert (access.may_review, access.masked, access.until) == (True, False, None)


def test_a_link_to_one_view_does_not_open_the_run(ann: Door, bob: Door, run: RunRecord) -> None:
    link, token = ann.share(run.id, LinkTerms(kind=LinkKind.VIEW, view={"user": 0}))
    bob.links.open(token, bob.visitor.browser)
    refusal(Door.run, bob, run.id)
    opened, sight = bob.shared_view(link.id)
    assert (opened.view, sight.run_id) == ({"user": 0}, run.id)


def test_looking_is_noted_as_a_use(ann: Door, bob: Door, run: RunRecord) -> None:
    link, _ = ann.share(run.id, LinkTerms())
    bob.links._grant(link.id, bob.visitor.browser)
    assert ann.links_of(run.id)[0].last_used is None
    bob.run(run.id)
    assert ann.links_of(run.id)[0].last_used is not None
