"""The queue of the Review page: which findings wait, in which order, and which one is open."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st
from streamlit.elements.arrow import DataframeSelectionState

from dashboard.charts import KIND_NAMES
from dashboard.charts.format import format_name, format_number_of
from dashboard.data.panel import Frequency
from dashboard.runs.findings import place_of
from dashboard.runs.muting import NOBODY
from dashboard.runs.records import RunRecord
from dashboard.runs.results import Results
from dashboard.runs.reviewing import Opinion
from dashboard.runs.triage import SAID, Triage, triage
from dashboard.sharing.access import Sight
from dashboard.ui.addresses import read_choice, write_choice
from dashboard.ui.drawing import heard_once
from dashboard.ui.kept import kept_of_run, open_results, open_store, results_of
from dashboard.ui.person import person_id

SHOWN = {
    "waiting": "To review",
    "mine": "Not by me",
    "reviewed": "Reviewed",
    "disputed": "Disputed",
}
OPINION_NAMES = {
    Opinion.OPEN: "",
    Opinion.ANOMALY: "anomaly",
    Opinion.NORMAL: "normal",
    Opinion.UNSURE: "unsure",
    Opinion.DISPUTED: "disputed",
    Opinion.HIDDEN: "hidden",
}
MOST_ROWS = 200
TABLE_PIXELS = 560
LONGEST_NAME = 18  # so that the score, on the right of it, is in sight
DATES = {Frequency.HOUR: "D MMM YYYY, HH:mm"}


@dataclass(frozen=True)
class Queue:
    """The findings of a run in order, those that are shown (rows), and the row that is open."""

    run: RunRecord
    results: Results
    level: float
    triage: Triage
    show: str
    rows: tuple[int, ...]
    row: int | None

    @property
    def finding(self) -> pd.Series:
        """The open finding."""
        return self.triage.findings.iloc[self.row]

    def opened_at(self, finding: str) -> "Queue":
        """Return the same queue with another finding open; as it is where that is none of its findings."""
        row = place_of(finding, self.triage.findings)
        return self if row is None else replace(self, row=row)

    def beside(self, steps: int) -> str | None:
        """Return the id of the finding so many places further on; None beyond either end."""
        if self.row in self.rows:
            place = self.rows.index(self.row) + steps
        else:  # judged just now, or named by its address
            before = sum(row < self.row for row in self.rows)
            place = before if steps > 0 else before - 1
        inside = 0 <= place < len(self.rows)
        return self.triage.findings["id"].iloc[self.rows[place]] if inside else None


@kept_of_run(max_entries=16)
def findings_of(sight: Sight, level: float) -> pd.DataFrame:
    """Return the findings of a run at a level; finished runs never change."""
    return results_of(sight).findings(level)


def triage_of(run: RunRecord, level: float) -> Triage:
    """Return the findings as everyone's verdicts order them now."""
    judging = open_store().judging(run.id)
    return triage(
        findings_of(run.id, level),
        judging.log(),
        judging.mutes(),
        open_results(run.id).times,
    )


def read_queue(
    run: RunRecord, level: float, ordered: Triage, show: str, *, silenced: bool
) -> Queue:
    """Return a view of the queue; the finding of the address is open, else the first."""
    rows = rows_shown(ordered, show, silenced=silenced)
    wanted = read_choice("finding")
    row = None if wanted is None else place_of(wanted, ordered.findings)
    if wanted is not None and row is None:
        st.warning("That finding is not one at this threshold. Here is the first of the queue.")
    if row is None and rows:
        row = rows[0]
    write_choice(finding=None if row is None else ordered.findings["id"].iloc[row])
    return Queue(run, open_results(run.id), level, ordered, show, tuple(rows), row)


def rows_shown(ordered: Triage, show: str, *, silenced: bool) -> list[int]:
    """Return the rows of a view of the queue, in order. silenced: muted and hidden ones too."""
    findings, me = ordered.findings, person_id()
    loud = (findings["silencer"] == NOBODY) & (findings["opinion"] != Opinion.HIDDEN)
    if show == "reviewed":
        kept = findings["opinion"].isin(SAID)
    elif show == "disputed":
        kept = findings["opinion"] == Opinion.DISPUTED
    elif show == "mine":
        by_me = [any(each.person.id == me for each in standing) for standing in ordered.standing]
        kept = loud & ~pd.Series(by_me, index=findings.index, dtype=bool)
    else:
        kept = loud & (findings["opinion"] == Opinion.OPEN)
    quiet = ~loud if silenced else pd.Series(False, index=findings.index)
    return findings.index[kept | quiet].tolist()


def choose_view(ordered: Triage) -> tuple[str, bool]:
    """Draw which part of the queue is shown, and whether muted and hidden ones are too.

    Both stand in the address.
    """
    show = st.segmented_control(
        "Findings",
        list(SHOWN),
        default="waiting",
        required=True,
        format_func=SHOWN.get,
        key="show",
        bind="query-params",
        label_visibility="collapsed",
        help="**Not by me** lists what others have judged too, for a second opinion.",
    )
    progress = ordered.progress
    quiet = [
        f"{number} {word}"
        for number, word in ((progress.muted, "muted"), (progress.hidden, "hidden"))
        if number
    ]
    silenced = bool(quiet) and st.toggle(
        f"Show {' and '.join(quiet)}", key="silenced", bind="query-params"
    )
    return show or "waiting", silenced


def say_progress(ordered: Triage) -> None:
    """Draw how far the review has come."""
    progress = ordered.progress
    if not progress.findings:
        return
    said = f"**{progress.reviewed:,} of {progress.findings:,} reviewed**"
    if progress.disputed:
        said += f", {format_number_of(progress.disputed, 'disagreement')}"
    st.progress(progress.reviewed / progress.findings, text=said)


def say_empty_queue(queue: Queue) -> None:
    """Say why there is nothing to judge here, and what else there is."""
    progress = queue.triage.progress
    if queue.triage.findings.empty:
        st.info("No finding reaches this threshold. Loosen it to see what comes closest.")
    elif queue.show == "waiting":
        st.success(
            f"Nothing is left to review: {format_number_of(progress.reviewed, 'finding')} judged.",
            icon=":material/done_all:",
        )
    else:
        st.info("No finding is of that sort.")


def list_queue(queue: Queue) -> None:
    """Draw the findings that are shown; a click on a row opens it."""
    if not queue.rows:
        return
    findings = queue.triage.findings.loc[list(queue.rows[:MOST_ROWS])]
    silenced = (findings["silencer"] != NOBODY) | (findings["opinion"] == Opinion.HIDDEN)
    table = pd.DataFrame(
        {
            "open": ["▸" if row == queue.row else "" for row in findings.index],
            "user": [format_name(name, LONGEST_NAME) for name in findings["user"]],
            "kind": [KIND_NAMES[kind] for kind in findings["kind"]],
            "when": queue.results.times[findings["first"]],
            "score": findings["peak"],
            "said": [_said(each) for each in findings.itertuples()],
            "moved": [_moved(each) for each in findings.itertuples()],
        }
    )
    table = table.loc[:, (table != "").any() | (table.columns == "open")]

    def hear(selection: DataframeSelectionState) -> bool:
        if selection.cells:
            write_choice(finding=findings["id"].iloc[selection.cells[0][0]])
        return bool(selection.cells)

    st.dataframe(
        table.style.apply(_greyed, silenced=silenced, axis=1) if silenced.any() else table,
        hide_index=True,
        height="content" if len(table) < TABLE_PIXELS // 36 else TABLE_PIXELS,
        selection_mode="single-cell",
        alt=f"{len(table)} findings with user, kind, time, score and verdict.",
        column_config={
            "open": st.column_config.TextColumn("", width=28),
            "user": st.column_config.TextColumn("User"),
            "kind": st.column_config.TextColumn("Kind"),
            "when": _from(queue.results),
            "score": st.column_config.NumberColumn("Score", format="%.2f"),
            "moved": st.column_config.TextColumn(
                "Like it",
                help="Findings like it that were judged: ▲ anomalies raise it, ▼ normal ones "
                "lower it. Alike are findings of one kind, direction and feature that share a time "
                "step, or are similar in length and size.",
            ),
            "said": st.column_config.TextColumn("Verdict"),
        },
        **heard_once(f"queue_{queue.run.id}", hear),
    )
    if len(queue.rows) > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS} of {len(queue.rows):,}.")


def _from(results: Results) -> object:
    """Return the column of the first time steps: they are sorted as times, not as words."""
    if not isinstance(results.times, pd.DatetimeIndex):
        return st.column_config.NumberColumn("From", format="Day %d")
    frequency = results.manifest.frequency
    return st.column_config.DatetimeColumn("From", format=DATES.get(frequency, "D MMM YYYY"))


def _moved(finding: object) -> str:
    parts = ((finding.like_anomaly, "▲"), (finding.like_normal, "▼"))
    return " ".join(f"{sign}{number}" for number, sign in parts if number)


def _said(finding: object) -> str:
    return "muted" if finding.silencer != NOBODY else OPINION_NAMES[finding.opinion]


def _greyed(row: pd.Series, silenced: pd.Series) -> list[str]:
    return ["color: #8a939e" if silenced[row.name] else ""] * len(row)
