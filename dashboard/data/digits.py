"""Numbers out of many fields at once: the digits of a field are the bytes of a word.

Eight digits become a number in three steps, each of which makes pairs of neighbours into one.
"""

import numpy as np

from dashboard.data.body import Fields, NotPlainError
from dashboard.data.limits import LIMITS

MOST_DIGITS = 16
EXACT = 1 << 53  # below which a float holds every whole number
POWERS = 10 ** np.arange(8, dtype=np.uint64)
# The last bytes of a word, 0 to 8 of them
LAST_BYTES = np.array([((1 << 64) - 1) ^ ((1 << 8 * (8 - n)) - 1) for n in range(9)], np.uint64)


def _in_each_byte(byte: int) -> np.uint64:
    return np.uint64(int.from_bytes([byte] * 8))


ZERO, POINT = _in_each_byte(ord("0")), _in_each_byte(ord("."))
HIGH, LOW = _in_each_byte(0x80), _in_each_byte(0x7F)
BEYOND_NINE = _in_each_byte(0x80 - 10)
PLACES = np.uint64(int.from_bytes(range(8)))  # 0 in the highest byte


def read_numbers(fields: Fields, *, points: bool) -> np.ndarray:
    """Return the numbers of fields that hold digits alone, or with `points` a decimal point among them.

    NaN where a field is empty. Raises NotPlainError at anything else, and where a number is beyond
    what a count may be.
    """
    starts, ends = fields.starts, fields.ends
    if points:
        numbers = _decimals(fields, starts, ends)
    else:
        numbers = _whole(fields, starts, ends).astype(np.float64)
    if numbers.max() > LIMITS.count:
        raise NotPlainError
    empty = starts == ends
    if empty.any():
        numbers[empty] = np.nan
    return numbers


def _whole(fields: Fields, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The whole numbers between places, 0 where these are the same."""
    lengths = ends - starts
    longest = lengths.max()
    if longest > MOST_DIGITS:
        raise NotPlainError
    numbers = _eight(fields.words_at(ends - 8), np.minimum(lengths, 8))
    if longest > 8:  # noqa: PLR2004 - digits of a word
        higher = _eight(fields.words_at(ends - 16), np.clip(lengths - 8, 0, 8))
        numbers += higher * np.uint64(10**8)
    return numbers


def _eight(words: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The number in the last bytes of each word, so many of them as `lengths` says."""
    digits = (words ^ ZERO) & LAST_BYTES[lengths]
    if (((digits + BEYOND_NINE) | digits) & HIGH).any():
        raise NotPlainError
    for shift, factor, kept in (
        (8, 10, 0x00FF00FF00FF00FF),
        (16, 10**2, 0x0000FFFF0000FFFF),
        (32, 10**4, 0x00000000FFFFFFFF),
    ):
        digits = (digits * np.uint64(factor) + (digits >> np.uint64(shift))) & np.uint64(kept)
    return digits


def _decimals(fields: Fields, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Exactly rounded: a whole number below 2^53 is divided by a power of ten."""
    last = fields.words_at(ends - 8) & LAST_BYTES[np.minimum(ends - starts, 8)]
    other = last ^ POINT
    found = ~(((other & LOW) + LOW) | other | LOW)  # the highest bit of each byte that is a point
    with_point = found != 0
    if (found & (found - np.uint64(1))).any():
        raise NotPlainError  # several points; where there is none, all bits are taken from 0
    place = ((found >> np.uint64(7)) * PLACES) >> np.uint64(56)
    behind = np.where(with_point, 7 - place.astype(np.int64), 0)
    point = ends - behind - with_point
    if (with_point & ((behind == 0) | (point == starts))).any():
        raise NotPlainError
    whole, part = _whole(fields, starts, point), _whole(fields, ends - behind, ends)
    scaled = whole * POWERS[behind] + part
    if whole.max() > LIMITS.count or scaled.max() >= EXACT:
        raise NotPlainError
    return scaled / POWERS[behind]
