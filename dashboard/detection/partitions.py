"""Users in parts that are judged one after the other, or side by side: by a stable hash of their names."""

import zlib
from collections.abc import Sequence

import numpy as np

MOST_CELLS = 500_000  # users x times x features in a part, so that its memory is known
LEAST_USERS = 1_000  # in a part all the same: the first says what is usual for all


def count_parts(users: int, cells_a_user: int) -> int:
    """Return in how many parts so many users are judged."""
    wanted = -(-users * cells_a_user // MOST_CELLS)
    return max(1, min(wanted, users // LEAST_USERS))


def count_first(users: int, cells_a_user: int) -> int:
    """Return how many users the first part has, of whom everything is learned."""
    return -(-users // count_parts(users, cells_a_user))


def partition(users: np.ndarray, names: Sequence[str], cells_a_user: int) -> list[np.ndarray]:
    """Cut users (indices, increasing) into parts of equal size, each increasing, the largest first.

    A user's whole history is in one part. Which one follows from all names alone, wherever and in
    whatever order they are given: the first part is a sample of all.
    """
    number = count_parts(len(users), cells_a_user)
    if number == 1:
        return [users]
    digests = [zlib.crc32(names[user].encode("utf-8", "surrogatepass")) for user in users]
    order = users[np.argsort(np.array(digests, dtype=np.uint32), kind="stable")]
    return [np.sort(part) for part in np.array_split(order, number)]
