"""One column as a sample shows it: what stands in it, and what its name hints at."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dashboard.data.column_words import CLOCK, COUNT, COUNT_NOUNS, HOUR, INDEX, KEYS, TIME, USER
from dashboard.data.numbers import is_missing, is_number
from dashboard.data.times import EPOCHS, Writing, find_writing, is_clock, whole_number

WHOLE = re.compile(r"\s*[+-]?\d+(\.0*)?\s*")
FEW = 3  # values so few that one of them may be a slip
MOST_MISFITS = 0.1


@dataclass(frozen=True)
class Column:
    """One column as a sample shows it. Shares of misfits up to a tenth are forgiven, and named later."""

    name: str
    named: bool
    values: tuple[str, ...]
    leads: bool = False  # whether it is the first of the table

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not self.values

    @property
    def is_time(self) -> bool:
        """Whether dates or timestamps stand in it; bare numbers need a telling name."""
        writing = find_writing(self.values)
        if writing in {None, Writing.NUMBER}:
            return False
        sure = writing not in {Writing.COMPACT, *EPOCHS}
        return sure or self.hints(TIME) or not self.hints(USER + COUNT)

    @property
    def is_clock(self) -> bool:
        """Whether times of day stand in it, or hours from 0 to 23 under a telling name."""
        if self.hints(HOUR) and self.is_whole:
            return all((whole_number(value) or 0) in range(24) for value in self.values)
        named_so = self.hints(CLOCK) or not self.named  # else it may be a duration
        return named_so and bool(self.values) and all(map(is_clock, self.values))

    @property
    def is_whole(self) -> bool:
        """Whether whole numbers stand in it, however long."""
        return bool(self.values) and all(map(WHOLE.fullmatch, self.values[:50]))

    @property
    def is_step(self) -> bool:
        """Whether whole numbers stand in it that can be time steps."""
        return self.is_whole and find_writing(self.values) is not None

    @property
    def is_constant(self) -> bool:
        """Whether one value stands in it throughout."""
        return len(set(self.values)) == 1

    @property
    def is_key(self) -> bool:
        """Whether it holds names that are written as numbers."""
        return self.hints(KEYS) and not self.hints(COUNT_NOUNS)

    @property
    def is_number(self) -> bool:
        """Whether numbers stand in it: but for one, or, under a telling name, in half of it at least."""
        filled = [value for value in self.values if not is_missing(value)]
        misfits = len(filled) - sum(map(is_number, filled))
        if misfits and self.hints(COUNT_NOUNS):
            return 2 * misfits <= len(filled)
        return bool(filled) and misfits <= max(MOST_MISFITS * len(filled), len(filled) > FEW)

    @property
    def is_index(self) -> bool:
        """Whether it only numbers the rows."""
        numbers = [whole_number(value) for value in self.values[:100]]
        named_so = self.name.lower() in INDEX or (self.leads and not self.named)
        return (
            named_so
            and len(numbers) > 1
            and all(None not in pair and pair[1] == pair[0] + 1 for pair in pairwise(numbers))
        )

    @property
    def repeats(self) -> bool:
        """Whether some value stands in it more than once."""
        return len(set(self.values)) < len(self.values)

    def hints(self, words: Sequence[str]) -> bool:
        """Whether the name holds one of these words."""
        plain = unicodedata.normalize("NFC", self.name).lower()
        split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.name).lower()
        tokens = set(re.split(r"[\W_\d]+", split)) | {plain}
        return any(word in tokens or (not word.isascii() and word in plain) for word in words)
