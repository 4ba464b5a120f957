"""Sentences about what was chosen: clusters, days, and users beside those like them. Plain text."""

import math

import pandas as pd

from dashboard.charts.day import same_before, weekday_words
from dashboard.charts.format import format_count, format_number_of, format_time
from dashboard.charts.story import FAR_OUT
from dashboard.data.panel import Frequency
from dashboard.detection.evidence.days import LEAST_USERS
from dashboard.detection.rulers import Rulers
from dashboard.runs.day_view import DayView
from dashboard.runs.groups import Cluster

_AS_USUAL = 0.05


def cluster_words(cluster: Cluster, times: pd.Index, frequency: Frequency) -> str:
    """Return what a cluster is: `14 users down together on Thu 12 Mar 2026`."""
    way = "up" if cluster.above else "down"
    first, last = (format_time(times[place], frequency) for place in (cluster.first, cluster.last))
    when = f"on {first}" if cluster.first == cluster.last else f"from {first} to {last}"
    return f"{format_number_of(len(cluster.users), 'user')} {way} together {when}"


def day_sentence(day: DayView, frequency: Frequency, scored_users: int) -> str:
    """Return how a time step compares with its like, who is odd in it, and whether everyone moved."""
    up, down = (format_number_of(n, "user") for n in (day.anomalous_up, day.anomalous_down))
    odd = f"Anomalous: {up} above what was expected, {down} below."
    return f"{_against_before(day, frequency)} {odd} {_event(day, frequency, scored_users)}".strip()


def ruler_sentence(rulers: Rulers, peers: int, stretch: str) -> str:
    """Return what three rulers say of a stretch: the user's own past, users like it, everybody.

    peers: how many users like it there are. stretch: `On Thu 12 Mar 2026`.
    """
    if not math.isfinite(rulers.own):
        return f"{stretch} there is nothing to compare with."
    parts = [f"{_amount(rulers.own)} for this user"]
    if math.isfinite(rulers.peers):
        parts.append(f"{_amount(rulers.peers)} for {peers} users like it")
    if math.isfinite(rulers.everybody):
        parts.append(f"{_amount(rulers.everybody)} for everybody else")
    return f"{stretch}: {'; '.join(parts)}. {_verdict(rulers)}"


# By whether the users like this one moved with it, and whether everybody did.
_SHARED = {
    (
        True,
        True,
    ): "Users like this one {moved} too, and so did everybody else: the cause is not its own.",
    (
        True,
        False,
    ): "Users like this one {moved} too, everybody else carried on: the rulers disagree; "
    "look for what these users share.",
    (
        False,
        True,
    ): "Everybody else {moved} too, users like this one carried on: the rulers disagree; "
    "users like it say more.",
    (False, False): "Users like this one carried on.",
}


def _verdict(rulers: Rulers) -> str:
    """Say what others did meanwhile, and where the rulers disagree."""
    if not rulers.odd_by_own:
        return "The amount is nothing unusual; what is odd is how it is spread."
    moved = "rose" if rulers.own > 1 else "fell"
    peers, everybody = (rulers.with_it(share) for share in (rulers.peers, rulers.everybody))
    if not math.isfinite(rulers.peers):
        return f"Everybody else {moved} too." if everybody == 1 else ""
    if peers == -1:
        return "Users like this one moved the other way."
    return _SHARED[peers == 1, everybody == 1].format(moved=moved)


def _amount(share: float) -> str:
    """Return a share of the usual in words: `92% fewer than usual`, `3.1 times as many as usual`."""
    if abs(share - 1) < _AS_USUAL:
        return "as many as usual"
    if share >= 2:  # noqa: PLR2004
        return f"{share:,.1f} times as many as usual"
    return f"{round(100 * abs(share - 1))}% {'more' if share > 1 else 'fewer'} than usual"


def _against_before(day: DayView, frequency: Frequency) -> str:
    counted = f"{format_count(day.total)} in total"
    if day.earlier.empty:
        place = weekday_words(day.time, frequency)
        return f"{counted}; there is no {place} before it to compare with."
    usual = day.earlier["actual"].median()
    amount = _amount(day.total / usual) if usual > 0 else "where none is usual"
    return (
        f"{counted}, {amount}: the median of {same_before(day, frequency)} is "
        f"{format_count(usual)}."
    )


def _event(day: DayView, frequency: Frequency, scored_users: int) -> str:
    unit = frequency.value
    if scored_users < LEAST_USERS:
        return ""
    if day.score > FAR_OUT:
        return f"Everyone moved on this {unit}; that is taken out of the users' scores."
    return f"It is no event {unit}: most users did what they usually do."
