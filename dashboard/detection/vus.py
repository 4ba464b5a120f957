"""VUS-PR: the volume under the precision-recall surface, for labels whose ends are uncertain.

Paparrizos et al., "Volume Under the Surface: A New Accuracy Evaluation Measure for Time-Series
Anomaly Detection", PVLDB 15(11), 2022. For a buffer of l steps, a step at distance
d <= l/2 from an event is labelled sqrt(1 - d/l), a step in it 1, and what overlaps is added up to
at most 1. With p the flags at a threshold, y the labels, s the softened labels:

    TP = sum(s p)                     precision = TP / sum(p)
    P = (sum(y) + sum(s)) / 2         recall = min(TP / P, 1) x share of the softened events in
                                               which at least one step is flagged

The area sums precision times the growth of recall, as in average precision, over all thresholds
that the scores give (other implementations sample 250); the volume is the mean of the areas over
l = 0, 1, ..., the largest buffer. The series of all users share one threshold and one surface;
buffers never reach from one user into another. Even a perfect detector stays below 1, because
the buffers belong to what there is to find. P is fixed, as in aeon; the authors' own code counts only
the flagged part of the buffers in it, which gives somewhat higher volumes. So compare volumes among
models here, not with volumes published elsewhere.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.detection.events import Events, find_events
from dashboard.detection.ranking import Ranking

LARGEST_BUFFER = 7  # steps


@dataclass(frozen=True)
class _Softened:
    """The labels under one buffer. Recall grows at labelled cells alone, so only these are kept.

    label, owner: (items,) of the cells labelled above 0, in the ranking's order.
    groups: numbers of the groups of equal scores that hold such cells. place: (items,) into groups.
    event_owner, event_place: (events,) whose event it is, and the first of groups that meets it.
    """

    label: np.ndarray
    owner: np.ndarray
    groups: np.ndarray
    place: np.ndarray
    event_owner: np.ndarray
    event_place: np.ndarray

    def area(self, weights: np.ndarray, found: np.ndarray, labelled: float) -> float:
        """Return the area under the curve; found: (groups of the ranking,) cells flagged so far."""
        per_group = np.bincount(self.place, weights[self.owner] * self.label)
        true, flagged = np.cumsum(per_group), found[self.groups]
        met = np.bincount(self.event_place, weights[self.event_owner], minlength=len(self.groups))
        existence = np.cumsum(met) / met.sum()
        recall = np.minimum(true / ((labelled + true[-1]) / 2), 1) * existence
        precision = np.divide(true, flagged, out=np.zeros_like(true), where=flagged > 0)
        return float(np.sum(np.diff(recall, prepend=0) * precision))


class RangeSurface:
    """The surface of one ranking of cells, ready to be measured for many weightings of the users."""

    def __init__(
        self,
        ranking: Ranking,
        labels: np.ndarray,
        judged: np.ndarray,
        largest_buffer: int = LARGEST_BUFFER,
    ) -> None:
        """Take a ranking of the cells of `judged`, read row by row.

        labels, judged: (users, times) bool; each event has at least one judged step.
        """
        self._ranking = ranking
        group = ranking.group
        self._softened = [
            _soften_ranked(soften(labels, buffer), judged, ranking, group)
            for buffer in range(largest_buffer + 1)
        ]

    def volume(self, weights: np.ndarray) -> float:
        """Return VUS-PR with each user counted as often as it weighs; NaN without an event.

        weights: (users,).
        """
        weight = weights[self._ranking.owner].astype(np.float64)
        labelled = float(np.sum(weight * self._ranking.positive))
        if labelled == 0:
            return np.nan
        found = np.cumsum(weight)[self._ranking.ends]
        return float(np.mean([each.area(weights, found, labelled) for each in self._softened]))


def _soften_ranked(
    soft: np.ndarray, judged: np.ndarray, ranking: Ranking, group: np.ndarray
) -> _Softened:
    labels = soft[judged][ranking.order]
    items = np.flatnonzero(labels)
    groups, place = np.unique(group[items], return_inverse=True)
    runs = find_events(soft > 0)
    run = _number_runs(runs, soft.shape)[judged][ranking.order][items]
    first = np.full(len(runs), len(groups))
    np.minimum.at(first, run, place)
    return _Softened(labels[items], ranking.owner[items], groups, place, runs.user, first)


def _number_runs(runs: Events, shape: tuple[int, int]) -> np.ndarray:
    """Return the number of each cell's run, (users, times); meaningless outside of runs."""
    begins = np.zeros(shape, dtype=int)
    begins[runs.user, runs.first] = 1
    return np.cumsum(begins).reshape(shape) - 1


def soften(labels: np.ndarray, buffer: int) -> np.ndarray:
    """Return (users, times) labels from 0 to 1, with slopes of `buffer // 2` steps at both ends."""
    events = find_events(labels)
    soft = labels.astype(np.float64)
    for distance in range(1, buffer // 2 + 1):
        for at in (events.first - distance, events.last + distance):
            inside = (at >= 0) & (at < labels.shape[1])
            np.add.at(soft, (events.user[inside], at[inside]), np.sqrt(1 - distance / buffer))
    return np.minimum(soft, 1)
