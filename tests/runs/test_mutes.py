"""What is remembered as normal mutes findings that lie in it as a whole, in every run on that file."""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest

from dashboard.data.reading import Reading
from dashboard.errors import NotFoundError, SettingsError, StoreError
from dashboard.runs.muting import NOBODY, Normal, muted_by
from dashboard.runs.records import DatasetRecord
from dashboard.runs.reviewing import Person
from dashboard.runs.store import Store

pytestmark = pytest.mark.both_databases
ANA = Person("browser-1", "Ana")
DAYS = pd.date_range("2026-03-02", periods=14)  # from a Monday
FINDINGS = pd.DataFrame(
    [
        ("u1", 5, 5, "up"),  # a Saturday
        ("u1", 5, 6, "up"),  # a weekend
        ("u2", 12, 12, "down"),  # the Saturday after
        ("u2", 0, 3, "up"),
    ],
    columns=["user", "first", "last", "direction"],
)


def muted(store: Store, dataset: DatasetRecord, normal: Normal) -> list[bool]:
    mute = store.mutes.add(dataset.id, normal, ANA)
    return (muted_by(FINDINGS, [mute], DAYS) != NOBODY).tolist()


@pytest.mark.parametrize(
    ("normal", "which"),
    [
        (Normal(user="u1"), [True, True, False, False]),
        (Normal(weekday=5), [True, False, True, False]),
        (Normal(weekday=5, direction="down"), [False, False, True, False]),
        (Normal(start="2026-03-07", end="2026-03-08"), [True, True, False, False]),
        (Normal(start="2026-03-03", end="2026-03-09"), [True, True, False, False]),
        (Normal(start="2026-03-07"), [True, True, True, False]),
        (Normal(end="2026-03-05"), [False, False, False, True]),
        (Normal(user="u2", end="2026-03-04"), [False, False, False, False]),
        (Normal(user="u2", start="2", end="14"), [False, False, False, False]),
    ],
)
def test_a_finding_is_muted_where_it_lies_in_it_as_a_whole(
    store: Store, dataset: DatasetRecord, normal: Normal, which: list[bool]
) -> None:
    assert muted(store, dataset, normal) == which


def test_a_date_is_its_whole_day_where_hours_are_counted() -> None:
    hours = pd.date_range("2026-03-02 22:00", periods=6, freq="h")
    assert (
        Normal(start="2026-03-02", end="2026-03-02").covers(hours).tolist()
        == [True] * 2 + [False] * 4
    )
    assert Normal(end="2026-03-03T01:00:00").covers(hours).sum() == 4


def test_numbered_days_have_a_range_and_no_weekday() -> None:
    steps = pd.Index(np.arange(1, 8))
    assert (
        Normal(start="3", end="5").covers(steps).tolist() == [False] * 2 + [True] * 3 + [False] * 2
    )
    assert not Normal(weekday=2).covers(steps).any()


def test_a_mute_holds_for_every_reading_of_the_same_file_and_for_no_other(
    store: Store, dataset: DatasetRecord, csv_bytes: bytes
) -> None:
    store.mutes.add(dataset.id, Normal(weekday=5), ANA, "Saturday sales")
    again = store.add_dataset(BytesIO(csv_bytes), "clicks.csv", Reading(day_first=False))
    other = store.add_dataset(BytesIO(csv_bytes + b"\nu999,2026-03-01,4"), "clicks.csv")
    assert again.id != dataset.id
    (heard,) = store.mutes.of(again.id)
    assert (heard.normal, heard.note, heard.person) == (Normal(weekday=5), "Saturday sales", ANA)
    assert store.mutes.of(other.id) == []


def test_a_lifted_mute_is_still_listed_silences_nothing_and_can_be_brought_back(
    store: Store, dataset: DatasetRecord
) -> None:
    mute = store.mutes.add(dataset.id, Normal(user="u1"), ANA)
    lifted = store.mutes.lift(dataset.id, mute.id, Person("browser-2", "Ben"))
    assert lifted.lifted_by == "Ben"
    assert store.mutes.of(dataset.id) == [lifted]
    assert muted_by(FINDINGS, [lifted], DAYS).tolist() == [NOBODY] * 4
    assert store.mutes.restore(dataset.id, mute.id) == mute


def test_the_first_mute_that_silences_a_finding_is_named(
    store: Store, dataset: DatasetRecord
) -> None:
    first = store.mutes.add(dataset.id, Normal(user="u2"), ANA)
    second = store.mutes.add(dataset.id, Normal(weekday=5), ANA)
    assert muted_by(FINDINGS, [first, second], DAYS).tolist() == [1, NOBODY, 0, 0]


@pytest.mark.parametrize("parts", [{}, {"direction": "up"}, {"user": "u", "direction": "left"}])
def test_what_would_mute_everything_or_nothing_known_is_refused(parts: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        Normal(**parts)


def test_a_mute_of_another_file_cannot_be_lifted(store: Store, dataset: DatasetRecord) -> None:
    other = store.add_dataset(BytesIO(b"user,date,n\na,2026-01-01,1\na,2026-01-02,2"), "other.csv")
    mute = store.mutes.add(dataset.id, Normal(user="u1"), ANA)
    with pytest.raises(NotFoundError):
        store.mutes.lift(other.id, mute.id, ANA)
    assert store.mutes.of(dataset.id) == [mute]


def test_a_note_that_is_too_long_is_refused(store: Store, dataset: DatasetRecord) -> None:
    with pytest.raises(StoreError, match="this one has 2,001"):
        store.mutes.add(dataset.id, Normal(user="u1"), ANA, "x" * 2_001)
