"""Two of the faults, in short; `python -m tests.faults` does them all, and longer."""

from tests.faults.disk import fill_the_disk
from tests.faults.kills import kill_at_random


def test_nothing_is_lost_by_a_kill_at_a_random_instant() -> None:
    assert kill_at_random(kills=1, seed=1).kills.total() == 1


def test_a_full_disk_is_told_and_what_was_there_stays() -> None:
    told = fill_the_disk().told
    assert told.keys() == {"upload", "analyse", "export", "training"}
    assert all("disk is full" in sentence.lower() for sentence in told.values()), told
