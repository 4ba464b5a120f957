"""The log of verdicts: nothing is lost, nobody overwrites another unseen, own steps can be undone."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select

from dashboard.detection.settings import TrainingSettings
from dashboard.errors import ChangedError, StoreError
from dashboard.runs.muting import Normal
from dashboard.runs.records import DatasetRecord
from dashboard.runs.reviewing import Log, Opinion, Person, Stretch, Verdict, opinion_of
from dashboard.runs.reviews import Judgement, Reviews
from dashboard.runs.schema import DATASETS, MUTES, REVIEWS, RUNS
from dashboard.runs.store import Store
from dashboard.settings import AppSettings

pytestmark = pytest.mark.both_databases
ANA, BEN = Person("browser-1", "Ana"), Person("browser-2", "Ben")


def stretch(first: int = 3, last: int = 5, user: int = 0) -> Stretch:
    return Stretch(
        user,
        f"u{user:03d}",
        first,
        last,
        f"2026-03-{first + 1:02d}",
        f"2026-03-{last + 1:02d}",
        "clicks",
    )


@pytest.fixture
def run_id(store: Store, dataset: DatasetRecord) -> str:
    return store.queue_run(dataset.id, TrainingSettings(model="robust-z")).id


@pytest.fixture
def reviews(store: Store) -> Reviews:
    return store.reviews


def opinion(log: Log, place: Stretch) -> Opinion:
    return opinion_of(log.standing([place])[0])


def test_a_verdict_is_kept_with_who_and_when_and_what_they_noted(
    reviews: Reviews, run_id: str
) -> None:
    note = "=cmd|' /C calc'!A0\n<b>see</b> 🦊"
    reviews.judge(run_id, [Judgement(stretch(), Verdict.ANOMALY, ANA, note)])
    (kept,) = reviews.verdicts_of(run_id).entries
    assert (kept.stretch, kept.verdict, kept.note, kept.person) == (
        stretch(),
        Verdict.ANOMALY,
        note,
        ANA,
    )
    assert kept.made.tzinfo is not None


def test_a_verdict_on_an_older_state_is_refused_and_names_the_other_one(
    reviews: Reviews, run_id: str
) -> None:
    reviews.judge(run_id, [Judgement(stretch(), Verdict.ANOMALY, ANA, "a script")])
    with pytest.raises(ChangedError, match=r"Ana judged this an anomaly .* “a script”"):
        reviews.judge(run_id, [Judgement(stretch(5, 9), Verdict.NORMAL, BEN, seen=0)])
    log = reviews.verdicts_of(run_id)
    assert [entry.person for entry in log.entries] == [ANA]

    reviews.judge(run_id, [Judgement(stretch(5, 9), Verdict.NORMAL, BEN, seen=log.seen(0))])
    assert opinion(reviews.verdicts_of(run_id), stretch()) is Opinion.DISPUTED


def test_what_one_says_twice_without_seeing_it_is_kept_once(reviews: Reviews, run_id: str) -> None:
    for note in ("a script", "", "a script"):
        reviews.judge(run_id, [Judgement(stretch(), Verdict.NORMAL, ANA, note)])
    (kept,) = reviews.verdicts_of(run_id).entries
    assert kept.note == "a script"
    for verdict, note in ((Verdict.ANOMALY, ""), (Verdict.NORMAL, "a holiday")):
        with pytest.raises(ChangedError, match="You, in another window"):
            reviews.judge(run_id, [Judgement(stretch(), verdict, ANA, note)])


def test_what_others_judge_elsewhere_is_no_hindrance(reviews: Reviews, run_id: str) -> None:
    reviews.judge(run_id, [Judgement(stretch(3, 5), Verdict.ANOMALY, ANA)])
    reviews.judge(run_id, [Judgement(stretch(6, 7), Verdict.NORMAL, BEN, seen=0)])
    reviews.judge(run_id, [Judgement(stretch(3, 5, user=1), Verdict.NORMAL, BEN, seen=0)])
    assert len(reviews.verdicts_of(run_id).entries) == 3


def test_of_two_who_judge_in_the_same_moment_one_is_told_of_the_other(
    app_settings: AppSettings, store: Store, run_id: str
) -> None:
    """Each writer has a store of its own, as two servers on one data home would."""
    ready = Barrier(8)

    def judge(place: int) -> str:
        own = Store.open(app_settings)
        person = Person(f"browser-{place}", f"person {place}")
        ready.wait()
        try:
            own.reviews.judge(run_id, [Judgement(stretch(), Verdict.NORMAL, person)])
        except ChangedError as told:
            return str(told)
        finally:
            own.close()
        return "kept"

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(judge, range(8)))
    (kept,) = store.reviews.verdicts_of(run_id).entries
    assert answers.count("kept") == 1
    assert answers[int(kept.person.name.split()[1])] == "kept"
    assert all(kept.person.name in told for told in answers if told != "kept")


def test_many_who_judge_different_findings_of_one_user_all_succeed(
    app_settings: AppSettings, store: Store, run_id: str
) -> None:
    def judge(place: int) -> None:
        own = Store.open(app_settings)
        own.reviews.judge(run_id, [Judgement(stretch(place, place), Verdict.NORMAL, ANA)])
        own.close()

    with ThreadPoolExecutor(6) as people:
        list(people.map(judge, range(12)))
    log = store.reviews.verdicts_of(run_id)
    assert sorted(entry.number for entry in log.entries) == list(range(1, 13))


def test_each_persons_latest_verdict_stands(reviews: Reviews, run_id: str) -> None:
    reviews.judge(run_id, [Judgement(stretch(), Verdict.UNSURE, ANA, seen=0)])
    reviews.judge(run_id, [Judgement(stretch(), Verdict.NORMAL, BEN, seen=1)])
    reviews.judge(run_id, [Judgement(stretch(), Verdict.ANOMALY, ANA, seen=2)])
    log = reviews.verdicts_of(run_id)
    (standing,) = log.standing([stretch()])
    assert [(each.person.name, each.verdict) for each in standing] == [
        ("Ben", Verdict.NORMAL),
        ("Ana", Verdict.ANOMALY),
    ]


def test_verdicts_go_with_the_cells_when_a_finding_grows_or_shrinks(
    reviews: Reviews, run_id: str
) -> None:
    reviews.judge(run_id, [Judgement(stretch(3, 5), Verdict.ANOMALY, ANA)])
    log = reviews.verdicts_of(run_id)
    assert opinion(log, stretch(5, 5)) is opinion(log, stretch(0, 9)) is Opinion.ANOMALY
    assert opinion(log, stretch(6, 9)) is opinion(log, stretch(3, 5, user=1)) is Opinion.OPEN


def test_undo_takes_back_the_last_own_step_and_the_verdict_before_stands_again(
    store: Store, app_settings: AppSettings, run_id: str
) -> None:
    reviews = store.reviews
    reviews.judge(run_id, [Judgement(stretch(), Verdict.UNSURE, ANA, seen=0)])
    reviews.judge(run_id, [Judgement(stretch(), Verdict.ANOMALY, ANA, seen=1)])
    reviews.judge(run_id, [Judgement(stretch(8, 9), Verdict.NORMAL, BEN)])

    later = Store.open(app_settings)  # as after a restart
    (taken,) = later.reviews.withdraw_last(run_id, ANA)
    later.close()
    assert taken.verdict is Verdict.ANOMALY
    assert opinion(reviews.verdicts_of(run_id), stretch()) is Opinion.UNSURE
    assert [each.verdict for each in reviews.withdraw_last(run_id, ANA)] == [Verdict.UNSURE]
    assert reviews.withdraw_last(run_id, ANA) == ()
    log = reviews.verdicts_of(run_id)
    assert opinion(log, stretch()) is Opinion.OPEN
    assert opinion(log, stretch(8, 9)) is Opinion.NORMAL
    assert len(log.entries) == 5  # nothing was ever removed


def test_what_was_done_at_once_is_undone_at_once(reviews: Reviews, run_id: str) -> None:
    several = [Judgement(stretch(user=user), Verdict.HIDDEN, ANA) for user in range(4)]
    reviews.judge(run_id, several)
    assert len(reviews.withdraw_last(run_id, ANA)) == 4
    assert reviews.verdicts_of(run_id).valid == ()


def test_of_a_step_all_is_kept_or_nothing(reviews: Reviews, run_id: str) -> None:
    reviews.judge(run_id, [Judgement(stretch(user=2), Verdict.ANOMALY, BEN)])
    with pytest.raises(ChangedError, match="Ben judged"):
        reviews.judge(
            run_id, [Judgement(stretch(user=user), Verdict.HIDDEN, ANA) for user in range(4)]
        )
    assert [entry.person for entry in reviews.verdicts_of(run_id).entries] == [BEN]


def test_a_withdrawal_is_news_too(reviews: Reviews, run_id: str) -> None:
    reviews.judge(run_id, [Judgement(stretch(), Verdict.ANOMALY, ANA)])
    reviews.withdraw_last(run_id, ANA)
    with pytest.raises(ChangedError, match="Ana withdrew a verdict"):
        reviews.judge(run_id, [Judgement(stretch(), Verdict.ANOMALY, BEN, seen=1)])


def test_a_note_that_is_too_long_is_refused_with_its_length(reviews: Reviews, run_id: str) -> None:
    with pytest.raises(StoreError, match="at most 2,000 characters; this one has 2,001"):
        reviews.judge(run_id, [Judgement(stretch(), Verdict.NORMAL, ANA, "x" * 2_001)])
    assert reviews.verdicts_of(run_id).entries == ()


@pytest.mark.parametrize(
    ("said", "comes_to"),
    [
        ([], Opinion.OPEN),
        ([Verdict.UNSURE, Verdict.NORMAL], Opinion.NORMAL),
        ([Verdict.UNSURE, Verdict.HIDDEN], Opinion.UNSURE),
        ([Verdict.HIDDEN], Opinion.HIDDEN),
        ([Verdict.HIDDEN, Verdict.ANOMALY], Opinion.ANOMALY),
        ([Verdict.NORMAL, Verdict.UNSURE, Verdict.ANOMALY], Opinion.DISPUTED),
    ],
)
def test_who_is_unsure_leaves_it_to_the_others(
    reviews: Reviews, run_id: str, said: list[Verdict], comes_to: Opinion
) -> None:
    for number, verdict in enumerate(said):
        person = Person(f"browser-{number}", f"person {number}")
        reviews.judge(run_id, [Judgement(stretch(), verdict, person, seen=number)])
    assert opinion(reviews.verdicts_of(run_id), stretch()) is comes_to


def test_with_a_run_its_reviews_go_and_with_a_dataset_its_mutes(
    store: Store, dataset: DatasetRecord, reviews: Reviews, run_id: str
) -> None:
    reviews.judge(run_id, [Judgement(stretch(), Verdict.ANOMALY, ANA)])
    reviews.withdraw_last(run_id, ANA)
    store.mutes.add(dataset.id, Normal(user="u000"), ANA)
    with store.engine.begin() as connection:
        connection.execute(delete(RUNS).where(RUNS.c.id == run_id))
        connection.execute(delete(DATASETS).where(DATASETS.c.id == dataset.id))
        left = [
            connection.scalar(select(func.count()).select_from(table)) for table in (REVIEWS, MUTES)
        ]
    assert left == [0, 0]
