"""Reviews leave and come back as they were, hostile texts too; what cannot be read is named."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.data.labels import read_labels
from dashboard.data.panel import Frequency, Panel
from dashboard.data.reading import Layout, Reading
from dashboard.detection.pipeline import analyse
from dashboard.detection.settings import TrainingSettings
from dashboard.errors import ReadError
from dashboard.runs.artefacts import Origin, publish
from dashboard.runs.manifest import Dataset
from dashboard.runs.results import Results
from dashboard.runs.reviewing import Log, Person, Stretch, Verdict
from dashboard.runs.reviews import Judgement, Reviews
from dashboard.runs.store import Store
from dashboard.sharing.review_files import labels_csv, reviews_csv, reviews_json
from dashboard.sharing.review_import import Imported, import_reviews

USERS = ("=1+1", "'=1", "-5", "a;@b", 'say "hi", you', "naïve 🦊", " space ", *"abcdefghij")
NOTE = "=cmd|' /C calc'!A0\r\nsecond line; \"quoted\""
ANA, BEN = Person("browser-1", "Ana"), Person("browser-2", "+Ben")
DAYS = pd.date_range("2026-03-02", periods=21)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Results]:
    values = np.random.default_rng(2).poisson(20, (len(USERS), 21, 1)).astype(np.float32)
    observed = np.ones(values.shape[:2], dtype=bool)
    panel = Panel(values, observed, USERS, DAYS, ("clicks",), Frequency.DAY)
    folder = tmp_path_factory.mktemp("runs") / "run"
    origin = Origin(Dataset(name="c.csv", digest="0" * 64), read_seconds=0.0, began=0.0)
    publish(analyse(panel, TrainingSettings(model="robust-z")), panel, folder, origin)
    opened = Results.open(folder)
    yield opened
    opened.close()


@pytest.fixture
def run_ids(store: Store) -> list[str]:
    text = "user,date,n\n" + "\n".join(
        f"u{day % 3},2026-03-{day:02d},{day}" for day in range(1, 29)
    )
    dataset = store.add_dataset(io.BytesIO(text.encode()), "c.csv")
    settings = TrainingSettings(model="robust-z")
    return [store.queue_run(dataset.id, settings).id for _ in range(2)]


@pytest.fixture
def reviews(store: Store) -> Reviews:
    return store.reviews


def stretch(user: int, first: int = 3, last: int = 5) -> Stretch:
    start, end = DAYS[first].date().isoformat(), DAYS[last].date().isoformat()
    return Stretch(user, USERS[user], first, last, start, end, "clicks")


def judge_all(reviews: Reviews, run_id: str) -> Log:
    for user in range(len(USERS)):
        verdict = [Verdict.ANOMALY, Verdict.NORMAL, Verdict.UNSURE][user % 3]
        reviews.judge(run_id, [Judgement(stretch(user), verdict, ANA, NOTE)])
    reviews.judge(run_id, [Judgement(stretch(3), Verdict.NORMAL, BEN, seen=1)])
    reviews.judge(run_id, [Judgement(stretch(0, 8, 9), Verdict.HIDDEN, BEN, seen=1)])
    reviews.withdraw_last(run_id, BEN)
    return reviews.verdicts_of(run_id)


def facts(log: Log) -> list[tuple[object, ...]]:
    return [
        (each.stretch, each.verdict, each.note, each.person.name, each.made) for each in log.valid
    ]


@pytest.mark.parametrize("write", [reviews_csv, reviews_json])
def test_reviews_come_back_exactly_and_only_once(
    reviews: Reviews, run_ids: list[str], results: Results, write: object
) -> None:
    log = judge_all(reviews, run_ids[0])
    content = write(log, results)
    first = import_reviews(content, run_ids[1], results, reviews, ANA)
    assert first == Imported(added=len(log.valid), known=0, problems=())
    assert facts(reviews.verdicts_of(run_ids[1])) == facts(log)
    again = import_reviews(content, run_ids[1], results, reviews, ANA)
    assert again == Imported(added=0, known=len(log.valid), problems=())


def test_an_imported_verdict_is_ones_own_only_where_it_was(
    reviews: Reviews, run_ids: list[str], results: Results
) -> None:
    log = judge_all(reviews, run_ids[0])
    import_reviews(reviews_csv(log, results), run_ids[1], results, reviews, ANA)
    people = {each.person for each in reviews.verdicts_of(run_ids[1]).valid}
    assert ANA in people
    assert BEN not in people  # who imports cannot speak for Ben as he is known here
    assert {each.name for each in people} == {"Ana", "+Ben"}


def test_no_cell_of_the_table_begins_a_formula(
    reviews: Reviews, run_ids: list[str], results: Results
) -> None:
    content = reviews_csv(judge_all(reviews, run_ids[0]), results).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(content, newline="")):
        for cell in row:
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")), cell


def test_ids_of_people_stay_here(reviews: Reviews, run_ids: list[str], results: Results) -> None:
    log = judge_all(reviews, run_ids[0])
    for content in (reviews_csv(log, results), reviews_json(log, results)):
        assert b"browser-1" not in content


def test_what_stands_as_an_anomaly_is_read_as_labels_as_it_is(
    reviews: Reviews, run_ids: list[str], results: Results, tmp_path: Path
) -> None:
    log = judge_all(reviews, run_ids[0])
    path = tmp_path / "labels.csv"
    path.write_bytes(labels_csv(log, results))
    observed = np.ones((len(USERS), 21), dtype=bool)
    panel = Panel(
        np.ones((len(USERS), 21, 1), np.float32), observed, USERS, DAYS, ("clicks",), Frequency.DAY
    )
    counts = Reading(layout=Layout.LONG, user="user", time="date", counts=("clicks",))
    labels = read_labels(path, panel, counts)
    wanted = np.zeros(observed.shape, dtype=bool)
    for user in range(0, len(USERS), 3):
        wanted[user, 3:6] = user != 3  # Ana and Ben do not agree on that one
    np.testing.assert_array_equal(labels.labels, wanted)
    assert labels.unknown_users == 0


def test_what_cannot_be_read_is_named_by_its_line_and_the_rest_is_kept(
    reviews: Reviews, run_ids: list[str], results: Results
) -> None:
    text = (
        "user,start,end,verdict,note,made\n"
        "a,2026-03-05,2026-03-07,anomaly,fine,\n"
        'nobody,2026-03-05,2026-03-07,anomaly,"two\nlines",\n'
        "b,2026-03-07,2026-03-05,normal,,\n"
        "c,2026-03-05,2031-01-01,normal,,\n"
        "d,2026-03-05,2026-03-05,perhaps,,\n"
        f"e,2026-03-05,2026-03-05,normal,{'x' * 2001},\n"
        "f,2026-03-05,2026-03-05,normal,,yesterday\n"
        "g\n"
        "h,2026-03-05,2026-03-05,UNSURE,,2026-03-09T10:00:00Z\n"
    )
    done = import_reviews(text.encode(), run_ids[0], results, reviews, BEN)
    assert (done.added, done.known) == (2, 0)
    assert [problem.split(":")[0] for problem in done.problems] == [
        "Line 3", "Line 5", "Line 6", "Line 7", "Line 8", "Line 9", "Line 10",
    ]  # fmt: skip
    assert "'nobody'" in done.problems[0]
    assert "'perhaps'" in done.problems[3]
    kept = reviews.verdicts_of(run_ids[0]).valid
    assert [(each.stretch.user, each.verdict, each.person) for each in kept] == [
        ("a", Verdict.ANOMALY, BEN),
        ("h", Verdict.UNSURE, BEN),
    ]
    assert kept[1].made.isoformat() == "2026-03-09T10:00:00+00:00"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"user,start,end\na,2026-03-05,2026-03-05\n", "no column 'verdict'"),
        (b"", "no column 'user'"),
        (b'[{"user": "a",\n]', "Line 2 is not JSON"),
        (b'{"user": "a"}', "not a JSON list"),
        (b'user,start,end,verdict\n"a,2026-03-05', "Line 2 is no row"),
    ],
)
def test_a_file_that_holds_no_reviews_is_refused_in_a_sentence(
    reviews: Reviews, run_ids: list[str], results: Results, content: bytes, said: str
) -> None:
    with pytest.raises(ReadError, match=said):
        import_reviews(content, run_ids[0], results, reviews, ANA)


def test_entries_of_json_that_are_none_are_named(
    reviews: Reviews, run_ids: list[str], results: Results
) -> None:
    good = {"user": "a", "start": "2026-03-05", "end": "2026-03-05", "verdict": "normal"}
    content = json.dumps([good, 5, {**good, "user": 7}]).encode()
    done = import_reviews(content, run_ids[0], results, reviews, ANA)
    assert done.added == 1
    assert [problem.split(":")[0] for problem in done.problems] == ["Entry 2", "Entry 3"]
