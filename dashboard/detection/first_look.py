"""A first look at a panel, by a baseline and in a moment: what stands out, while a network still learns."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dashboard.data.panel import Panel
from dashboard.detection.baselines.weekday_median import WEEKDAY_MEDIAN
from dashboard.detection.choices import make_settings
from dashboard.detection.judging import judge
from dashboard.detection.pipeline import subject_of
from dashboard.detection.windows import LEAST_HISTORY

MOST_CELLS = 2_000_000  # of more, a look would take many seconds
USERS = 10
TOLD_APART = 0.05  # counts: actual and expected are shown with one decimal


@dataclass(frozen=True)
class Standout:
    """The strangest cell of a user: indices into the panel, and counts."""

    user: int
    time: int
    feature: int
    actual: float
    expected: float


def look_first(panel: Panel) -> tuple[Standout, ...]:
    """Return the strangest cells of the strangest users, one each, the strangest first.

    Cells with as many as expected are left out: what is strange about them is what stands around them. Of
    several that are as strange, as those of a flat line are, it is the one furthest from what was expected.
    None where the panel is too large for a quick look. Raises SettingsError where no user has
    enough history.
    """
    if panel.values.size > MOST_CELLS:
        return ()
    settings = make_settings(model=WEEKDAY_MEDIAN.name).model_copy(update={"window": LEAST_HISTORY})
    subject = subject_of(panel, settings)
    judged = judge(subject, WEEKDAY_MEDIAN.load(Path(), settings))
    distance = np.abs(panel.values - judged.made.expected).reshape(len(panel.users), -1)
    told = (distance >= TOLD_APART) & np.isfinite(judged.scores.cell).reshape(distance.shape)
    scores = np.where(told, judged.scores.cell.reshape(distance.shape), -np.inf)
    strongest = scores.max(axis=1)
    first = np.argsort(-strongest, kind="stable")[:USERS]
    return tuple(
        _standout(
            panel,
            judged.made.expected,
            int(user),
            int(np.where(scores[user] == strongest[user], distance[user], 0.0).argmax()),
        )
        for user in first
        if np.isfinite(strongest[user])
    )


def _standout(panel: Panel, expected: np.ndarray, user: int, place: int) -> Standout:
    time, feature = divmod(place, len(panel.features))
    return Standout(
        user,
        time,
        feature,
        actual=float(panel.values[user, time, feature]),
        expected=float(expected[user, time, feature]),
    )
