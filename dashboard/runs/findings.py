"""The findings of a finished run, and one of them by its address."""

import re
from collections.abc import Sequence
from itertools import chain

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from dashboard.data.panel import Frequency
from dashboard.detection.cells import Cells
from dashboard.detection.findings import PERIODS, describe_findings, join_steps
from dashboard.runs import queries
from dashboard.runs.ranked import Block

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
TEXTS = ("id", "user", "start", "end", "kind", "direction", "feature")
ID = re.compile(
    r"\d{1,9}-\d{1,9}-\d{1,9}"
)  # a user, the first step, the last step, by their indices


def find(
    tables: duckdb.DuckDBPyConnection, frequency: Frequency, *, level: float, feature: int | None
) -> pd.DataFrame:
    """Return the findings in the views of `open_tables`, without names; see `Results.findings`.

    Only the cells around anomalies are read. `tables` is a cursor of the caller's own.
    """
    asked = {"level": level, "feature": feature}
    found = join_steps(**tables.execute(queries.ANOMALOUS_CELLS, asked).fetchnumpy())
    period = PERIODS[frequency]
    tables.register("found", found.assign(finding=np.arange(len(found))))
    around = {"feature": feature, "around": period}
    cells = tables.execute(queries.CELLS_AROUND, around).fetchnumpy()
    return describe_findings(found, Cells(**cells), level, period)


def find_of_user(
    user_index: int, cells: Block, frequency: Frequency, *, level: float, feature: int | None
) -> pd.DataFrame:
    """Return the findings of one user, as `find` does. cells: its own, (times, features) each."""
    judged = slice(None) if feature is None else slice(feature, feature + 1)
    steps = np.flatnonzero((cells["score"][:, judged] >= np.float32(level)).any(axis=1))
    steps = steps.astype(np.int32)
    found = join_steps(np.full_like(steps, user_index), steps)
    period = PERIODS[frequency]
    return describe_findings(found, _around(found, cells, judged, period), level, period)


def _around(found: pd.DataFrame, cells: Block, judged: slice, period: int) -> Cells:
    """Return the scored cells of these features around each of one user's findings."""
    times = len(cells["score"])
    ends = zip(found["first"].tolist(), found["last"].tolist(), strict=True)
    near = [range(max(0, first - period), min(times, last + period + 1)) for first, last in ends]
    finding = np.repeat(np.arange(len(found)), [len(steps) for steps in near])
    time = np.fromiter(chain.from_iterable(near), np.int32)
    row, feature = np.nonzero(~np.isnan(cells["score"][time, judged]))
    feature += judged.start or 0
    where = time[row], feature
    return Cells(
        finding=finding[row],
        time_index=time[row],
        feature_index=feature.astype(np.int16),
        **{name: cells[name][where] for name in ("actual", "expected", "score")},
    )


def named(
    found: pd.DataFrame, users: pa.Array, labels: Sequence[str], features: Sequence[str]
) -> pd.DataFrame:
    """Return the findings with the names of their users, steps and features, the strangest first.

    users: every user's name, by index.
    """
    order = np.argsort(-found["peak"].to_numpy(), kind="stable")
    told = {name: found[name].to_numpy()[order] for name in found}
    ends = (told[name].tolist() for name in ("user_index", "first", "last"))
    names, steps = (np.array(each, dtype=object) for each in (features, labels))
    told |= {
        "id": [f"{user}-{first}-{last}" for user, first, last in zip(*ends, strict=True)],
        "user": users.take(pa.array(told["user_index"])).to_pylist(),
        "start": steps[told["first"]],
        "end": steps[told["last"]],
        "feature": names[told["feature_index"]],
    }
    features_of = [tuple(names[list(each)]) for each in told["feature_indices"]]
    told["features"] = pd.Series(features_of, dtype=object)
    told |= {name: pd.Series(told[name], dtype="str") for name in TEXTS}
    return pd.DataFrame({name: told[name] for name in COLUMNS})


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
