"""What a report says in words: the summary, the settings, and how far it can be trusted."""

import math

from dashboard.charts.format import (
    format_count,
    format_duration,
    format_name,
    format_number_of,
    format_score,
    format_share,
    format_threshold,
    format_time,
)
from dashboard.detection.caught import SelfTest
from dashboard.detection.evidence.days import LEAST_USERS
from dashboard.detection.models.kind import ModelKind
from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.manifest import RunManifest
from dashboard.runs.triage import Triage
from dashboard.runs.views import View
from dashboard.sharing.findings_table import review_sentences
from dashboard.sharing.metric_words import format_metric, in_order, metric_words
from dashboard.sharing.recent import MOST_STEPS
from dashboard.sharing.verdict import trust_words

UNCOMPARED = (
    "A simple comparison with a user's own past can do as well; this report does not compare them."
)
Rows = list[tuple[str, str, str]]  # (name, value, explanation)


def summary_sentences(manifest: RunManifest, view: View) -> list[str]:
    """Return what was looked at and what was found, in three or four plain sentences."""
    counts = view.counts
    features = ", ".join(format_name(feature) for feature in manifest.features)
    sentences = [
        (
            f"Looked at: {format_number_of(manifest.users, 'user')} over "
            f"{format_number_of(manifest.times, manifest.frequency.value)} ({_time(manifest.first, manifest)} to {_time(manifest.last, manifest)}; counted: {features})."
        ),
        (
            f"{counts.anomalous_users:,} of {counts.scored_users:,} scored users have at least one "
            f"anomaly; {counts.anomalous_cells:,} of {counts.scored_cells:,} scored cells are "
            f"anomalies ({format_share(counts.anomalous_cells / max(counts.scored_cells, 1))})."
        ),
        (
            f"An anomaly is a cell whose score reaches {format_score(view.level)}, from "
            f"{format_threshold(manifest.threshold)}."
            if math.isfinite(view.level)
            else f"No score reaches {format_threshold(manifest.threshold)}."
        ),
    ]
    if counts.unscored_users:
        sentences.append(
            "Not scored, for too little history: "
            f"{format_number_of(counts.unscored_users, 'user')}."
        )
    if manifest.times > MOST_STEPS:
        sentences.append(
            f"The charts show the latest {format_count(MOST_STEPS)} time steps of "
            f"{format_count(manifest.times)}; figures and tables are of all of them."
        )
    return sentences


def method_sentences(settings: TrainingSettings) -> list[str]:
    """Return what the model does, what it is good and bad at, and how a score comes about."""
    kind = MODELS.get(settings.model)
    about = [kind.summary, f"Strength: {kind.good_at}", f"Weakness: {kind.bad_at}"] if kind else []
    return [
        f"{_how_expected(settings.model, kind)} That is the expected count.",
        *about,
        (
            "The score says how far out a count lies among all that could be expected of it, in "
            "standard deviations, so that busy and quiet users compare. Of at least "
            f"{LEAST_USERS} users, what moved everyone at the same time is taken out first. Several "
            "time steps in a row that lean the same way add up, and flat lines and shifted rhythms "
            "count as well."
        ),
    ]


def _how_expected(model: str, kind: ModelKind | None) -> str:
    if kind and not kind.is_trained:
        return f"A simple baseline ({kind.title}) computed from the counts what is usual for each user."
    if kind and kind.each_cell:
        return f"The model {kind.title} foretold each count from all the others, without seeing it."
    return f"A sequence model ({kind.title if kind else model}) learned to reconstruct each user's counts."


def settings_rows(settings: TrainingSettings) -> Rows:
    """Return every setting that the model heeds, in the form's order, with its help."""
    return [
        (name.replace("_", " ").capitalize(), _setting(getattr(settings, name)), field.description)
        for name, field in TrainingSettings.model_fields.items()
        if settings.model not in MODELS or name in MODELS[settings.model].heeds
    ]


def facts_rows(manifest: RunManifest) -> Rows:
    """Return what else makes this run repeatable: data, metrics, timings and versions."""
    seconds = manifest.timings
    rows = [
        ("Dataset", format_name(manifest.dataset.name, 60), f"SHA-256 {manifest.dataset.digest}"),
        ("Time", format_duration(seconds.total), f"of which training {_epochs(manifest)}"),
    ]
    rows += [
        (metric_words(name), format_metric(name, manifest.metrics[name]), "")
        for name in in_order(manifest.metrics)
    ]
    versions = ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
    return [*rows, ("Versions", versions, "")]


def trust_sentences(
    manifest: RunManifest, view: View, test: SelfTest | None = None, judged: Triage | None = None
) -> list[str]:
    """Return what the findings are worth: said before anybody acts on them."""
    checked = " ".join(review_sentences(judged))
    sentences = [
        (
            "A score ranks, it does not prove. It says how far a count lies from what the model "
            "expected, not why: a holiday, an outage or a new duty look the same as misuse."
        ),
        (
            f"{checked} No labels were used in the training; look at each user's own chart before "
            "you act."
        ),
        (
            "The model learned from counts that nobody had checked. What was odd from the start, or in "
            "many users at once, may have been learned as normal and be missing here."
        ),
        (
            "A p-value holds as far as most of the data is normal; it is an estimate, and many cells "
            "are tested at once."
        ),
        *(trust_words(manifest, test) or [UNCOMPARED]),
    ]
    chance = _by_chance(manifest, view)
    return [*sentences, chance] if chance else sentences


def _by_chance(manifest: RunManifest, view: View) -> str:
    if view.level != manifest.level:
        return ""
    if manifest.threshold.kind == "fdr":
        return (
            f"Of the {view.counts.anomalous_cells:,} cells flagged at most "
            f"{format_share(manifest.threshold.amount)} are expected to be chance."
        )
    if manifest.threshold.kind != "rate":
        return ""
    expected = manifest.threshold.amount * view.counts.scored_cells
    return (
        f"At this threshold about {format_count(round(expected))} of "
        f"{view.counts.scored_cells:,} cells are flagged by chance alone, even where nothing is "
        f"wrong; {view.counts.anomalous_cells:,} were. Where the two are close, the list says in "
        "which order to look, not that there is something to find."
    )


def _epochs(manifest: RunManifest) -> str:
    seconds = manifest.timings
    return f"{format_duration(seconds.train)} for {len(seconds.epochs):,} epochs"


def _time(label: str | int, manifest: RunManifest) -> str:
    return format_time(label, manifest.frequency)


def _setting(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(_setting(one) for one in value)
    if isinstance(value, int):
        return f"{value:,}"
    return "chosen for the data" if value is None else str(value)
