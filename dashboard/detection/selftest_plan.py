"""What a self-test plants: which anomalies, in how many users, in how many rounds."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dashboard.data.panel import Frequency
from dashboard.detection.anomaly_kinds import KINDS, Recipe
from dashboard.detection.partitions import count_first
from dashboard.detection.registry import model_kind
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.windows import window_starts

MOST_USERS = 20_000  # of more, a sample takes part
WANTED = 100  # planted anomalies of each sort
SHARE = 0.2  # of the users that carry one at a time: the rest must stay what it is
MOST_ROUNDS = 30
MOST_STEPS = 2_000_000  # time steps that are reconstructed in all rounds together
STEPS_A_CELL = 13  # what a cell costs that is foretold apart, in steps of a window
TO_A_THIRD = 10 / 3  # a slump to 0.3 of the usual counts

SORTS = (
    *(Recipe("spike", 1, 0, size) for size in (2.0, 3.0, 5.0, 10.0)),
    *(Recipe("surge", 5, 0, size) for size in (2.0, 3.0)),
    *(Recipe("slump", length, 0, TO_A_THIRD) for length in (5, 10)),
    *(Recipe("silence", length, 0) for length in (2, 3, 5)),
    Recipe("flat line", 10, 0),
    Recipe("weekday shift", 7, 0),
)


def count_taking_part(shape: tuple[int, int, int]) -> int:
    """Return how many users of a panel take part: no more than are judged at once."""
    users, times, features = shape
    return min(MOST_USERS, count_first(users, times * features))


def sorts_for(times: int, frequency: Frequency) -> tuple[Recipe, ...]:
    """Return the sorts that fit: no longer than half of the time steps, and a week only in days."""
    return tuple(
        sort
        for sort in SORTS
        if 2 * sort.length <= times
        and (frequency is Frequency.DAY or not KINDS[sort.kind].rhythmic)
    )


def plan_rounds(
    sorts: Sequence[Recipe], users: int, steps_a_round: int
) -> list[tuple[Recipe, ...]]:
    """Return what to plant in each round: all sorts in equal numbers, up to 100 of each in all.

    users: those that can carry an anomaly; one at least does so in each round.
    steps_a_round: time steps that a model reconstructs in a round; the more, the fewer rounds.
    """
    at_once = max(1, int(SHARE * users))
    rounds = most_rounds(steps_a_round)
    number = min(WANTED * len(sorts), at_once * rounds)
    return [
        _dealt(sorts, first, min(first + at_once, number)) for first in range(0, number, at_once)
    ]


def most_rounds(steps_a_round: int) -> int:
    """Return how many rounds there are time for."""
    return int(np.clip(MOST_STEPS // max(1, steps_a_round), 1, MOST_ROUNDS))


def usual_rounds(users: int, steps_a_round: int) -> int:
    """Return how many rounds are played where every sort fits and every user can carry one."""
    return len(plan_rounds(SORTS, users, steps_a_round))


def steps_a_round(shape: tuple[int, int, int], settings: TrainingSettings) -> int:
    """Return how many time steps are reconstructed in a round, by the model and the baselines.

    shape: users, times and features. settings: with window and stride as they were chosen. Cells
    are foretold apart in every round, whatever the model: one of the baselines does so.
    """
    users, times, features = shape
    steps, kind = users * times * features * STEPS_A_CELL, model_kind(settings.model)
    if kind.is_trained and not kind.each_cell:
        windows = users * len(window_starts(times, settings.window, settings.stride))
        steps += windows * settings.window
    return steps


def _dealt(sorts: Sequence[Recipe], first: int, last: int) -> tuple[Recipe, ...]:
    """Deal the places from `first` up to, not including, `last` to the sorts in turn."""
    numbers = np.bincount(np.arange(first, last) % len(sorts), minlength=len(sorts))
    return tuple(
        replace(sort, number=int(number))
        for sort, number in zip(sorts, numbers, strict=True)
        if number
    )
