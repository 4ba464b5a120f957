"""What verdicts tell of a ranking: how many of the findings were right, and from which score on."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

CONFIDENCE = 0.95
TARGET = 0.9  # share of anomalies among the judged that a suggested threshold reaches
LEAST_JUDGED = 10


@dataclass(frozen=True)
class Precision:
    """Of `judged` findings with a score of at least `level`, `anomalies` were judged anomalies.

    low, high: Wilson's 95% interval of the share (1927, JASA 22); 0 and 1 where nothing was judged.
    """

    level: float
    anomalies: int
    judged: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share that were anomalies; NaN where nothing was judged."""
        return self.anomalies / self.judged if self.judged else np.nan


def precision(anomalous: np.ndarray, level: float) -> Precision:
    """Return the precision of judged findings. anomalous: (judged,) bool."""
    anomalies, judged = int(np.sum(anomalous)), len(anomalous)
    return Precision(level, anomalies, judged, *wilson(anomalies, judged))


def precisions(scores: np.ndarray, anomalous: np.ndarray) -> list[Precision]:
    """Return the precision from each score on at which a judged finding stands, the highest first.

    scores: (judged,) the highest score of each. anomalous: (judged,) bool.
    """
    return [
        precision(anomalous[scores >= level], float(level)) for level in np.unique(scores)[::-1]
    ]


def suggest_level(scores: np.ndarray, anomalous: np.ndarray) -> Precision | None:
    """Return the lowest level from which at least TARGET of LEAST_JUDGED or more were anomalies.

    None where there is none.
    """
    enough = [
        each
        for each in precisions(scores, anomalous)
        if each.judged >= LEAST_JUDGED and each.share >= TARGET
    ]
    return enough[-1] if enough else None


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Return Wilson's interval of a share, at CONFIDENCE; (0, 1) without trials."""
    if not trials:
        return 0.0, 1.0
    z = float(ndtri((1 + CONFIDENCE) / 2))
    share = successes / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * np.sqrt(share * (1 - share) / trials + (z / (2 * trials)) ** 2)
    half /= 1 + z * z / trials
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))
