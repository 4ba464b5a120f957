"""The quality report: what was understood, how it was read, and what is odd about it."""

import numpy as np

from dashboard.data.cells import Cells
from dashboard.data.grid import Built
from dashboard.data.panel import Frequency, Panel
from dashboard.data.reading import Layout
from dashboard.data.report import QualityReport
from dashboard.data.roles import Roles
from dashboard.data.table import Table

LEAST_HISTORY = 7  # observed steps below which a user is not scored
LEAST_TRAINING = 14
OUTLIER = 50  # times a feature's 99th percentile
SAMPLE = 5
LAYOUTS = {
    Layout.LONG: "one row per user and time",
    Layout.DAYS_ACROSS: "one row per user, time steps across",
    Layout.DAYS_DOWN: "one row per time step, users across",
    Layout.EVENTS: "an event log, one row per event",
    Layout.SERIES: "a single series",
}
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}


def make_report(table: Table, roles: Roles, cells: Cells, built: Built) -> QualityReport:
    """Return the report on one reading."""
    panel = built.panel
    history = panel.observed.sum(axis=1)
    short = tuple(np.array(panel.users, dtype=object)[history < LEAST_HISTORY])
    seen = panel.observed.sum() * len(panel.features)
    zeros = seen - np.count_nonzero(panel.values)  # which are 0 where nothing was observed
    return QualityReport(
        rows=table.rows(),
        users=len(panel.users),
        times=len(panel.times),
        features=panel.features,
        totals=built.totals,
        first=_label(panel, 0),
        last=_label(panel, -1),
        frequency=panel.frequency,
        zero_share=float(zeros / seen),
        duplicates=built.duplicates,
        gaps=built.gaps,
        short_users=short,
        user_sample=panel.users[:SAMPLE],
        how_read=_how_read(table, roles),
        notes=(*table.notes, *cells.notes, *_notes(built, roles), *_oddities(panel, short)),
    )


def _label(panel: Panel, position: int) -> str | int:
    time = panel.times[position]
    if not panel.has_dates:
        return int(time)
    return time.isoformat() if panel.frequency is Frequency.HOUR else f"{time:%Y-%m-%d}"


def _how_read(table: Table, roles: Roles) -> tuple[str, ...]:
    how = [f"Read as {LAYOUTS[roles.layout]}."]
    if table.text and table.dialect:
        marks = DELIMITERS.get(table.dialect.delimiter, repr(table.dialect.delimiter))
        header = "with a header" if table.dialect.has_header else "without a header"
        how.append(f"The file is {table.text.encoding} text, separated by {marks}, {header}.")
    named = {"user": roles.user, "time": roles.time, "clock": roles.clock}
    columns = [f"{role} is {name!r}" for role, name in named.items() if name is not None]
    if roles.layout in {Layout.LONG, Layout.SERIES}:
        columns.append(f"counts are {', '.join(map(repr, roles.counts))}")
    if columns:
        how.append(f"Columns: {'; '.join(columns)}.")
    return tuple(how)


def _notes(built: Built, roles: Roles) -> list[str]:
    panel = built.panel
    notes = []
    if roles.ignored:
        listed = [f"{name!r} ({why})" for name, why in roles.ignored.items()]
        more = f" and {len(listed) - 10} more" if len(listed) > 10 else ""  # noqa: PLR2004
        notes.append(f"Left out: {', '.join(listed[:10])}{more}.")
    if built.duplicates:
        notes.append(f"{built.duplicates:,} rows of the same user and time were added up.")
    if built.merged:
        notes.append(
            f"{built.merged:,} rows finer than one {panel.frequency} were brought together."
        )
    if built.gaps:
        notes.append(f"{built.gaps:,} of {len(panel.times):,} time steps have no row at all.")
    late = int((~panel.observed[:, 0]).sum())
    if late:
        notes.append(
            f"{late:,} users first appear after the first time step; before that they count as "
            "not observed."
        )
    return notes


def _oddities(panel: Panel, short: tuple[str, ...]) -> list[str]:
    notes = []
    if len(panel.times) < LEAST_TRAINING:
        notes.append(
            f"{len(panel.times)} time steps are too short to train on: {LEAST_TRAINING} are the "
            "least to learn a rhythm from."
        )
    if short:
        few = ", ".join(short[:SAMPLE]) + (", ..." if len(short) > SAMPLE else "")
        notes.append(
            f"{len(short):,} users have fewer than {LEAST_HISTORY} observed time steps and are not "
            f"scored: {few}."
        )
    silent = int((panel.values.max(axis=(1, 2)) == 0).sum())
    if silent:
        notes.append(f"{silent:,} users have no count above zero.")
    for number, name in enumerate(panel.features):
        counts = panel.values[:, :, number]
        if (np.rint(counts) != counts).any():
            notes.append(
                f"Some values of {name!r} are not whole numbers; they are used as they are."
            )
        highest = counts.max()
        if usual := _usual_below(highest, counts, panel.observed):
            notes.append(
                f"The highest value of {name!r} is {highest:,.0f}, while 99% are at most {usual:,.0f}."
            )
    return notes


def _usual_below(highest: np.floating, counts: np.ndarray, observed: np.ndarray) -> float | None:
    """Return what 99% of the observed counts are at most, where the highest is far above that."""
    seen = np.count_nonzero(observed)
    near = np.count_nonzero(counts > 0.99 * float(highest) / OUTLIER)
    if near > seen / 100 + 1:  # so no need to look for it
        return None
    usual = np.percentile(counts[observed], 99)
    return float(usual) if usual > 0 and highest > OUTLIER * usual else None
