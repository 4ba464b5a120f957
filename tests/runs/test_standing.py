"""Anomalies counted: of all users by looking at few of them."""

from dataclasses import astuple

import numpy as np
import pytest

from dashboard.runs.ranked import FIGURES, Ranked
from dashboard.runs.standing import count_anomalies, count_anomalies_of_all

FEATURES, TIMES, USERS = 2, 9, 40


@pytest.mark.parametrize("feature", [None, 1])
@pytest.mark.parametrize("part", [(0, TIMES - 1), (3, 3)])
@pytest.mark.parametrize("level", [-np.inf, 0.0, 1.5, 2.5, np.inf])
def test_who_has_no_anomaly_need_not_be_looked_at(
    level: float, part: tuple[int, int], feature: int | None
) -> None:
    draw = np.random.default_rng(0)
    cells = draw.normal(size=(len(FIGURES), FEATURES, TIMES, USERS)).astype(np.float32)
    cells[:, draw.random((FEATURES, TIMES, USERS)) < 0.2] = np.nan
    scores = cells[FIGURES.index("score")]
    highest = np.nanmax(scores, axis=(0, 1))
    order = np.argsort(-highest, kind="stable")
    ranked, highest = Ranked(cells[..., order]), highest[order]
    asked = {"feature": feature, "span": (1, TIMES - 2), "part": part}
    found = count_anomalies_of_all(ranked, highest, level, **asked)
    for few, all_of_them in zip(
        astuple(found), astuple(count_anomalies(ranked, level, **asked)), strict=True
    ):
        np.testing.assert_array_equal(few, all_of_them)
