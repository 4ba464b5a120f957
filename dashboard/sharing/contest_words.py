"""What the self-tests of several runs say beside each other, in words."""

import math

from dashboard.charts.run_marks import LETTERS
from dashboard.detection.contest import Contest, Place

HUNDRED = 100
LIMITS = (
    "The interval tells what it matters which users carry the anomalies; with another seed a training "
    "may do a little better or worse. The best of several is always flattered a little by chance."
)


def contest_sentence(contest: Contest, where: str) -> str:
    """Return which run shows most, and which cannot be told from it. where: `among the first 20 users`."""
    best = contest.places[contest.best]
    if not best.caught:
        return f"None of them shows a planted anomaly {where}."
    first = [LETTERS[at] for at, one in enumerate(contest.places) if not one.behind.value]
    alike = [LETTERS[at] for at in contest.alike if contest.places[at].behind.value]
    behind = [LETTERS[at] for at, one in enumerate(contest.places) if one.is_behind]
    found = f"{shown(best)} planted anomalies {where} (95% interval {share_words(best)})"
    if len(first) == len(contest.places):
        return f"{_listed(first)} show as many: {found}."
    opening = f"{_listed(first)} {_show(first)} most: {found}"
    if not alike:
        return f"{opening}. {_listed(behind)} {_show(behind)} fewer."
    rest = f"; {_listed(behind)} {_show(behind)} fewer" if behind else ""
    them = "it" if len(first) == 1 else "them"
    return f"{opening}, but {_listed(alike)} cannot be told from {them}{rest}."


def shown(place: Place) -> str:
    """Return `61 of 100`; the plain numbers where fewer than 100 were planted."""
    if place.planted < HUNDRED:
        return f"{place.caught} of {place.planted}"
    return f"{HUNDRED * place.share.value:.0f} of {HUNDRED}"


def share_words(place: Place) -> str:
    """Return the interval of a share: `58% to 64%`."""
    if not math.isfinite(place.share.low):
        return "not known"
    return f"{place.share.low:.0%} to {place.share.high:.0%}"


def standing(contest: Contest, position: int) -> str:
    """Return how one run stands to the best: as many, or how many fewer per 100 planted, and how sure."""
    place = contest.places[position]
    if not contest.places[contest.best].caught:
        return "shows none"
    if position == contest.best:
        return "shows most"
    value, low, high = (
        f"{HUNDRED * each:.1f}"
        for each in (place.behind.value, place.behind.low, place.behind.high)
    )
    if not place.behind.value:
        return "shows as many"
    told = f"{value} fewer of {HUNDRED} ({low} to {high})"
    return told if place.is_behind else f"{told}: no difference that can be told from chance"


def _show(letters: list[str]) -> str:
    return "shows" if len(letters) == 1 else "show"


def _listed(letters: list[str]) -> str:
    return letters[0] if len(letters) == 1 else f"{', '.join(letters[:-1])} and {letters[-1]}"
