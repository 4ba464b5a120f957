"""Whether new counts are still like those that a model was trained on.

Compared is what a model relies on: how much users do, how often nothing, which users there are, and
how many cells surprise it. Rhythms are taken out: a mean is set against that of the same places in
the week, so that a weekend is not taken for a fall.
"""

import numpy as np
from pydantic import BaseModel, ConfigDict

from dashboard.data.panel import Panel
from dashboard.detection.rhythm import phases, week_steps

SURPRISING = 0.01  # the p-value up to which a cell counts as surprising


class TrainingFacts(BaseModel):
    """What the counts of a training were like, for each feature at each place in the week.

    mean: of a user's step. zeros: share of them that were 0. Where no step was seen at a place,
    what holds for all of them.
    """

    model_config = ConfigDict(frozen=True)

    mean: tuple[tuple[float, ...], ...]
    zeros: tuple[tuple[float, ...], ...]


class FeatureDrift(BaseModel):
    """One feature: what a user's new step is on average, and what it would be as in the training.

    zeros, usual_zeros: the same for the share of steps with 0.
    """

    model_config = ConfigDict(frozen=True)

    mean: float
    usual_mean: float
    zeros: float
    usual_zeros: float

    @property
    def change(self) -> float | None:
        """By which share the mean has grown, negative where it fell; None from nothing."""
        return self.mean / self.usual_mean - 1 if self.usual_mean else None


class Drift(BaseModel):
    """How new cells differ from the training.

    features: in the order of the panel's. users: how many have new cells; unknown_users: how many of
    them the training did not have. cells: how many were judged, features counted one by one.
    surprising: the share of them with a p-value of at most SURPRISING; None where none was judged.
    """

    model_config = ConfigDict(frozen=True)

    features: tuple[FeatureDrift, ...]
    users: int
    unknown_users: int
    cells: int
    surprising: float | None


def facts_of(panel: Panel) -> TrainingFacts:
    """Return what the counts of a training are like."""
    places = _places(panel)
    number = week_steps(panel.frequency)
    means, zeros = [], []
    for one in range(len(panel.features)):
        values = panel.values[:, :, one]
        means.append(_by_place(values, panel.observed, places, number))
        zeros.append(_by_place(values == 0, panel.observed, places, number))
    return TrainingFacts(mean=tuple(means), zeros=tuple(zeros))


def drift_of(
    facts: TrainingFacts, panel: Panel, fresh: np.ndarray, p_value: np.ndarray, unknown_users: int
) -> Drift:
    """Compare the new cells of a panel, (users, times) bool, with the training.

    p_value: (users, times, features), NaN where not judged.
    """
    number = fresh.sum(axis=0)  # new cells at each time step
    places = _places(panel)
    judged = p_value[fresh]
    judged = judged[np.isfinite(judged)]
    return Drift(
        features=tuple(
            FeatureDrift(
                mean=float(panel.values[:, :, one][fresh].mean(dtype=np.float64)),
                usual_mean=float(np.average(np.array(facts.mean[one])[places], weights=number)),
                zeros=float((panel.values[:, :, one][fresh] == 0).mean()),
                usual_zeros=float(np.average(np.array(facts.zeros[one])[places], weights=number)),
            )
            for one in range(len(panel.features))
        ),
        users=int(fresh.any(axis=1).sum()),
        unknown_users=unknown_users,
        cells=len(judged),
        surprising=float((judged <= SURPRISING).mean()) if len(judged) else None,
    )


def _places(panel: Panel) -> np.ndarray:
    return phases(panel.times, panel.frequency)


def _by_place(
    values: np.ndarray, counted: np.ndarray, places: np.ndarray, number: int
) -> tuple[float, ...]:
    """Return the mean of the counted cells at each place, and overall where there is none."""
    total = np.bincount(places, np.where(counted, values, 0).sum(axis=0, dtype=float), number)
    cells = np.bincount(places, counted.sum(axis=0), number)
    overall = total.sum() / max(cells.sum(), 1)
    return tuple(np.divide(total, cells, out=np.full(number, overall), where=cells > 0).tolist())
