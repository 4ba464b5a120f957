"""Metrics against worked-out numbers, their own laws and slow plain implementations."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import average_precision_score, roc_auc_score

from dashboard.detection.bootstrap import draw_weights
from dashboard.detection.events import cells_of, find_events, first_within
from dashboard.detection.metrics import FIRST, DetectionMetrics, measure, strongest
from dashboard.detection.ranking import Ranking
from dashboard.detection.vus import RangeSurface, soften

SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 9))
NEAR = 1e-9


@st.composite
def labelled_scores(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Scores with many ties, and labels."""
    shape = draw(SHAPES)
    score = draw(arrays(float, shape, elements=st.integers(0, 5).map(float)))
    return score, draw(arrays(bool, shape))


def measured(score: object, labels: object, **chosen: object) -> DetectionMetrics:
    score, labels = np.array(score, dtype=float), np.array(labels, dtype=bool)
    flagged = np.array(chosen.pop("flagged", score >= 2))
    user_score = np.fmax.reduce(score, axis=1)
    return measure(score, user_score, flagged, labels, **{"resamples": 20, **chosen})


def test_ties_share_their_place() -> None:
    cells = measured([[3, 2, 2, 1]], [[1, 1, 0, 0]]).cells

    assert cells.average_precision.value == pytest.approx(1 / 2 * 1 + 1 / 2 * 2 / 3)
    assert cells.roc_area.value == pytest.approx((1 + 1 + 1 / 2 + 1) / 4)
    assert cells.chance == 1 / 2
    assert cells.precision.value == pytest.approx(2 / 3)
    assert cells.recall.value == 1


def test_precision_in_the_first_is_the_mean_over_the_orders_of_ties() -> None:
    curve = Ranking.of(
        np.array([3.0, 2, 2, 1]), np.array([True, True, False, False]), np.zeros(4, dtype=int)
    ).curve(np.ones(1))

    assert curve.precision_in_first(1) == 1
    assert curve.precision_in_first(2) == pytest.approx((1 + 1 / 2) / 2)
    assert curve.precision_in_first(3) == pytest.approx(2 / 3)
    assert curve.precision_in_first(10) == pytest.approx(2 / 4)


def test_users_are_labelled_and_flagged_through_their_cells() -> None:
    users = measured([[5, 0], [4, 0], [0, 1], [0, 0]], [[0, 1], [0, 0], [1, 0], [0, 0]]).users

    assert (users.judged, users.labelled, users.flagged) == (4, 2, 2)
    # ranked 5 (labelled), 4, 1 (labelled), 0
    assert users.average_precision.value == pytest.approx((1 + 2 / 3) / 2)
    assert users.roc_area.value == pytest.approx(3 / 4)
    assert (users.precision.value, users.recall.value) == (1 / 2, 1 / 2)
    assert len(users.precision_in_first) == len(FIRST)


def test_an_event_is_caught_by_any_of_its_cells_and_late_by_the_steps_before() -> None:
    labels = [[0, 1, 1, 1, 0, 0], [1, 0, 0, 0, 1, 1]]
    score = [[0, 0, 2, 0, 2, 0], [0, 0, 0, 0, np.nan, 2]]
    events = measured(score, labels).events

    assert (events.events, events.caught) == (3, 2)
    assert events.recall.value == pytest.approx(2 / 3)
    assert events.delay_steps.value == pytest.approx((1 + 0) / 2)


def test_a_flag_counts_once_however_long_the_event_is() -> None:
    cells = measured([[2] + [0] * 9], [[1] * 10]).cells

    assert cells.recall.value == pytest.approx(1 / 10)


def test_cells_without_a_score_are_left_out_and_counted() -> None:
    found = measured([[3, np.nan, 1], [np.nan] * 3, [2, 0, 0]], [[1, 1, 0], [0, 1, 0], [0, 0, 0]])

    assert (found.cells.judged, found.cells.labelled) == (5, 1)
    assert (found.users.judged, found.users.labelled) == (2, 1)
    assert (found.left_out_cells, found.left_out_labels, found.left_out_users) == (4, 2, 1)
    assert found.events.events == 1
    assert found.cells.average_precision.value == 1


def test_cells_that_may_not_be_judged_change_nothing() -> None:
    labels = np.array([[1, 1, 0, 1], [0, 1, 0, 0]], dtype=bool)
    judged = np.array([[1, 0, 1, 1], [1, 0, 1, 1]], dtype=bool)
    low = np.array([[3, 0, 1, 2], [1, 0, 0, 2]], dtype=float)
    high = np.where(judged, low, 9)
    user_score = np.array([3.0, 2])

    one, two = (
        measure(score, user_score, score >= 2, labels, judged, resamples=5) for score in (low, high)
    )
    assert one == two
    assert one.cells.labelled == 2
    assert (one.events.events, one.events.caught) == (1 + 1, 1 + 1)  # the run of two and the last


def test_what_cannot_be_told_is_nan() -> None:
    nothing, everything = measured([[1, 2]], [[0, 0]]), measured([[1, 2]], [[1, 1]])

    for figure in (nothing.cells.average_precision, nothing.cells.roc_area, nothing.cells.recall):
        assert np.isnan([figure.value, figure.low, figure.high]).all()
    assert np.isnan(nothing.events.vus_pr.value)
    assert everything.cells.average_precision.value == 1
    assert np.isnan(everything.cells.roc_area.value)
    assert np.isnan(measured([[np.nan]], [[1]]).users.average_precision.value)


def test_the_strongest_feature_speaks_for_a_cell() -> None:
    score = np.array([[[1, 3], [np.nan, 2], [np.nan, np.nan]]])

    assert np.array_equal(strongest(score), [[3, 2, np.nan]], equal_nan=True)


def test_intervals_draw_users_not_cells() -> None:
    alike = measured([[3, 1, 2]] * 8, [[1, 1, 0]] * 8, resamples=50)
    unlike = measured([[3, 1, 2], [1, 1, 3]] * 8, [[1, 1, 0], [1, 0, 0]] * 8, resamples=50)

    for ranked in (alike.cells.average_precision, alike.cells.recall, alike.events.vus_pr):
        assert ranked.low == pytest.approx(ranked.value)
        assert ranked.high == pytest.approx(ranked.value)
    spread = unlike.cells.average_precision
    assert spread.low < spread.value < spread.high


def test_one_user_has_no_interval() -> None:
    single = measured([[3, 1, 2]], [[1, 0, 0]]).cells.average_precision

    assert single.value == 1
    assert np.isnan([single.low, single.high]).all()


def test_the_same_seed_draws_the_same_users() -> None:
    assert np.array_equal(draw_weights(9, seed=3), draw_weights(9, seed=3))
    assert not np.array_equal(draw_weights(9, seed=3), draw_weights(9, seed=4))
    assert (draw_weights(9, seed=3).sum(axis=1) == 9).all()


def test_scores_by_chance_reach_the_base_rate() -> None:
    random = np.random.default_rng(0)
    labels = random.random((400, 25)) < 0.1
    cells = measured(random.random((400, 25)), labels).cells

    assert cells.average_precision.value == pytest.approx(cells.chance, abs=0.02)
    assert cells.roc_area.value == pytest.approx(1 / 2, abs=0.03)


@given(labelled_scores())
def test_a_perfect_ranking_gives_one(case: tuple[np.ndarray, np.ndarray]) -> None:
    _, labels = case
    cells = measured(labels.astype(float), labels).cells

    assert cells.average_precision.value == 1 or not labels.any()
    assert cells.roc_area.value == 1 or labels.all() or not labels.any()


@given(labelled_scores(), st.floats(0.01, 100))
def test_the_scale_of_scores_does_not_matter(
    case: tuple[np.ndarray, np.ndarray], scale: float
) -> None:
    score, labels = case
    flagged = score >= 2

    plain = measured(score, labels, flagged=flagged)
    scaled = measured(score * scale, labels, flagged=flagged)
    assert repr(plain) == repr(scaled)


@given(labelled_scores(), st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_weighted_curves_are_those_of_repeated_users(
    case: tuple[np.ndarray, np.ndarray], times: list[int]
) -> None:
    score, labels = case
    weights = np.array(times[: len(score)])
    owner = np.repeat(np.arange(len(score)), score.shape[1])
    curve = Ranking.of(score.ravel(), labels.ravel(), owner).curve(weights)

    repeated = np.repeat(score, weights, axis=0).ravel()
    truth = np.repeat(labels, weights, axis=0).ravel()
    if truth.any():
        assert curve.average_precision() == pytest.approx(average_precision_score(truth, repeated))
    if truth.any() and not truth.all():
        assert curve.roc_area() == pytest.approx(roc_auc_score(truth, repeated))


def test_a_volume_worked_out_by_hand() -> None:
    labels, score = np.array([[0, 1, 0, 0]], dtype=bool), np.array([[1.0, 3, 2, 0]])
    soft = 1 / sqrt(2)  # one step away under a buffer of two
    assert soften(labels, 2).tolist() == [[pytest.approx(soft), 1, pytest.approx(soft), 0]]

    # no buffer, or one of 1: the event is on top, area 1. A buffer of 2: P = 1 + soft;
    # the tops flag 1, then 1 + soft, then 1 + 2 soft of 1, 2 and 3 cells; recall ends at 1 with two
    two = 1 / (1 + soft) * 1 + (1 - 1 / (1 + soft)) * (1 + soft) / 2
    assert volume(score, labels, 2) == pytest.approx((1 + 1 + two) / 3)


def test_buffers_do_not_reach_into_other_users() -> None:
    labels = np.array([[0, 0, 0, 1], [0, 0, 0, 0]], dtype=bool)

    assert soften(labels, 4)[1].tolist() == [0, 0, 0, 0]
    assert soften(labels, 4)[0].tolist() == pytest.approx([0, sqrt(1 / 2), sqrt(3 / 4), 1])


@given(labelled_scores(), arrays(bool, (4, 9)), st.integers(0, 6))
def test_the_volume_is_that_of_a_slow_plain_implementation(
    case: tuple[np.ndarray, np.ndarray], unscored: np.ndarray, buffer: int
) -> None:
    score, labels = case
    judged = ~unscored[: score.shape[0], : score.shape[1]]
    events = find_events(labels)
    labels = cells_of(events[first_within(events, judged & labels) >= 0], labels.shape)

    ours = volume(score, labels, buffer, judged)
    assert ours == pytest.approx(slow_volume(score, labels, judged, buffer), nan_ok=True)


@given(labelled_scores(), st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_a_weighted_volume_is_that_of_repeated_users(
    case: tuple[np.ndarray, np.ndarray], times: list[int]
) -> None:
    score, labels = case
    weights = np.array(times[: len(score)])
    repeated = (np.repeat(part, weights, axis=0) for part in (score, labels))

    everything = np.ones(score.shape, dtype=bool)
    ranking = Ranking.of(score.ravel(), labels.ravel(), np.nonzero(everything)[0])
    weighted = RangeSurface(ranking, labels, everything).volume(weights)
    assert weighted == pytest.approx(volume(*repeated, 7), nan_ok=True)


def volume(
    score: np.ndarray, labels: np.ndarray, buffer: int, judged: np.ndarray | None = None
) -> float:
    judged = np.ones(score.shape, dtype=bool) if judged is None else judged
    ranking = Ranking.of(score[judged], labels[judged], np.nonzero(judged)[0])
    return RangeSurface(ranking, labels, judged, buffer).volume(np.ones(len(score)))


def slow_volume(score: np.ndarray, labels: np.ndarray, judged: np.ndarray, largest: int) -> float:
    """The definition, cell by cell."""
    positive = sum(labels[cell] for cell in np.ndindex(labels.shape) if judged[cell])
    if not positive:
        return np.nan
    areas = []
    for buffer in range(largest + 1):
        soft = slow_soften(labels, buffer)
        total = sum(soft[cell] for cell in np.ndindex(soft.shape) if judged[cell])
        runs = slow_runs(soft)
        area = last = 0.0
        for threshold in sorted(set(score[judged]), reverse=True):
            flagged = [
                cell
                for cell in np.ndindex(score.shape)
                if judged[cell] and score[cell] >= threshold
            ]
            true = sum(soft[cell] for cell in flagged)
            met = sum(bool(run & set(flagged)) for run in runs) / len(runs)
            recall = min(true / ((positive + total) / 2), 1) * met
            area += (recall - last) * true / len(flagged)
            last = recall
        areas.append(area)
    return sum(areas) / len(areas)


def slow_soften(labels: np.ndarray, buffer: int) -> np.ndarray:
    soft = np.zeros(labels.shape)
    for user, steps in enumerate(labels):
        for run in slow_runs(steps[None]):
            first, last = min(run)[1], max(run)[1]
            for step in range(len(steps)):
                away = max(first - step, step - last, 0)
                if away == 0:
                    soft[user, step] += 1
                elif away <= buffer / 2:
                    soft[user, step] += sqrt(1 - away / buffer)
    return np.minimum(soft, 1)


def slow_runs(labels: np.ndarray) -> list[set[tuple[int, int]]]:
    runs: list[set[tuple[int, int]]] = []
    for user, steps in enumerate(labels):
        for step, label in enumerate(steps):
            if label > 0 and step > 0 and steps[step - 1] > 0:
                runs[-1].add((user, step))
            elif label > 0:
                runs.append({(user, step)})
    return runs
