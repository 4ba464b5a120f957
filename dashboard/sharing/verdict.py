"""What a self-test says in words: whether a model adds anything here, and whether it copies."""

import math

from dashboard.charts.format import format_count, format_number_of
from dashboard.detection.caught import Comparison, SelfTest, compare, copied_share
from dashboard.detection.registry import MODELS
from dashboard.runs.manifest import RunManifest

USUAL_BUDGET = 20
USUAL_SHARE = 10  # of so many users one is looked at, where there are few
COPIES, FOLLOWS = 0.5, 0.2  # shares of a change from which a model copies, or partly follows
HUNDRED = 100


def usual_budget(manifest: RunManifest) -> int:
    """Return the budget of the run's own threshold, else 20 users, or a tenth of few."""
    if manifest.threshold.kind == "budget":
        return min(int(manifest.threshold.amount), scored_users(manifest))
    return max(1, min(USUAL_BUDGET, scored_users(manifest) // USUAL_SHARE))


def scored_users(manifest: RunManifest) -> int:
    """Return how many users the run has scored."""
    return manifest.users - len(manifest.unscored_users)


def model_title(name: str) -> str:
    """Return a model's title; its name where it can no longer be chosen."""
    return MODELS[name].title if name in MODELS else name


def trust_words(manifest: RunManifest, test: SelfTest | None) -> list[str]:
    """Return what a report says of the self-test; nothing where nothing was planted."""
    if test is None or test.found.empty:
        return []
    return [
        verdict(manifest, test, usual_budget(manifest)),
        copy_sentence(manifest, test),
    ]


def verdict(manifest: RunManifest, test: SelfTest, budget: int) -> str:
    """Return in one sentence what the model and the best other one show, and what that means."""
    comparison = compare(test.found, manifest.settings.model, budget, seed=manifest.seed)
    shown = _number(comparison, comparison.model)
    where = among_the_first(budget, scored_users(manifest))
    opening = (
        f"On this data {model_title(comparison.model)} would show {shown} planted anomalies {where}"
    )
    if comparison.rival is None:
        return f"{opening}; no other model was tried."
    rival = f"the best {_other(comparison)}baseline, {model_title(comparison.rival)}"
    return f"{opening}; {rival}, {_number(comparison, comparison.rival)}: {_conclusion(comparison)}"


def interval_sentence(manifest: RunManifest, test: SelfTest, budget: int) -> str:
    """Return the difference behind the verdict, with its interval, per 100 planted."""
    difference = compare(test.found, manifest.settings.model, budget, seed=manifest.seed).difference
    if not math.isfinite(difference.low):
        return "With so few planted there is no telling how sure this is."
    value, low, high = map(_signed, (difference.value, difference.low, difference.high))
    if value == low == high == "0":
        return "The two show equally many, also when it is drawn again who carries one."
    return f"The difference per 100 planted: {value} (95% interval {low} to {high}, by drawing again who carries one)."


def copy_sentence(manifest: RunManifest, test: SelfTest) -> str:
    """Return whether the model copies what it is given, with the number."""
    share = copied_share(test.found, manifest.settings.model)
    followed = (
        f"where counts were changed, its expectation followed {share:.0%} of the change (the middle "
        "of all planted; 100% would be a copy, 0% not led at all)"
    )
    if share >= COPIES:
        return f"The model copies its input: {followed}. Anomalies hide in what it expects."
    if share >= FOLLOWS:
        return (
            f"The model partly follows its input: {followed}. Anomalies look milder than they are."
        )
    return f"The model does not copy its input: {followed}."


def among_the_first(budget: int, users: int) -> str:
    """Return where a planted anomaly has to stand to be shown."""
    if users == 1:
        return "above all else in the series"
    return f"among the first {format_number_of(budget, 'user')}" if budget > 1 else "in first place"


def _signed(share: float) -> str:
    """Return a share per 100 with its sign: `+3.3`; `0` where it rounds to none."""
    written = f"{HUNDRED * share:+.1f}"
    return written if float(written) else "0"


def _conclusion(comparison: Comparison) -> str:
    trained = comparison.model in MODELS and MODELS[comparison.model].is_trained
    what = "the network" if trained else "this baseline"
    difference = comparison.difference
    if difference.low > 0:
        return f"{what} adds something here." if trained else f"{what} is the better one here."
    if difference.high < 0:
        return "the baseline does better here." if trained else "the other does better here."
    if not any(comparison.caught[name] for name in (comparison.model, comparison.rival)):
        return "neither shows any."
    if not trained:
        return "the two are about as good."
    return "a baseline does as well, and the network adds nothing that can be told from chance."


def _other(comparison: Comparison) -> str:
    trained = comparison.model in MODELS and MODELS[comparison.model].is_trained
    return "" if trained else "other "


def _number(comparison: Comparison, model: str) -> str:
    """Return `61 of 100`; the plain numbers where fewer than 100 were planted."""
    caught, planted = comparison.caught[model], comparison.planted
    if planted < HUNDRED:
        return f"{format_count(caught)} of {format_count(planted)}"
    return f"{HUNDRED * caught / planted:.0f} of {HUNDRED}"
