"""Numbers for texts, given out as new ones are met: an open hash table that takes a chunk of texts at once."""

import numpy as np

from dashboard.data.body import MOST_WORDS, NotPlainError

FREE = -1
LEAST_SLOTS, SLOTS_EACH = 1 << 14, 8
MOST_TRIES = 256  # slots side by side; more are no chance
# Powers of 2^64 divided by the golden ratio
FACTORS = np.cumprod(np.full(MOST_WORDS, 0x9E3779B97F4A7C15, np.uint64))


class Numbering:
    """Texts are words, (words, texts), as `Fields.words` gives them. Numbers begin at 0, in no order."""

    def __init__(self) -> None:
        self.count = 0
        self._width = 1
        self._known = np.zeros((MOST_WORDS, LEAST_SLOTS // SLOTS_EACH), np.uint64)
        self._slots = np.full(LEAST_SLOTS, FREE, np.int32)

    def number(self, words: np.ndarray) -> np.ndarray:
        """Return the number of each text, int32. Texts in a row that are the same are looked up once."""
        self._width = max(self._width, len(words))
        if len(words) < self._width:
            words = np.pad(words, ((0, self._width - len(words)), (0, 0)))
        changes = np.ones(words.shape[1], dtype=bool)
        changes[1:] = (words[:, 1:] != words[:, :-1]).any(axis=0)
        first = np.flatnonzero(changes)
        if 2 * len(first) > len(changes):
            return self._look_up(words)
        return self._look_up(words[:, first]).repeat(np.diff(first, append=len(changes)))

    def words(self) -> np.ndarray:
        """Return all texts in the order of their numbers."""
        return self._known[: self._width, : self.count]

    def _look_up(self, words: np.ndarray) -> np.ndarray:
        self._make_room(words.shape[1])
        slots = self._first_slots(words)
        found, left = None, None  # left: those whose number is not found yet
        for _ in range(MOST_TRIES):
            numbers = self._slots[slots]
            if (numbers == FREE).any():
                self._take(words, slots)
                numbers = self._slots[slots]
            wrong = np.zeros(len(slots), dtype=bool)
            for known, word in zip(self._known, words, strict=False):
                wrong |= known[numbers] != word
            if left is None:
                found, left = numbers, np.flatnonzero(wrong)
            else:
                found[left] = numbers
                left = left[wrong]
            if not len(left):
                return found
            words, slots = words[:, wrong], (slots[wrong] + 1) % len(self._slots)
        raise NotPlainError

    def _take(self, words: np.ndarray, slots: np.ndarray) -> None:
        """Put a new text into each free slot: one of those that want it."""
        wanting = np.flatnonzero(self._slots[slots] == FREE)
        wanted = slots[wanting]
        self._slots[wanted] = wanting
        taking = wanting[self._slots[wanted] == wanting]
        numbers = np.arange(self.count, self.count + len(taking))
        self._known[: len(words), numbers] = words[:, taking]
        self._slots[slots[taking]] = numbers
        self.count += len(taking)

    def _make_room(self, more: int) -> None:
        """Let no more than one slot in eight be taken when so many texts are new."""
        if SLOTS_EACH * (self.count + more) <= len(self._slots):
            return
        size = 1 << (SLOTS_EACH * (self.count + more)).bit_length()
        known = np.zeros((MOST_WORDS, size // SLOTS_EACH), np.uint64)
        known[: self._width, : self.count] = self._known[: self._width, : self.count]
        self._known, self._slots = known, np.full(size, FREE, np.int32)
        numbers = np.arange(self.count)
        slots = self._first_slots(known[: self._width, : self.count])
        while len(numbers):
            free = self._slots[slots] == FREE
            self._slots[slots[free]] = numbers[free]
            left = self._slots[slots] != numbers
            numbers, slots = numbers[left], (slots[left] + 1) % size

    def _first_slots(self, words: np.ndarray) -> np.ndarray:
        mixed = np.zeros(words.shape[1], np.uint64)
        for word, factor in zip(words, FACTORS, strict=False):
            mixed += (
                word * factor
            )  # so that words of zeros, of which there may be more, change nothing
        mixed ^= mixed >> np.uint64(32)
        mixed *= FACTORS[0]
        mixed ^= mixed >> np.uint64(29)
        return (mixed & np.uint64(len(self._slots) - 1)).astype(np.int64)


def texts_of(words: np.ndarray) -> list[str]:
    """Return texts, (words, texts), as such."""
    packed = np.ascontiguousarray(words.T, "<u8")
    return [text.decode() for text in packed.view(f"S{8 * len(words)}").ravel().tolist()]
