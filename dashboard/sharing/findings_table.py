"""The strangest findings of a run as rows of a report, with what was said of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard.charts.finding import KIND_NAMES, finding_when
from dashboard.charts.format import (
    format_count,
    format_name,
    format_number_of,
    format_score,
    sentence,
)
from dashboard.runs.results import Results
from dashboard.runs.reviewing import Review
from dashboard.runs.triage import Triage
from dashboard.sharing.review_words import precision_sentence

SHOWN_FINDINGS = 30
UNREVIEWED = "Nobody has checked these findings."


@dataclass(frozen=True)
class FindingRow:
    """One finding in words. reviews: one sentence for each person who said something."""

    user: str
    kind: str
    when: str
    counted: str
    expected: str
    score: str
    reviews: tuple[str, ...]


def finding_rows(
    results: Results, judged: Triage | None, most: int = SHOWN_FINDINGS
) -> list[FindingRow]:
    """Return the first findings in the order of the queue, else the strangest.

    Those with a verdict come before all others: they are what was decided.
    """
    if judged is None:
        found = results.findings().head(most)
        return [_row(each, (), results) for each in found.itertuples()]
    places = range(len(judged.findings))
    ordered = sorted(places, key=lambda place: not judged.standing[place])[:most]
    rows = judged.findings.iloc[ordered].itertuples()
    return [
        _row(each, judged.standing[place], results)
        for each, place in zip(rows, ordered, strict=True)
    ]


def findings_sentence(results: Results, judged: Triage | None, shown: int) -> str:
    """Return how many findings there are, and which of them the table shows."""
    number = len(results.findings()) if judged is None else len(judged.findings)
    if not number:
        return "There is no finding at this threshold."
    what = "Neighbouring anomalous steps of one user are one finding."
    if shown == number:
        return (
            f"{what} There {'is' if number == 1 else 'are'} {format_number_of(number, 'finding')}."
        )
    return f"{what} Of {format_number_of(number, 'finding')} the first {shown:,} are shown."


def review_sentences(judged: Triage | None) -> list[str]:
    """Return how far the review has come, and what the verdicts tell; that there are none, else."""
    if judged is None or not any(judged.standing):
        return [UNREVIEWED]
    progress = judged.progress
    told = (
        f"{progress.reviewed:,} of {format_number_of(progress.findings, 'finding')} "
        f"{'has' if progress.reviewed == 1 else 'have'} been reviewed"
    )
    apart = [
        f"{number:,} {what}"
        for number, what in (
            (progress.disputed, "disputed"),
            (progress.muted, "muted as normal"),
            (progress.hidden, "hidden as like others"),
        )
        if number
    ]
    told += f" ({', '.join(apart)})." if apart else "."
    return [told, precision_sentence(*judged.judged())]


def _row(finding: object, reviews: Sequence[Review], results: Results) -> FindingRow:
    return FindingRow(
        user=format_name(finding.user, 60),
        kind=KIND_NAMES.get(finding.kind, finding.kind),
        when=sentence(finding_when(finding, results.times, results.manifest.frequency)),
        counted=f"{format_count(finding.actual)} {format_name(finding.feature)}",
        expected=format_count(finding.expected),
        score=format_score(finding.peak),
        reviews=tuple(_told(review) for review in reviews),
    )


def _told(review: Review) -> str:
    when = pd.Timestamp(review.made)
    by = f"{format_name(review.person.name, 40)}, {when.day} {when:%b %Y}"
    note = f": {review.note}" if review.note else ""
    return f"{review.verdict.value.capitalize()} ({by}){note}"
