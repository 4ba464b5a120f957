"""Reviews as files: CSV that spreadsheets open without harm, JSON, and labels for an evaluation."""

import csv
import io
import json
from collections.abc import Iterable

from dashboard.data.guarded import guard
from dashboard.runs.people import pseudonym
from dashboard.runs.results import Results
from dashboard.runs.reviewing import Log, Opinion, Review, opinion_of

IMPORTED = "imported:"  # begins the id of a person known from a file alone
COLUMNS = ("user", "start", "end", "feature", "verdict", "note", "by", "reviewer", "made")
LABEL_COLUMNS = ("user", "first", "last")


def reviews_csv(log: Log, results: Results) -> bytes:
    """Return what stands of a log as CSV, one verdict a row, as COLUMNS. A guarded text reads back.

    reviewer: what stands for a person whose name may be another's too. made: UTC, ISO 8601.
    """
    return _csv(COLUMNS, (row.values() for row in review_rows(log, results)))


def reviews_json(log: Log, results: Results) -> bytes:
    """Return the same as a JSON list of objects, every text exactly as it is."""
    return json.dumps(review_rows(log, results), ensure_ascii=False, indent=1).encode()


def labels_csv(log: Log, results: Results) -> bytes:
    """Return the time steps that stand as anomalies, for `evaluate --labels`: user, first, last.

    What is disputed, unsure or hidden is left out.
    """
    valid = log.valid
    standing = log.standing([review.stretch for review in valid])
    stretches = [
        review.stretch
        for review, said in zip(valid, standing, strict=True)
        if opinion_of(said) is Opinion.ANOMALY
    ]
    names = results.user_names({each.user_index for each in stretches})
    rows = {(names[each.user_index], each.start, each.end): None for each in stretches}
    return _csv(LABEL_COLUMNS, rows)


def review_rows(log: Log, results: Results) -> list[dict[str, str]]:
    """Return one dict of COLUMNS for each verdict that nobody has withdrawn, oldest first."""
    names = results.user_names({review.stretch.user_index for review in log.valid})
    return [_row(review, names[review.stretch.user_index]) for review in log.valid]


def reviewer_of(review: Review) -> str:
    """Return what stands for the person of a review in files."""
    person_id = review.person.id
    if person_id.startswith(IMPORTED):
        return person_id.removeprefix(IMPORTED)
    return pseudonym(person_id)


def _row(review: Review, user: str) -> dict[str, str]:
    stretch = review.stretch
    values = (
        user,
        stretch.start,
        stretch.end,
        stretch.feature,
        review.verdict.value,
        review.note,
        review.person.name,
        reviewer_of(review),
        review.made.isoformat(),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _csv(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """UTF-8 with BOM, as spreadsheets expect."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guard(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
