"""The queue re-ranks at once: what is like the judged rises or sinks, by a rule that can be told."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from dashboard.runs.muting import NOBODY, Mute, Normal
from dashboard.runs.reviewing import Log, Opinion, Person, Review, Verdict
from dashboard.runs.triage import Triage, stretch_of, triage

DAYS = pd.date_range("2026-03-02", periods=30)
NOW = datetime(2026, 4, 1, tzinfo=UTC)
ANA, BEN = Person("browser-1", "Ana"), Person("browser-2", "Ben")


def finding(user: int, first: int, last: int, peak: float, **other: object) -> dict[str, object]:
    start, end = DAYS[first].date().isoformat(), DAYS[last].date().isoformat()
    facts = {
        "kind": "surge",
        "direction": "up",
        "feature": "clicks",
        "actual": 99.0,
        "expected": 9.0,
    }
    return {
        "id": f"{user}-{first}-{last}", "user": f"u{user}", "user_index": user, "start": start,
        "end": end, "first": first, "last": last, "steps": last - first + 1, "peak": peak, **facts,
        **other,
    }  # fmt: skip


FINDINGS = pd.DataFrame(
    [
        finding(0, 3, 4, 12.0),
        finding(1, 20, 22, 10.0),  # another time, the same shape
        finding(2, 4, 12, 9.0, actual=999.0),  # another shape, at the same time
        finding(3, 3, 4, 8.0, feature="views"),
        finding(4, 3, 4, 7.0, kind="silence", direction="down", actual=0.0),
        finding(5, 20, 28, 6.5),  # more than twice as long, at another time
        finding(6, 20, 21, 6.0, actual=160.0),  # 16.1 times as many, against 10
        finding(7, 20, 21, 5.0, actual=148.0),  # 14.9 times
    ]
)


def said(*verdicts: tuple[int, Verdict, Person]) -> Log:
    return Log(
        tuple(
            Review(
                sequence=place,
                stretch=stretch_of(FINDINGS.iloc[row]),
                verdict=verdict,
                note="",
                person=person,
                made=NOW,
                number=place,
                step=str(place),
                withdraws=None,
            )
            for place, (row, verdict, person) in enumerate(verdicts, 1)
        )
    )


def order(queue: Triage) -> list[int]:
    return queue.findings["user_index"].tolist()


def test_without_verdicts_the_strangest_come_first() -> None:
    queue = triage(FINDINGS, said(), [], DAYS)
    assert order(queue) == list(range(8))
    assert queue.findings["priority"].tolist() == FINDINGS["peak"].tolist()
    assert set(queue.findings["opinion"]) == {Opinion.OPEN}


def test_findings_are_alike_by_kind_direction_feature_and_by_time_or_shape() -> None:
    queue = triage(FINDINGS, said((0, Verdict.NORMAL, ANA)), [], DAYS)
    like = queue.findings.set_index("user_index")["like_normal"]
    assert like[like > 0].index.sort_values().tolist() == [1, 2, 7]
    assert sorted(queue.findings["user_index"][queue.like(order(queue).index(0))]) == [1, 2, 7]


@pytest.mark.parametrize(
    ("verdict", "priority"),
    [
        (Verdict.NORMAL, 10 / 2**0.5),
        (Verdict.ANOMALY, 10 * 2**0.5),
        (Verdict.UNSURE, 10),
        (Verdict.HIDDEN, 10),
    ],
)
def test_one_verdict_moves_what_is_like_it_by_the_rule(verdict: Verdict, priority: float) -> None:
    queue = triage(FINDINGS, said((0, verdict, ANA)), [], DAYS)
    assert queue.findings.set_index("user_index").loc[1, "priority"] == pytest.approx(priority)


def test_what_is_like_a_normal_one_sinks_below_what_is_not() -> None:
    before = order(triage(FINDINGS, said(), [], DAYS))
    after = order(triage(FINDINGS, said((0, Verdict.NORMAL, ANA)), [], DAYS))
    assert before.index(1) < before.index(3)
    assert after.index(1) > after.index(3)


def test_verdicts_on_both_sides_weigh_against_each_other() -> None:
    log = said((0, Verdict.NORMAL, ANA), (7, Verdict.ANOMALY, ANA))
    facts = triage(FINDINGS, log, [], DAYS).findings.set_index("user_index").loc[1]
    assert (facts["like_anomaly"], facts["like_normal"], facts["priority"]) == (1, 1, 10)


def test_a_dispute_moves_nothing() -> None:
    log = said((0, Verdict.NORMAL, ANA), (0, Verdict.ANOMALY, BEN))
    queue = triage(FINDINGS, log, [], DAYS)
    assert queue.findings["priority"].tolist() == FINDINGS["peak"].tolist()
    assert queue.progress.disputed == queue.progress.reviewed == 1


def test_priority_stays_between_half_and_twice_the_score() -> None:
    many = pd.concat([FINDINGS.iloc[[0]].assign(user_index=user) for user in range(40)])
    for verdict in (Verdict.NORMAL, Verdict.ANOMALY):
        log = Log(
            tuple(
                Review(
                    sequence=user, stretch=stretch_of(many.iloc[user]), verdict=verdict, note="",
                    person=ANA, made=NOW, number=user, step=str(user), withdraws=None,
                )
                for user in range(1, 40)
            )
        )  # fmt: skip
        factor = triage(many.reset_index(drop=True), log, [], DAYS).findings["priority"] / 12
        assert 0.5 < factor.min() <= factor.max() < 2
        assert np.isclose(factor, 2 ** (39 / 40)).any() or np.isclose(factor, 2 ** (-39 / 40)).any()


def test_progress_counts_neither_the_muted_nor_the_hidden() -> None:
    mute = Mute("m", Normal(user="u3"), "", ANA, NOW)
    log = said((0, Verdict.NORMAL, ANA), (1, Verdict.HIDDEN, ANA), (3, Verdict.ANOMALY, BEN))
    queue = triage(FINDINGS, log, [mute], DAYS)
    progress = queue.progress
    assert (progress.findings, progress.reviewed) == (6, 1)
    assert (progress.muted, progress.hidden, progress.disputed) == (1, 1, 0)
    silencer = queue.findings.set_index("user_index")["silencer"]
    assert silencer[3] == 0
    assert (silencer.drop(3) == NOBODY).all()


def test_the_like_that_can_be_hidden_are_open_and_heard() -> None:
    mute = Mute("m", Normal(user="u2"), "", ANA, NOW)
    log = said((0, Verdict.NORMAL, ANA), (1, Verdict.UNSURE, ANA))
    queue = triage(FINDINGS, log, [mute], DAYS)
    like = queue.like(order(queue).index(0))
    assert queue.findings["user_index"][like].tolist() == [7]


def test_what_was_decided_is_told_with_its_score() -> None:
    log = said(
        (0, Verdict.NORMAL, ANA),
        (1, Verdict.ANOMALY, ANA),
        (2, Verdict.UNSURE, ANA),
        (3, Verdict.ANOMALY, ANA),
        (3, Verdict.NORMAL, BEN),
    )
    scores, anomalous = triage(FINDINGS, log, [], DAYS).judged()
    assert dict(zip(scores, anomalous, strict=True)) == {12.0: False, 10.0: True}


def test_a_run_without_findings_has_an_empty_queue() -> None:
    queue = triage(FINDINGS.iloc[:0], said(), [], DAYS)
    assert queue.findings.empty
    assert (queue.progress.findings, queue.progress.reviewed) == (0, 0)
