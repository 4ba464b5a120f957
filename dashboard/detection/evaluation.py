"""Models side by side on one panel whose anomalies are known."""

from dataclasses import dataclass

import numpy as np

from dashboard.data.over import Over
from dashboard.data.panel import Panel
from dashboard.detection.events import find_events, first_within
from dashboard.detection.metrics import DetectionMetrics, measure, strongest
from dashboard.detection.pipeline import OnProgress, analyse
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold

SHARED = 0.5  # of the users that are there: labels of so many are the day's, not a user's
LEAST_USERS = 5  # with fewer, no day is shared


@dataclass(frozen=True)
class Evaluation:
    """What one model was measured to find.

    by_kind: (events, caught) of each kind of label. shared_ranks: for each shared time, how far up
    it stands when all times are ranked by their score, from 1; None where it was not scored.
    """

    settings: TrainingSettings
    level: float
    metrics: DetectionMetrics
    by_kind: dict[str, tuple[int, int]]
    shared_ranks: tuple[int | None, ...]
    seconds: float


def evaluate(
    panel: Panel,
    labels: np.ndarray,
    settings: TrainingSettings,
    threshold: Threshold,
    *,
    kinds: np.ndarray | None = None,
    on_progress: OnProgress = lambda _: None,
    over: Over = map,
) -> Evaluation:
    """Train and score one model as `analyse` does, which never sees the labels, then measure it.

    labels: (users, times) bool; kinds: (users, times) texts. Cells of shared times are not judged.
    over: where very many users are scored.
    Raises SettingsError where the settings do not fit the data.
    """
    analysis = analyse(panel, settings, threshold, on_progress, over=over)
    shared = shared_times(labels, panel.observed)
    score = strongest(analysis.score)
    judged = np.isfinite(score) & ~shared
    flagged = (score >= analysis.level) & judged
    return Evaluation(
        settings=analysis.settings,
        level=analysis.level,
        metrics=measure(score, analysis.user_score, flagged, labels, judged, seed=settings.seed),
        by_kind={} if kinds is None else _caught_by_kind(kinds, flagged, judged),
        shared_ranks=tuple(_rank(analysis.day_score, time) for time in np.flatnonzero(shared)),
        seconds=float(analysis.timings["total"]),
    )


def shared_times(labels: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Return at which times most users who are there are labelled, (times,) bool.

    An outage or a holiday concerns everyone: it says nothing of any one user, and would make
    every user a labelled one.
    """
    there = observed.sum(axis=0)
    return (there >= LEAST_USERS) & ((labels & observed).sum(axis=0) > SHARED * there)


def _caught_by_kind(
    kinds: np.ndarray, flagged: np.ndarray, judged: np.ndarray
) -> dict[str, tuple[int, int]]:
    found = {}
    for kind in sorted(set(kinds[judged]) - {""}):
        events = find_events((kinds == kind) & judged)
        found[kind] = (len(events), int((first_within(events, flagged) >= 0).sum()))
    return found


def _rank(day_score: np.ndarray, time: int) -> int | None:
    if not np.isfinite(day_score[time]):
        return None
    return int((day_score > day_score[time]).sum()) + 1
