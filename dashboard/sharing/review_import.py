"""Reviews from a file that `review_files` has written, or that a person has."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.data.guarded import unguard
from dashboard.errors import ClickwatchError, NotFoundError, ReadError
from dashboard.runs.names import clean
from dashboard.runs.people import LONGEST, pseudonym
from dashboard.runs.results import Results
from dashboard.runs.reviewing import SAID, Log, Person, Stretch, Verdict
from dashboard.runs.reviews import LONGEST_NOTE, Judgement, Reviews
from dashboard.sharing.judging import GuardedReviews
from dashboard.sharing.review_files import IMPORTED, reviewer_of

NEEDED = ("user", "start", "end", "verdict")
VERDICTS = {verdict.value: verdict for verdict in (*SAID, Verdict.HIDDEN)}
MOST_ROWS = 20_000
Rows = Iterator[tuple[str, dict[str, str]]]  # where each stands, as in "Line 3", and its values


@dataclass(frozen=True)
class Imported:
    """What came of a file: verdicts added, verdicts that were there already, and what was not read."""

    added: int
    known: int
    problems: tuple[str, ...]


def import_reviews(
    content: bytes, run_id: str, results: Results, reviews: Reviews | GuardedReviews, me: Person
) -> Imported:
    """Add the verdicts of a CSV or JSON file to a run; what cannot be read is named and left out.

    A verdict of this very person stays theirs; others come as people known from the file. Raises
    ReadError where the file as a whole cannot be read.
    """
    log = reviews.verdicts_of(run_id)
    known = {
        _identity(review.stretch, review.verdict, review.note, reviewer_of(review))
        for review in log.valid
    }
    users: dict[str, int] = {}
    judgements, problems, repeated = [], [], 0
    for where, row in _rows(content):
        try:
            judgement, reviewer = _judgement(row, results, log, users, me)
        except ClickwatchError as problem:
            problems.append(f"{where}: {problem}")
            continue
        identity = _identity(judgement.stretch, judgement.verdict, judgement.note, reviewer)
        if identity in known:
            repeated += 1
        else:
            known.add(identity)
            judgements.append(judgement)
    if judgements:
        reviews.judge(run_id, judgements)
    return Imported(len(judgements), repeated, tuple(problems))


def _rows(content: bytes) -> Rows:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError("The reviews are not UTF-8 text. Save the file as UTF-8.") from error
    return _json_rows(text) if text.lstrip()[:1] in {"[", "{"} else _csv_rows(text)


def _csv_rows(text: str) -> Rows:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    _check_columns(reader.fieldnames or ())
    line = reader.line_num + 1
    for number in range(MOST_ROWS + 1):
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise ReadError(f"Line {line} is no row of a CSV file: {error}.", line=line) from error
        if row is None:
            return
        _check_number(number)
        yield (
            f"Line {line}",
            {
                name: unguard(value)
                for name, value in row.items()
                if isinstance(value, str) and name
            },
        )
        line = reader.line_num + 1


def _json_rows(text: str) -> Rows:
    try:
        entries = json.loads(text)
    except json.JSONDecodeError as error:
        raise ReadError(
            f"Line {error.lineno} is not JSON: {error.msg}. Export the reviews again.",
            line=error.lineno,
        ) from error
    if not isinstance(entries, list):
        raise ReadError("The reviews are not a JSON list of objects. Export them again.")
    for number, entry in enumerate(entries):
        _check_number(number)
        values = entry if isinstance(entry, dict) else {}
        texts = {name: value for name, value in values.items() if isinstance(value, str)}
        yield f"Entry {number + 1}", texts


def _check_number(number: int) -> None:
    if number >= MOST_ROWS:
        raise ReadError(f"The file has more than {MOST_ROWS:,} reviews. Split it.")


def _check_columns(columns: object) -> None:
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise ReadError(
            f"The reviews have no column {missing[0]!r}. They need: {', '.join(NEEDED)}.", line=1
        )


def _judgement(
    row: dict[str, str], results: Results, log: Log, users: dict[str, int], me: Person
) -> tuple[Judgement, str]:
    stretch = stretch_of_row(row, results, users)
    verdict = VERDICTS.get(row.get("verdict", "").strip().lower())
    if verdict is None:
        raise ReadError(f"The verdict {row.get('verdict', '')!r} is none of {', '.join(VERDICTS)}.")
    note = row.get("note", "")
    if len(note) > LONGEST_NOTE:
        raise ReadError(
            f"The note has {len(note):,} characters; at most {LONGEST_NOTE:,} are kept."
        )
    name = clean(row.get("by", ""))[:LONGEST] or me.name
    reviewer = clean(row.get("reviewer", "")) or pseudonym(me.id)
    own = reviewer == pseudonym(me.id)
    person = me if own else Person(f"{IMPORTED}{reviewer}", name)
    made = _seconds(row.get("made", ""))
    return Judgement(stretch, verdict, person, note, log.seen(stretch.user_index), made), reviewer


def stretch_of_row(row: dict[str, str], results: Results, users: dict[str, int]) -> Stretch:
    """Return the time steps that user, start, end and, perhaps, feature name.

    users: indices by name, as far as they are known; added to. Raises ReadError and NotFoundError.
    """
    for name in NEEDED:
        if name not in row:
            raise ReadError(f"The {name} is missing.")
    user = row["user"]
    if user not in users:
        users[user] = results.find_user(user)
    first, last = results.step_of(row["start"]), results.step_of(row["end"])
    if last < first:
        raise ReadError(f"It ends, {row['end']!r}, before it begins, {row['start']!r}.")
    feature = row.get("feature") or results.features[0]
    if feature not in results.features:
        raise NotFoundError(f"This run has no feature called {feature!r}.")
    return Stretch(users[user], user, first, last, row["start"], row["end"], feature)


def _seconds(made: str) -> float | None:
    if not made.strip():
        return None
    try:
        moment = datetime.fromisoformat(made.strip())
    except ValueError as error:
        raise ReadError(
            f"The moment {made!r} is none. Write it as 2026-03-14T15:09:26Z."
        ) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _identity(stretch: Stretch, verdict: Verdict, note: str, reviewer: str) -> tuple[object, ...]:
    return (stretch.user_index, stretch.first, stretch.last, verdict, note, reviewer)
