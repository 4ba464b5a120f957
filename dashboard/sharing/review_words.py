"""What verdicts tell of a run, in sentences."""

import numpy as np

from dashboard.charts.format import format_number_of, format_score, format_share
from dashboard.detection.judged import LEAST_JUDGED, TARGET, Precision, precision, suggest_level


def precision_sentence(scores: np.ndarray, anomalous: np.ndarray) -> str:
    """Return how many of the judged findings were anomalies, and how sure that is.

    scores, anomalous: as `Triage.judged` gives them. With few verdicts: how many are missing.
    """
    judged = len(scores)
    if judged < LEAST_JUDGED:
        return (
            f"{format_number_of(judged, 'finding')} of the run {'has' if judged == 1 else 'have'} a verdict of anomaly "
            f"or normal. From {LEAST_JUDGED} on, this tells how many were right."
        )
    found = precision(anomalous, float(scores.min()))
    return (
        f"Of {found.judged:,} findings judged, {found.anomalies:,} were anomalies: "
        f"{share_words(found)}."
    )


def suggestion_sentence(scores: np.ndarray, anomalous: np.ndarray) -> str:
    """Return from which score on nearly all that was judged was right; why not, where nothing is."""
    found = suggest_level(scores, anomalous)
    if found is not None:
        return (
            f"From a score of {format_score(found.level)}, {found.anomalies:,} of {found.judged:,} judged "
            f"were anomalies: {share_words(found)}."
        )
    if len(scores) < LEAST_JUDGED:
        return ""
    return (
        f"No threshold is suggested: at none, with {LEAST_JUDGED} or more judged, were "
        f"{format_share(TARGET)} of them anomalies."
    )


def share_words(found: Precision) -> str:
    """Return a precision with its interval: `90% (95% interval 60% to 98%)`."""
    return f"{found.share:.0%} (95% interval {found.low:.0%} to {found.high:.0%})"
