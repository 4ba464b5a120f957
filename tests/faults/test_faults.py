"""Two of the faults, in short; `python -m tests.faults` does them all, and longer."""

from tests.faults.disk import fill_the_disk
from tests.faults.kills import kill_at_random


def test_nothing_is_lost_by_kills_at_random_instants() -> None:
    assert kill_at_random(kills=2, seed=1).kills.total() == 2


def test_a_full_disk_is_told_and_what_was_there_stays() -> None:
    told = fill_the_disk().told
    assert told.keys() == {"upload", "analyse", "export", "training"}
    assert all("disk is full" in sentence.lower() for sentence in told.values()), told
