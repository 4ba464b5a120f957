"""Events: the maximal runs of labelled time steps of one user."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Events:
    """Runs of steps, ordered by user, then by time. An event covers [first, last], both included.

    user, first, last: (events,) int.
    """

    user: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def __len__(self) -> int:
        return len(self.user)

    def __getitem__(self, rows: np.ndarray) -> "Events":
        return Events(self.user[rows], self.first[rows], self.last[rows])


def find_events(labels: np.ndarray) -> Events:
    """Return the maximal runs of labelled steps in (users, times) bool."""
    edges = np.diff(np.pad(labels, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    user, first = np.nonzero(edges == 1)
    _, after = np.nonzero(edges == -1)
    return Events(user, first, after - 1)


def first_within(events: Events, marked: np.ndarray) -> np.ndarray:
    """Return the first marked step of each event, (events,) int; -1 where it has none.

    marked: (users, times) bool.
    """
    times = marked.shape[1]
    steps = np.where(marked, np.arange(times), times)
    following = np.minimum.accumulate(steps[:, ::-1], axis=1)[:, ::-1]
    found = following[events.user, events.first]
    return np.where(found <= events.last, found, -1)


def cells_of(events: Events, shape: tuple[int, int]) -> np.ndarray:
    """Return which cells the events cover, (users, times) bool."""
    edges = np.zeros((shape[0], shape[1] + 1), dtype=np.int32)
    np.add.at(edges, (events.user, events.first), 1)
    np.add.at(edges, (events.user, events.last + 1), -1)
    return np.cumsum(edges, axis=1)[:, :-1] > 0
