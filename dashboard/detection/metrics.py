"""How well scores and flags find what is labelled: per cell, per user, and per event.

A cell here is one user at one time step. Average precision and the area under the ROC curve are
those of scikit-learn; their intervals come from `ranking`, which gives the same and is fast enough
to be drawn hundreds of times. VUS-PR stands in `vus`. No figure adjusts points: one flag in a long
event counts for one cell; only the recall of events asks for no more than one.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.detection.bootstrap import RESAMPLES, Estimate, draw_weights, from_draws
from dashboard.detection.events import cells_of, find_events, first_within
from dashboard.detection.ranking import Ranking
from dashboard.detection.vus import RangeSurface

FIRST = (10, 25, 50)


@dataclass(frozen=True)
class RankingMetrics:
    """How far up a ranking of cells or users the labelled ones stand.

    judged, labelled, flagged: how many there are. chance: the average precision of a ranking by
    chance, which is the share that is labelled. precision, recall: of the flags.
    precision_in_first: for each k of (10, 25, 50), in that order.
    """

    judged: int
    labelled: int
    flagged: int
    chance: float
    average_precision: Estimate
    roc_area: Estimate
    precision: Estimate
    recall: Estimate
    precision_in_first: tuple[Estimate, ...]


@dataclass(frozen=True)
class EventMetrics:
    """An event is a maximal run of labelled steps of one user, caught where a step of it is flagged.

    delay_steps: the mean from the first judged step of a caught event to its first flag.
    """

    events: int
    caught: int
    recall: Estimate
    delay_steps: Estimate
    vus_pr: Estimate


@dataclass(frozen=True)
class DetectionMetrics:
    """All figures of one model on one panel.

    left_out_cells: not judged, mostly because they were not scored; left_out_labels: the labelled
    ones among them; left_out_users: users without a judged cell.
    """

    cells: RankingMetrics
    users: RankingMetrics
    events: EventMetrics
    left_out_cells: int
    left_out_labels: int
    left_out_users: int


def measure(
    score: np.ndarray,
    user_score: np.ndarray,
    flagged: np.ndarray,
    labels: np.ndarray,
    judged: np.ndarray | None = None,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> DetectionMetrics:
    """Measure scores against labels; cells with a score of NaN are left out, and counted.

    score: (users, times), higher is stranger. user_score: (users,). flagged, labels, judged:
    (users, times) bool; judged says which cells may be judged at all. A user is labelled, or
    flagged, where a judged cell of it is. Intervals come from drawing the judged users again.
    """
    judged = np.isfinite(score) & (True if judged is None else judged)
    known = judged.any(axis=1) & np.isfinite(user_score)
    judged, of_known = judged[known], labels[known]
    truth, flags = of_known & judged, flagged[known] & judged
    weights = draw_weights(len(judged), seed, resamples)
    everyone = np.arange(len(judged))
    cells = _Items(score[known][judged], truth[judged], flags[judged], np.nonzero(judged)[0])
    users = _Items(user_score[known], truth.any(axis=1), flags.any(axis=1), everyone)
    ranking = cells.ranking()
    return DetectionMetrics(
        cells=_ranking_metrics(cells, ranking, weights),
        users=_ranking_metrics(users, users.ranking(), weights),
        events=_event_metrics(ranking, of_known, flags, judged, weights),
        left_out_cells=int(labels.size - judged.sum()),
        left_out_labels=int(labels.sum() - truth.sum()),
        left_out_users=int(len(labels) - len(judged)),
    )


def strongest(values: np.ndarray) -> np.ndarray:
    """Return the highest over the features, (users, times, features) -> (users, times); NaN skipped."""
    return np.fmax.reduce(values, axis=2)


@dataclass(frozen=True)
class _Items:
    """Cells or users that are judged, (items,) each; owner is the number of the user."""

    score: np.ndarray
    positive: np.ndarray
    flagged: np.ndarray
    owner: np.ndarray

    def ranking(self) -> Ranking:
        return Ranking.of(self.score, self.positive, self.owner)


def _ranking_metrics(items: _Items, ranking: Ranking, weights: np.ndarray) -> RankingMetrics:
    once = ranking.curve(np.ones(weights.shape[1]))
    curves = [ranking.curve(row) for row in weights]
    hits = items.flagged & items.positive
    return RankingMetrics(
        judged=len(items.score),
        labelled=int(items.positive.sum()),
        flagged=int(items.flagged.sum()),
        chance=float(items.positive.mean()) if len(items.score) else np.nan,
        average_precision=from_draws(
            _average_precision(items), [curve.average_precision() for curve in curves]
        ),
        roc_area=from_draws(_roc_area(items), [curve.roc_area() for curve in curves]),
        precision=_share(hits, items.flagged, items.owner, weights),
        recall=_share(hits, items.positive, items.owner, weights),
        precision_in_first=tuple(
            from_draws(
                once.precision_in_first(number),
                [curve.precision_in_first(number) for curve in curves],
            )
            for number in FIRST
        ),
    )


def _average_precision(items: _Items) -> float:
    from sklearn.metrics import average_precision_score  # noqa: PLC0415 - pages need no scikit-learn

    known = items.positive.any()
    return float(average_precision_score(items.positive, items.score)) if known else np.nan


def _roc_area(items: _Items) -> float:
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415 - pages need no scikit-learn

    known = items.positive.any() and not items.positive.all()
    return float(roc_auc_score(items.positive, items.score)) if known else np.nan


def _event_metrics(
    ranking: Ranking,
    labels: np.ndarray,
    flagged: np.ndarray,
    judged: np.ndarray,
    weights: np.ndarray,
) -> EventMetrics:
    events = find_events(labels)
    begin = first_within(events, judged)
    events, begin = events[begin >= 0], begin[begin >= 0]
    found = first_within(events, flagged)
    caught = found >= 0
    once = np.ones(weights.shape[1])
    surface = RangeSurface(ranking, cells_of(events, labels.shape), judged)
    return EventMetrics(
        events=len(events),
        caught=int(caught.sum()),
        recall=_share(caught, np.ones(len(events), dtype=bool), events.user, weights),
        delay_steps=_share(np.where(caught, found - begin, 0), caught, events.user, weights),
        vus_pr=from_draws(surface.volume(once), [surface.volume(row) for row in weights]),
    )


def _share(part: np.ndarray, whole: np.ndarray, owner: np.ndarray, weights: np.ndarray) -> Estimate:
    """Return sum(part) / sum(whole), (items,) each, with each item weighing what its user does."""
    users = weights.shape[1]
    parts = np.bincount(owner, part.astype(np.float64), minlength=users)
    wholes = np.bincount(owner, whole.astype(np.float64), minlength=users)
    return from_draws(
        _divided(parts.sum(), wholes.sum()), _divided(weights @ parts, weights @ wholes)
    )


def _divided(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=np.asarray(whole) > 0)
