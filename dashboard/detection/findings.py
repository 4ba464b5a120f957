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
from dashboard.detection.moved import fits_moved

Kind = Literal["spike", "silence", "surge", "slump", "shift", "flat"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_BETWEEN = 1  # steps in a row that are not anomalous, and still do not part a finding
LEAST_REPEATED, LEAST_REPEATS = 3, 3  # the count that repeats, and how often
PERIODS = {Frequency.HOUR: 24, Frequency.DAY: 7, Frequency.WEEK: 1}  # steps that a rhythm takes


def join_steps(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the findings that anomalous cells make up: user_index, first, last (both included).

    cells: user_index and time_index of each anomalous cell, ordered by both. A finding goes on over
    MOST_BETWEEN steps that are normal or were not observed; one row each, in the same order.
    """
    user, time = cells["user_index"].to_numpy(), cells["time_index"].to_numpy()
    parted = (np.diff(user) != 0) | (np.diff(time) > MOST_BETWEEN + 1)
    begins = np.concatenate([np.ones(min(1, len(user)), dtype=bool), parted])
    ends = np.roll(begins, -1)
    return pd.DataFrame({"user_index": user[begins], "first": time[begins], "last": time[ends]})


def describe_findings(
    found: pd.DataFrame, cells: pd.DataFrame, level: float, period: int
) -> pd.DataFrame:
    """Return `found` with what is known of each finding, in the same order.

    found: as `join_steps` gives it, numbered from 0 by its rows.
    cells: the scored cells from `period` steps before to `period` steps after each finding, with its
        number: finding, time_index, feature_index, actual, expected, score.
    period: the steps of the run's rhythm, as in PERIODS.

    Adds peak (the highest score), feature_index (of the peak), feature_indices (all with an anomaly,
    the strangest first), anomalous_cells, steps (from first to last), and of the peak's feature:
    actual and expected (sums from first to last), ratio, direction ("up" or "down", of its anomalous
    cells) and kind.
    """
    cells = cells.sort_values(["finding", "feature_index", "time_index"], kind="stable")
    number = cells["finding"].to_numpy()
    time = cells["time_index"].to_numpy()
    within = (time >= found["first"].to_numpy()[number]) & (
        time <= found["last"].to_numpy()[number]
    )
    anomalous = within & (cells["score"].to_numpy() >= np.float32(level))
    described = found.join(_peaks(cells[anomalous]))
    own = cells["feature_index"].to_numpy() == described["feature_index"].to_numpy()[number]
    sums = _sums(cells[within & own], len(found))
    odd = _sums(cells[anomalous & own], len(found))
    described["steps"] = described["last"] - described["first"] + 1
    described["actual"], described["expected"] = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        described["ratio"] = sums[0] / sums[1]
    described["direction"] = np.where(odd[0] >= odd[1], "up", "down")
    described["kind"] = _kinds(described, cells[own], within[own], odd[0] == 0, period)
    return described


def _peaks(anomalous: pd.DataFrame) -> pd.DataFrame:
    """One row a finding: peak, its feature, all features by their highest score, number of cells."""
    by_feature = (
        anomalous.groupby(["finding", "feature_index"], sort=True)["score"]
        .agg(["max", "size"])
        .reset_index()
        .sort_values(["finding", "max"], ascending=[True, False], kind="stable")
    )
    grouped = by_feature.groupby("finding", sort=True)
    return pd.DataFrame(
        {
            "peak": grouped["max"].first(),
            "feature_index": grouped["feature_index"].first(),
            "feature_indices": grouped["feature_index"].agg(tuple),
            "anomalous_cells": grouped["size"].sum(),
        }
    )


def _sums(cells: pd.DataFrame, findings: int) -> tuple[np.ndarray, np.ndarray]:
    """Actual and expected counts, each (findings,)."""
    number = cells["finding"].to_numpy()
    return tuple(
        np.bincount(number, cells[name].to_numpy(dtype=np.float64), findings)
        for name in ("actual", "expected")
    )


def _kinds(
    described: pd.DataFrame, own: pd.DataFrame, within: np.ndarray, empty: np.ndarray, period: int
) -> np.ndarray:
    """own: the cells of each finding's own feature. within: those from first to last."""
    steps = described["steps"].to_numpy()
    up = (described["direction"] == "up").to_numpy()
    repeats = _longest_repeat(own[within], len(described))
    flat = (repeats >= LEAST_REPEATS) & (2 * repeats > steps)
    shift = fits_moved(own, within, len(described), period)
    choices = [flat, shift, up & (steps == 1), up, empty]
    return np.select(choices, ["flat", "shift", "spike", "surge", "silence"], "slump")


def _longest_repeat(cells: pd.DataFrame, findings: int) -> np.ndarray:
    """Return how many times in a row each finding has one count again, (findings,); at least 1."""
    number, time = cells["finding"].to_numpy(), cells["time_index"].to_numpy()
    actual = cells["actual"].to_numpy()
    parts = np.ones(len(cells), dtype=bool)
    parts[1:] = (
        (number[1:] != number[:-1])
        | (time[1:] - time[:-1] != 1)
        | (actual[1:] != actual[:-1])
        | (actual[1:] < LEAST_REPEATED)
    )
    starts = np.flatnonzero(parts)
    longest = np.ones(findings, dtype=np.int64)
    if len(starts):
        np.maximum.at(longest, number[starts], np.diff(np.append(starts, len(cells))))
    return longest
