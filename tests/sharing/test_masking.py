"""Pseudonyms: stable, distinct, another dataset's are others, and names do not shine through."""

import re

from dashboard.sharing.masking import Pseudonyms

KEY, DATASET = b"k" * 32, "d" * 64
NAMES = ["ann", "bob", "<script>", "naïve 🦊", ""]


def test_a_user_keeps_its_pseudonym_whoever_stands_beside_it() -> None:
    made = Pseudonyms(KEY, DATASET).of(NAMES)
    assert all(re.fullmatch(r"user-[0-9a-f]{6}", name) for name in made)
    assert len(set(made)) == len(NAMES)
    assert Pseudonyms(KEY, DATASET).of(NAMES[::-1]) == made[::-1]


def test_another_dataset_or_installation_has_other_pseudonyms() -> None:
    made = set(Pseudonyms(KEY, DATASET).of(NAMES))
    assert not made & set(Pseudonyms(KEY, "e" * 64).of(NAMES))
    assert not made & set(Pseudonyms(b"o" * 32, DATASET).of(NAMES))


def test_many_users_are_still_told_apart() -> None:
    names = [str(number) for number in range(50_000)]  # about 75 pairs share their six digits
    made = Pseudonyms(KEY, DATASET).of(names)
    assert len(set(made)) == len(names)
    assert len({len(name) for name in made}) == 1


def test_the_same_name_twice_is_the_same_pseudonym() -> None:
    first, second = Pseudonyms(KEY, DATASET).of(["ann", "ann"])
    assert first == second
