"""Students: lectures by timetable, deadlines of a course, a reading week, exams, and a break."""

import numpy as np

from dashboard.detection.counts.distribution import Counts
from tests.benchmarks.detection.world import LabelledSet, World, column, days_from

COURSES = 14
TAKEN = 4  # courses of each student
SIZE_IN_TERM = (2.5, 8)


def build(random: np.random.Generator, users: int, steps: int) -> World:
    """A student does what the courses taken ask for on the day, and a little for its own sake."""
    times = days_from("2025-10-06", steps)
    weekday = times.dayofweek.to_numpy()
    asked = np.stack([_course(random, weekday) for _ in range(COURSES)])
    takes = random.random((users, COURSES)).argsort(axis=1)[:, :TAKEN]
    keenness = random.dirichlet(np.full(TAKEN, 2), users)
    work = (keenness[:, :, None] * asked[takes]).sum(axis=1)  # (users, times)
    level = column(random.lognormal(np.log(11), 0.7, users))
    mean = level * (column(random.uniform(0.1, 0.4, users)) + work) * _term(steps)
    parties = np.isin(weekday, (4, 5))
    off = np.where(parties, column(random.beta(2, 8, users)), column(random.beta(1, 20, users)))
    size = np.broadcast_to(column(random.uniform(*SIZE_IN_TERM, users)), mean.shape)
    return World(Counts(mean, size, off), np.ones(mean.shape, dtype=bool), times)


def _course(random: np.random.Generator, weekday: np.ndarray) -> np.ndarray:
    """Two lectures a week, and a rush of three days before a deadline every two or three weeks."""
    lectures = np.isin(weekday, random.choice(5, 2, replace=False)).astype(float)
    rush = np.zeros(len(weekday))
    every = int(random.choice([14, 21]))
    for deadline in range(int(random.integers(7, 21)), len(weekday), every):
        rush[max(deadline - 2, 0) : deadline + 1] = [0.8, 1.3, 2.5][-min(deadline + 1, 3) :]
    return lectures + rush


def _term(steps: int) -> np.ndarray:
    """How busy the university is, (times,): half way a reading week, then exams and a break."""
    busy = np.ones(steps)
    middle, exams = steps // 2, int(0.72 * steps)
    busy[middle : middle + 7] = 0.5
    busy[exams : exams + 12] = np.linspace(1.4, 2.4, 12)[: steps - exams]
    busy[exams + 12 :] = 0.3
    return busy


STUDENTS = LabelledSet(
    "students", "timetables, deadlines, reading week, exams, break", 450, 98, build
)
