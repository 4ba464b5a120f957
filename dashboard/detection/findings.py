"""Findings: neighbouring anomalous steps of one user are one thing to look at.

Kinds follow from facts alone, in this order:

- flat: one count of at least 3, three or more steps in a row, over more than half of the finding;
- shift: at least four steps whose total is nearly what was expected, and which the expected counts
  of another step of the week (or day, of hours) fit at least twice as well;
- silence: fewer than expected, and nothing at all wherever it is anomalous;
- slump: fewer than expected, but something;
- spike: more than expected in a single step;
- surge: more than expected over several steps.
"""

from typing import Literal, get_args

import numpy as np
import pandas as pd

from dashboard.data.panel import Frequency
from dashboard.detection.cells import Cells
from dashboard.detection.moved import fits_moved

Kind = Literal["spike", "silence", "surge", "slump", "shift", "flat"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_BETWEEN = 1  # steps in a row that are not anomalous, and still do not part a finding
LEAST_REPEATED, LEAST_REPEATS = 3, 3  # the count that repeats, and how often
PERIODS = {Frequency.HOUR: 24, Frequency.DAY: 7, Frequency.WEEK: 1}  # steps that a rhythm takes


def join_steps(user_index: np.ndarray, time_index: np.ndarray) -> pd.DataFrame:
    """Return the findings that anomalous cells make up: user_index, first, last (both included).

    user_index, time_index: of each anomalous cell, ordered by both. A finding goes on over
    MOST_BETWEEN steps that are normal or were not observed; one row each, in the same order.
    """
    parted = (np.diff(user_index) != 0) | (np.diff(time_index) > MOST_BETWEEN + 1)
    begins = np.concatenate([np.ones(min(1, len(user_index)), dtype=bool), parted])
    ends = np.roll(begins, -1)
    return pd.DataFrame(
        {"user_index": user_index[begins], "first": time_index[begins], "last": time_index[ends]}
    )


def describe_findings(found: pd.DataFrame, cells: Cells, level: float, period: int) -> pd.DataFrame:
    """Return `found` with what is known of each finding, in the same order.

    found: as `join_steps` gives it, numbered from 0 by its rows.
    cells: from `period` steps before to `period` steps after each finding, with its number.
    period: the steps of the run's rhythm, as in PERIODS.

    Adds peak (the highest score), feature_index (of the peak), feature_indices (all with an anomaly,
    the strangest first), anomalous_cells, steps (from first to last), and of the peak's feature:
    actual and expected (sums from first to last), ratio, direction ("up" or "down", of its anomalous
    cells) and kind.
    """
    cells = cells.in_order()
    first, last = found["first"].to_numpy(), found["last"].to_numpy()
    within = (cells.time_index >= first[cells.finding]) & (cells.time_index <= last[cells.finding])
    anomalous = within & (cells.score >= np.float32(level))
    peaks = _peaks(cells.rows(anomalous), len(found))
    own = cells.feature_index == peaks["feature_index"][cells.finding]
    actual, expected = _sums(cells.rows(within & own), len(found))
    odd = _sums(cells.rows(anomalous & own), len(found))
    up, steps = odd[0] >= odd[1], last - first + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = actual / expected
    return pd.DataFrame(
        {
            **{name: found[name] for name in found},
            **peaks,
            "steps": steps,
            "actual": actual,
            "expected": expected,
            "ratio": ratio,
            "direction": np.where(up, "up", "down"),
            "kind": _kinds(
                steps,
                up=up,
                empty=odd[0] == 0,
                own=cells.rows(own),
                within=within[own],
                period=period,
            ),
        }
    )


def _peaks(anomalous: Cells, findings: int) -> dict[str, np.ndarray]:
    """Of each finding, (findings,): peak, its feature, all features by their highest score, number of cells."""
    finding, feature = anomalous.finding, anomalous.feature_index
    parted = (np.diff(finding) != 0) | (np.diff(feature) != 0)
    begins = np.flatnonzero(np.concatenate([np.ones(min(1, len(finding)), dtype=bool), parted]))
    highest = np.maximum.reduceat(anomalous.score, begins) if len(begins) else anomalous.score
    order = np.lexsort((-highest, finding[begins]))  # one row for each finding and feature
    strangest = begins[order]
    first = np.searchsorted(finding[strangest], np.arange(findings))
    features = np.split(feature[strangest], first[1:])
    indices = np.fromiter(map(tuple, features[:findings]), dtype=object, count=findings)
    return {
        "peak": highest[order][first],
        "feature_index": feature[strangest][first],
        "feature_indices": indices,
        "anomalous_cells": np.bincount(finding, minlength=findings),
    }


def _sums(cells: Cells, findings: int) -> tuple[np.ndarray, np.ndarray]:
    """Actual and expected counts, each (findings,)."""
    return tuple(
        np.bincount(cells.finding, figures.astype(np.float64), findings).astype(np.float64)
        for figures in (cells.actual, cells.expected)
    )


def _kinds(
    steps: np.ndarray,
    *,
    up: np.ndarray,
    empty: np.ndarray,
    own: Cells,
    within: np.ndarray,
    period: int,
) -> np.ndarray:
    """own: the cells of each finding's own feature. within: those from first to last."""
    repeats = _longest_repeat(own.rows(within), len(steps))
    flat = (repeats >= LEAST_REPEATS) & (2 * repeats > steps)
    shift = fits_moved(own, within, len(steps), period)
    choices = [flat, shift, up & (steps == 1), up, empty]
    return np.select(choices, ["flat", "shift", "spike", "surge", "silence"], "slump")


def _longest_repeat(cells: Cells, findings: int) -> np.ndarray:
    """Return how many times in a row each finding has one count again, (findings,); at least 1."""
    number, time, actual = cells.finding, cells.time_index, cells.actual
    parts = np.ones(len(number), dtype=bool)
    parts[1:] = (
        (number[1:] != number[:-1])
        | (time[1:] - time[:-1] != 1)
        | (actual[1:] != actual[:-1])
        | (actual[1:] < LEAST_REPEATED)
    )
    starts = np.flatnonzero(parts)
    longest = np.ones(findings, dtype=np.int64)
    if len(starts):
        np.maximum.at(longest, number[starts], np.diff(np.append(starts, len(number))))
    return longest
