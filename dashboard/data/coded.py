"""The rows of a plain file: each a user and a time by their numbers, and its counts."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np

from dashboard.data.digits import read_numbers
from dashboard.data.memory import free_bytes
from dashboard.data.numbering import Numbering
from dashboard.data.panel import ONE_SERIES
from dashboard.data.plain import NotPlainError, Plain
from dashboard.data.roles import Roles

THREADS = 2
AHEAD = 4  # chunks that are cut while an earlier one is numbered
MOST_TIMES = 1 << 16
BYTES_PER_ROW, BYTES_PER_COUNT = 6, 8  # at most
NARROW = (np.uint8, np.uint16, np.uint32)
Read = tuple[np.ndarray, np.ndarray, np.ndarray]  # words of users and of times, and counts


@dataclass(frozen=True)
class Rows:
    """Some rows. users, times: numbers, (rows,). counts: (features, rows), 0 where a field is empty."""

    users: np.ndarray
    times: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class Coded:
    """All rows that hold a count, in the file's order.

    users: by their numbers, in order of first appearance. times: by their numbers, as written, those
    of rows without a count too.
    """

    users: tuple[str, ...]
    times: tuple[str, ...]
    rows: list[Rows]


def code_rows(plain: Plain, roles: Roles, *, points: bool) -> Coded:
    """Read the rows. points: whether a decimal point may stand in a count.

    Raises NotPlainError, also where they may take more than half of the memory that is free.
    """
    if plain.rows() * (BYTES_PER_ROW + BYTES_PER_COUNT * len(roles.counts)) > free_bytes() / 2:
        raise NotPlainError

    def read(characters: np.ndarray) -> Read:
        fields = plain.cut(characters)
        time = fields[roles.time].words()
        user = np.zeros_like(time[:1]) if roles.user is None else fields[roles.user].words()
        counts = [read_numbers(fields[name], points=points) for name in roles.counts]
        return user, time, _narrowed(np.array(counts or [np.ones(time.shape[1])]))

    users, times, rows = Numbering(), Numbering(), []
    for user, time, counts in _ahead(read, plain.chunks()):
        part = Rows(users.number(user), times.number(time).astype(np.uint16), counts)
        if times.count > MOST_TIMES:
            raise NotPlainError
        rows.append(_filled(part))
    names, order = users.texts(), _put_in_order(rows, users.count)
    if roles.user is None:
        names = [ONE_SERIES]
    if not all(name.strip(" ") for name in names):
        raise NotPlainError
    return Coded(tuple(names[number] for number in order), tuple(times.texts()), rows)


def _ahead(read: Callable[[np.ndarray], Read], chunks: Iterator[np.ndarray]) -> Iterator[Read]:
    """Read chunks in threads, before they are asked for."""
    with ThreadPoolExecutor(THREADS) as pool:
        waiting = deque(pool.submit(read, chunk) for chunk in islice(chunks, AHEAD))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(read, chunk) for chunk in islice(chunks, 1))


def _narrowed(counts: np.ndarray) -> np.ndarray:
    """The same numbers in the fewest bytes."""
    highest = counts.max()  # NaN where a field is empty
    for kind in NARROW:
        if highest <= np.iinfo(kind).max and ((narrow := counts.astype(kind)) == counts).all():
            return narrow
    return counts


def _filled(part: Rows) -> Rows:
    """Leave out rows without any count."""
    if part.counts.dtype != np.float64 or not (empty := np.isnan(part.counts)).any():
        return part
    kept = ~empty.all(axis=0)
    counts = np.where(empty, 0, part.counts)[:, kept]
    return Rows(part.users[kept], part.times[kept], counts)


def _put_in_order(rows: list[Rows], users: int) -> list[int]:
    """Number the users of rows anew, by first appearance; return their numbers before, in that order."""
    place = sum(len(part.users) for part in rows)
    never = place
    first = np.full(users, never)
    for part in reversed(rows):
        places = np.arange(place - len(part.users), place)
        first[part.users[::-1]] = places[::-1]  # of several, the last is kept
        place = places[0] if len(places) else place
    order = np.argsort(first, kind="stable")[: np.count_nonzero(first < never)]
    ranks = np.zeros(users, np.int32)
    ranks[order] = np.arange(len(order))
    for part in rows:
        part.users[:] = ranks[part.users]
    return order.tolist()
