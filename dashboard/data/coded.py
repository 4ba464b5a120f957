"""The rows of a plain file: each a user and a time by their numbers, and its counts.

Those of a large file are read part by part elsewhere, if there is where: chunk by chunk as here, so that
the outcome is the same.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

import numpy as np

from dashboard.data.body import Body, NotPlainError, UnseenError
from dashboard.data.digits import read_numbers
from dashboard.data.memory import free_bytes
from dashboard.data.numbering import Numbering, texts_of
from dashboard.data.over import Over
from dashboard.data.panel import ONE_SERIES
from dashboard.data.plain import Plain
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


@dataclass(frozen=True)
class Part:
    """Some rows, and the texts of which they hold the numbers: words, (words, texts), by number."""

    users: np.ndarray
    times: np.ndarray
    rows: list[Rows]


def code_rows(plain: Plain, roles: Roles, *, points: bool, over: Over | None = None) -> Coded:
    """Read the rows. points: whether a decimal point may stand in a count. over: reads large files elsewhere.

    Raises NotPlainError, also where they may take more than half of the memory that is free.
    """
    if plain.rows() * (BYTES_PER_ROW + BYTES_PER_COUNT * len(roles.counts)) > free_bytes() / 2:
        raise NotPlainError
    part = _read(plain.body, Coding(roles.user, roles.time, roles.counts, points), over)
    names, order = texts_of(part.users), _put_in_order(part.rows, part.users.shape[1])
    if roles.user is None:
        names = [ONE_SERIES]
    if not all(name.strip(" ") for name in names):
        raise NotPlainError
    return Coded(tuple(names[number] for number in order), tuple(texts_of(part.times)), part.rows)


def _read(body: Body, coding: "Coding", over: Over | None) -> Part:
    """Read elsewhere what has several parts, unless the file cannot be seen there."""
    parts = [] if over is None else body.parts()
    if len(parts) > 1:
        with suppress(UnseenError):
            return _joined(over(coding.seen, parts))
    return coding.code(body)


def _joined(parts: Iterable[Part]) -> Part:
    """Number the users and times of all parts as one."""
    users, times, rows = Numbering(), Numbering(), []
    for part in parts:
        of_users, of_times = users.number(part.users), _number_times(times, part.times)
        rows += [Rows(of_users[own.users], of_times[own.times], own.counts) for own in part.rows]
    return Part(users.words(), times.words(), rows)


def _number_times(times: Numbering, words: np.ndarray) -> np.ndarray:
    numbers = times.number(words).astype(np.uint16)
    if times.count > MOST_TIMES:
        raise NotPlainError
    return numbers


@dataclass(frozen=True)
class Coding:
    """How rows become numbers: the columns of users (None: of one series), times and counts.

    points: whether a decimal point may stand in a count.
    """

    user: str | None
    time: str
    counts: tuple[str, ...]
    points: bool

    def seen(self, body: Body) -> Part:
        """Read some rows on a machine that may not see the file. Raises UnseenError and NotPlainError."""
        try:
            body.check_seen()
            return self.code(body)
        except OSError as error:
            raise UnseenError from error

    def code(self, body: Body) -> Part:
        """Read some rows. Raises NotPlainError."""

        def read(characters: np.ndarray) -> Read:
            fields = body.cut(characters)
            time = fields[self.time].words()
            user = np.zeros_like(time[:1]) if self.user is None else fields[self.user].words()
            counts = [read_numbers(fields[name], points=self.points) for name in self.counts]
            return user, time, _narrowed(np.array(counts or [np.ones(time.shape[1])]))

        users, times, rows = Numbering(), Numbering(), []
        for user, time, counts in _ahead(read, body.chunks()):
            rows.append(_filled(Rows(users.number(user), _number_times(times, time), counts)))
        return Part(users.words(), times.words(), rows)


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
