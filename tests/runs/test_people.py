"""The names under which people judge."""

import pytest

from dashboard.runs.people import pseudonym
from dashboard.runs.store import Store

pytestmark = pytest.mark.both_databases


def test_a_name_is_kept_and_can_be_changed_or_given_up(store: Store) -> None:
    guest = store.people.person("browser-1")
    assert guest.name.startswith("Guest ")
    assert store.people.call("browser-1", " Ana\n Oliveira ").name == "Ana Oliveira"
    assert store.people.call("browser-1", "Ana").name == "Ana"
    assert store.people.person("browser-1").name == "Ana"
    assert store.people.call("browser-1", "  ").name == guest.name


def test_guests_can_be_told_apart_and_their_ids_are_not_shown(store: Store) -> None:
    names = {store.people.person(f"browser-{number}").name for number in range(5)}
    assert len(names) == 5
    assert "browser-1" not in pseudonym("browser-1")


@pytest.mark.parametrize("name", ["x" * 500, "\x00\u202e\u200b"])
def test_a_name_is_short_and_visible(store: Store, name: str) -> None:
    kept = store.people.call("browser-1", name).name
    assert 0 < len(kept) <= 60
    assert kept.isprintable()
