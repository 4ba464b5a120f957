"""Where the scored users of a run stand: by all that was asked, and how often each is anomalous."""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from dashboard.runs.ranked import Ranked
from dashboard.runs.views import Query


@dataclass(frozen=True)
class Standing:
    """Users by rank, (users,) each.

    places: in `Ranked`. rank, user_index, error, score, p_value, volume: as in `View.users`.
    """

    places: np.ndarray
    rank: np.ndarray
    user_index: np.ndarray
    error: np.ndarray
    score: np.ndarray
    p_value: np.ndarray
    volume: np.ndarray

    def __len__(self) -> int:
        return len(self.places)

    def rows(self, rows: np.ndarray) -> Self:
        """Return the users of these rows, in this order."""
        return type(self)(*(getattr(self, one.name)[rows] for one in fields(self)))


@dataclass(frozen=True)
class Anomalies:
    """How many there are from a threshold on.

    times: (users,) anomalous time steps of each user. users: (times,) anomalous users of each time step,
    of all there are. cells: anomalous cells. on_time: (users,) who is anomalous in the chosen time step.
    """

    times: np.ndarray
    users: np.ndarray
    cells: int
    on_time: np.ndarray


def about(users: Standing, query: Query) -> Standing:
    """Return the users that the whole answer is about: all, a group, or those of some ranks."""
    if query.users is not None:
        users = users.rows(np.flatnonzero(np.isin(users.user_index, query.users)))
    if query.ranks is not None:
        first, last = query.ranks
        ends = np.array(
            [first, last + 1], users.rank.dtype
        )  # of another type all ranks were copied
        users = users.rows(np.arange(*np.searchsorted(users.rank, ends)))
    return users


def stand_by_part(
    ranked: Ranked,
    everyone: Standing,
    *,
    feature: int | None,
    first: int,
    last: int,
) -> Standing:
    """Rank all users by some cells alone, as if there were no others.

    In the same way as by all: the highest score, the mean error; of equal users the first of the panel
    stands first. Who was not scored there is left out. p-values are not known, and NaN.
    """
    score = np.full(ranked.users, -np.inf, dtype=np.float32)
    error, volume, cells = np.zeros((3, ranked.users))
    for _, block in ranked.blocks(first, last, feature, ("score", "actual", "error")):
        rows = (figures.reshape(-1, ranked.users) for figures in block.values())
        for scores, actual, errors in zip(*rows, strict=True):
            scored = ~np.isnan(scores)
            np.fmax(score, scores, out=score)
            cells += scored
            np.add(error, errors, out=error, where=scored)
            np.add(volume, actual, out=volume, where=scored)
    known = np.flatnonzero(cells)
    error = (error[known] / cells[known]).astype(np.float32)
    order = _order(score[known], error, everyone.user_index[known])
    rows = known[order]
    return Standing(
        places=rows,
        rank=np.arange(1, len(rows) + 1, dtype=np.int32),
        user_index=everyone.user_index[rows],
        error=error[order],
        score=score[rows],
        p_value=np.full(len(rows), np.nan, np.float32),
        volume=volume[rows],
    )


def count_anomalies(
    ranked: Ranked,
    level: float,
    *,
    feature: int | None,
    span: tuple[int, int],
    part: tuple[int, int],
) -> Anomalies:
    """Count the anomalies of these users: times in `span`, cells in `part`, both ends included.

    on_time: of the first time step of the part.
    """
    steps = ranked.cells.shape[2]
    times, users = np.zeros(ranked.users, np.int32), np.zeros(steps, np.int32)
    on_time, cells = np.zeros(ranked.users, dtype=bool), 0
    for begin, block in ranked.blocks(0, steps - 1, feature, ("score",)):
        hit = block["score"] >= np.float32(level)  # (features, steps, users)
        at = hit[0] if len(hit) == 1 else hit.any(axis=0)
        users[begin : begin + len(at)] = np.count_nonzero(at, axis=1)
        for step, row in enumerate(at, start=begin):
            if span[0] <= step <= span[1] and users[step]:
                times += row
        inside = slice(max(part[0] - begin, 0), max(part[1] + 1 - begin, 0))
        cells += int(np.count_nonzero(hit[:, inside]))
        if begin <= part[0] < begin + len(at):
            on_time = at[part[0] - begin].copy()
    return Anomalies(times, users, cells, on_time)


def count_anomalies_of_all(
    ranked: Ranked,
    highest: np.ndarray,
    level: float,
    *,
    feature: int | None,
    span: tuple[int, int],
    part: tuple[int, int],
) -> Anomalies:
    """Count the anomalies of all users, as `count_anomalies` does, and look at nobody who has none.

    highest: (users,) the highest score of any cell of each user, the first user's the highest of all.
    """
    reach = int(np.count_nonzero(highest >= np.float32(level)))
    found = count_anomalies(
        ranked.of(np.arange(reach)), level, feature=feature, span=span, part=part
    )
    others = (0, len(highest) - reach)
    return replace(found, times=np.pad(found.times, others), on_time=np.pad(found.on_time, others))


def _order(score: np.ndarray, error: np.ndarray, user_index: np.ndarray) -> np.ndarray:
    """Return the rows by score, then by error, the highest first, then by index.

    Few scores are equal, and only those are put in order again.
    """
    order = np.argsort(-score, kind="stable")
    same = np.diff(score[order]) == 0
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    rows = order[tied]
    order[tied] = rows[np.lexsort((user_index[rows], -error[rows], -score[rows]))]
    return order


def first_rows(
    values: np.ndarray, most: int, *, descending: bool, then: np.ndarray | None = None
) -> np.ndarray:
    """Return the rows of the first values in order, at most so many.

    then: which of equal ones comes first, that with the lower; None: the earlier.
    """
    keys = -values if descending else values
    if 0 < most < len(keys):
        rows = np.flatnonzero(keys <= np.partition(keys, most - 1)[most - 1])
    else:
        rows = np.arange(len(keys))
    ties = rows if then is None else then[rows]
    return rows[np.lexsort((ties, keys[rows]))][: max(0, most)]
