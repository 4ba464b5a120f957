"""Whether the counts of a finding are the usual ones at another time of the week."""

import numpy as np

from dashboard.detection.cells import Cells

LEAST_STEPS = 4
MOST_CHANGE = 1.5  # how many times more or fewer counts in all a moved rhythm may have
LEAST_GAIN = 2.0  # how many times better it must fit


def fits_moved(cells: Cells, within: np.ndarray, findings: int, period: int) -> np.ndarray:
    """Return which findings the expected counts fit far better when moved in time, (findings,) bool.

    cells: in order of findings and time steps, each finding with a period before and after it.
    within: which of them are the finding itself, (cells,) bool. The distance is that of
    square roots, squared, on which counts scatter alike; a step that no moved one stands for keeps
    its own.
    """
    number = cells.finding
    actual, expected = (
        np.sqrt(np.maximum(figures.astype(np.float64), 0))
        for figures in (cells.actual, cells.expected)
    )
    place = _places(number, cells.time_index, period)
    own = number[within]

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(own, values, findings)

    as_is = total((actual - expected)[within] ** 2)
    best = as_is
    for shift in range(1, period):
        moved = expected[_moved(place, np.flatnonzero(within), shift, period)]
        best = np.minimum(best, total((actual[within] - moved) ** 2))
    counted, foreseen = total(actual[within] ** 2), total(expected[within] ** 2)
    steady = (counted <= MOST_CHANGE * foreseen) & (foreseen <= MOST_CHANGE * counted)
    long_enough = np.bincount(own, minlength=findings) >= LEAST_STEPS
    return steady & long_enough & (LEAST_GAIN * best <= as_is) & (as_is > 0)


def _places(number: np.ndarray, time: np.ndarray, period: int) -> np.ndarray:
    """Return one increasing number for each finding and step, two periods apart between findings."""
    width = int(time.max(initial=0)) + 1 + 2 * period
    return number.astype(np.int64) * width + time


def _moved(place: np.ndarray, rows: np.ndarray, shift: int, period: int) -> np.ndarray:
    """Return the row whose expected count stands in for each: `shift` steps on, else a period less."""
    found = rows
    for steps in (shift - period, shift):
        wanted = place[rows] + steps
        at = np.minimum(np.searchsorted(place, wanted), len(place) - 1)
        found = np.where(place[at] == wanted, at, found)
    return found
