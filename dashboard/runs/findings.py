"""The findings of a finished run, and one of them by its address."""

import re
from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd

from dashboard.data.panel import Frequency
from dashboard.detection.findings import PERIODS, describe_findings, join_steps
from dashboard.runs import queries

COLUMNS = (
    "id",
    "user",
    "user_index",
    "start",
    "end",
    "first",
    "last",
    "steps",
    "kind",
    "direction",
    "peak",
    "feature",
    "features",
    "actual",
    "expected",
    "ratio",
    "anomalous_cells",
)
ID = re.compile(
    r"\d{1,9}-\d{1,9}-\d{1,9}"
)  # a user, the first step, the last step, by their indices


def find(
    tables: duckdb.DuckDBPyConnection,
    frequency: Frequency,
    *,
    level: float,
    feature: int | None,
    cells_of_user: pd.DataFrame | None,
) -> pd.DataFrame:
    """Return the findings in the views of `open_tables`, without names; see `Results.findings`.

    Only the cells around anomalies are read. `tables` is a cursor of the caller's own. cells_of_user:
    those that one user's findings are made of; None: all that there are.
    """
    source = "cells"
    if cells_of_user is not None:
        source = "cells_of_user"
        tables.register(source, cells_of_user)
    asked = {"level": level, "feature": feature}
    anomalous = tables.execute(queries.ANOMALOUS_CELLS.format(cells=source), asked).df()
    found = join_steps(anomalous)
    period = PERIODS[frequency]
    tables.register("found", found.assign(finding=np.arange(len(found))))
    around = {"feature": feature, "around": period}
    cells = tables.execute(queries.CELLS_AROUND.format(cells=source), around).df()
    names = tables.execute(queries.NAMES_OF_USERS).df()["user"]
    return describe_findings(found, cells, level, period).assign(user=names)


def named(found: pd.DataFrame, labels: Sequence[str], features: Sequence[str]) -> pd.DataFrame:
    """Return the findings with the names of their steps and features, the strangest first."""
    feature_names = np.array(features, dtype=object)
    steps = np.array(labels, dtype=object)
    told = found.assign(
        id=[f"{each.user_index}-{each.first}-{each.last}" for each in found.itertuples()],
        start=steps[found["first"]],
        end=steps[found["last"]],
        feature=feature_names[found["feature_index"].to_numpy(dtype=int)],
        features=[tuple(feature_names[list(each)]) for each in found["feature_indices"]],
    )
    ordered = told.sort_values("peak", ascending=False, kind="stable")
    return ordered[list(COLUMNS)].reset_index(drop=True)


def place_of(finding_id: str, findings: pd.DataFrame) -> int | None:
    """Return the row of the finding of that id, or of the strangest that shares a step with it.

    A moved threshold makes a finding longer or shorter, and its address still leads to it. None where
    there is none.
    """
    exact = np.flatnonzero(findings["id"] == finding_id)
    if len(exact):
        return int(exact[0])
    if not ID.fullmatch(finding_id):
        return None
    user, first, last = map(int, finding_id.split("-"))
    same = findings["user_index"] == user
    sharing = same & (findings["first"] <= last) & (findings["last"] >= first)
    return int(sharing.idxmax()) if sharing.any() else None
