"""Tables as files that a person takes along: of what is shown, or of the whole run."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from dashboard.charts.format import format_count
from dashboard.runs.copying import Wanted
from dashboard.runs.findings import COLUMNS
from dashboard.runs.results import Results
from dashboard.runs.views import Query, UserView, View
from dashboard.sharing.settings_table import settings_table
from dashboard.sharing.table_files import csv_bytes, json_bytes, parquet_bytes, safe_cell
from dashboard.sharing.workbook import MOST_ROWS, workbook_bytes

Form = Literal["xlsx", "csv", "parquet", "json"]
FORMS: tuple[Form, ...] = get_args(Form)
MIME_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}
# So many cells are a file of about 500 MB, which the server holds in memory while it is fetched.
MOST_CELLS = {"xlsx": MOST_ROWS, "csv": 5_000_000, "parquet": 30_000_000, "json": 2_500_000}
_WRITERS = {"csv": csv_bytes, "parquet": parquet_bytes, "json": json_bytes}
_USER_COLUMNS = ["rank", "user", "error", "score", "p_value", "anomalous_times", "volume"]
_FINDING_COLUMNS = [name for name in COLUMNS if name not in {"id", "user_index", "first", "last"}]
_SERIES_COLUMNS = (
    "time feature actual expected low high error score p_value anomaly observed".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Export:
    """One file to take along. refusal: one sentence on why it cannot be had; None where it can."""

    name: str
    mime: str
    make: Callable[[], bytes]
    refusal: str | None = None


@dataclass(frozen=True)
class Extract:
    """What is taken along: `view` is what is shown; `whole`: of all users and features instead.

    Users are named as `results` names them, by pseudonyms too, whatever they are called in the view.
    """

    results: Results
    view: View
    whole: bool

    def users(self) -> pd.DataFrame:
        """Return one row for each user, by rank or in the order shown."""
        if self.whole:
            return self.results.ranked_users(self.view.level)[_USER_COLUMNS]
        users = self.view.users
        names = self.results.user_names(set(users["user_index"]))
        told = pd.Series([names[index] for index in users["user_index"]], users.index, dtype="str")
        return users.assign(user=told)[_USER_COLUMNS]

    def days(self) -> pd.DataFrame:
        """Return one row for each time step."""
        if not self.whole or self.view.query.feature is None:
            return self.view.days
        return self.results.view(Query(level=self.view.level, top=0)).days

    def findings(self, form: Form) -> pd.DataFrame:
        """Return one row for each finding, the strangest first.

        start and end are times where the form has such, and else as in addresses.
        """
        feature = None if self.whole else self.view.query.feature
        found = self.results.findings(self.view.level, feature=feature)
        if not self.whole:
            found = found[found["user_index"].isin(self.view.users["user_index"])]
        features = [", ".join(names) for names in found["features"]]
        told = found.assign(features=pd.Series(features, found.index, dtype="str"))
        if form in {"xlsx", "parquet"}:
            start, end = (
                self.results.times.take(found[step].to_numpy()) for step in ("first", "last")
            )
            told = told.assign(start=start, end=end)
        return told[_FINDING_COLUMNS]

    def cells(self, form: Literal["csv", "parquet", "json"]) -> bytes:
        """Return a file with one row for each cell and feature."""
        with tempfile.TemporaryDirectory(prefix="clickwatch-") as folder:
            path = Path(folder) / "cells"
            self.results.copy_cells(path, form, self._wanted(form))
            mark = "\N{ZERO WIDTH NO-BREAK SPACE}".encode() if form == "csv" else b""
            return mark + path.read_bytes()

    def cell_table(self) -> pd.DataFrame:
        """Return the same as a table."""
        with tempfile.TemporaryDirectory(prefix="clickwatch-") as folder:
            path = Path(folder) / "cells"
            self.results.copy_cells(path, "parquet", self._wanted("parquet"))
            return pd.read_parquet(path)

    def number_of_cells(self, *, beyond: int) -> int | None:
        """Return how many rows that has; None where they are certainly not more than `beyond`."""
        manifest = self.results.manifest
        users = manifest.users if self.whole else len(self.view.users)
        if users * manifest.times * len(manifest.features) <= beyond:
            return None
        return self.results.count_cells(self._wanted("parquet"))

    def workbook(self) -> bytes:
        """Return all of it as one workbook, with the run's settings."""
        return workbook_bytes(
            {
                "users": self.users(),
                "days": self.days(),
                "cells": self.cell_table(),
                "findings": self.findings("xlsx"),
                "settings": settings_table(self.results.manifest, self.view.level),
            }
        )

    def _wanted(self, form: Form) -> Wanted:
        return Wanted(
            level=self.view.level,
            feature=None if self.whole else self.view.query.feature,
            users=None if self.whole else tuple(map(int, self.view.users["user_index"])),
            rename=safe_cell if form == "csv" else str,
        )


def exports_of(extract: Extract, form: Form) -> list[Export]:
    """Return the files of a form: one workbook, or one file for each table."""
    mime = MIME_TYPES[form]
    refusal = _refusal(extract, form)
    if form == "xlsx":
        return [Export("clickwatch.xlsx", mime, extract.workbook, refusal)]
    write = _WRITERS[form]
    return [
        Export(f"users.{form}", mime, lambda: write(extract.users())),
        Export(f"days.{form}", mime, lambda: write(extract.days())),
        Export(f"cells.{form}", mime, lambda: extract.cells(form), refusal),
        Export(f"findings.{form}", mime, lambda: write(extract.findings(form))),
    ]


def user_csv(user_view: UserView) -> bytes:
    """Return one user's time steps as CSV."""
    table = user_view.series[_SERIES_COLUMNS].copy()
    table.insert(0, "user", user_view.user)
    return csv_bytes(table)


def _refusal(extract: Extract, form: Form) -> str | None:
    most = MOST_CELLS[form]
    cells = extract.number_of_cells(beyond=most)
    if cells is None or cells <= most:
        return None
    what = "A sheet of a workbook" if form == "xlsx" else f"A {form.upper()} file from here"
    other = "run `analyse` on the command line" if form == "parquet" else "take Parquet"
    return (
        f"{what} takes {format_count(most)} rows, and these are {format_count(cells)} cells. "
        f"Show fewer users, or {other}."
    )
