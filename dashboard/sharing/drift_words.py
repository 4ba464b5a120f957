"""What later counts owe to an earlier run's model, and how they differ from what it learned, in words."""

from dashboard.charts.format import (
    format_count,
    format_name,
    format_number_of,
    format_share,
    format_time,
)
from dashboard.detection.drift import SURPRISING, Drift, FeatureDrift
from dashboard.runs.manifest import RunManifest, ScoredWith

MUCH_MORE, MUCH_LESS = 0.25, -0.2  # a change of the mean from which a new training is worth it
MORE_ZEROS = 0.1  # of the share of zeros, up or down
MANY_UNKNOWN = 0.2  # of the users
MANY_SURPRISING = 0.03  # thrice what chance makes
ENOUGH_CELLS = 200  # fewer say little of how many surprise
MOST_REASONS, MOST_FEATURES = 3, 3  # so many are told one by one


def origin_sentence(manifest: RunManifest, scored_with: ScoredWith) -> str:
    """Return what is new in a scored run and why, in one or two sentences."""
    step = manifest.frequency.value
    until = format_time(scored_with.known_until, manifest.frequency)
    users = format_number_of(scored_with.new_users, "user")
    if scored_with.news == "nothing":
        return f"Nothing in this file is new to the run: all of it, up to {until}, is scored again."
    if scored_with.news == "apart":
        return f"This file does not go on where the run's data ended ({until}): all of it is new."
    parts = []
    if scored_with.new_times:
        parts.append(
            f"{format_number_of(scored_with.new_times, step)} beyond those known (up to {until})"
        )
    if scored_with.new_users:
        parts.append(f"{users} whom the run did not know")
    told = f"Only what is new is scored: {' and '.join(parts)}."
    if scored_with.silent_users:
        silent = scored_with.silent_users
        told += (
            f" {format_number_of(silent, 'known user')} without a row in the file "
            f"{'counts' if silent == 1 else 'count'} as silent."
        )
    return told


def drift_headline(manifest: RunManifest, drift: Drift) -> str:
    """Return the advice: whether to train again, and for which reason."""
    reasons = _reasons(manifest, drift)
    if reasons:
        more = len(reasons) - MOST_REASONS
        rest = f"; and {more} more {'reason' if more == 1 else 'reasons'}" if more > 0 else ""
        return f"Retrain: {'; '.join(reasons[:MOST_REASONS])}{rest}."
    return "No need to retrain: the new counts are like those that the model learned from."


def is_drifting(manifest: RunManifest, drift: Drift) -> bool:
    """Whether a new training is advised."""
    return bool(_reasons(manifest, drift))


def drift_sentences(manifest: RunManifest, drift: Drift) -> list[str]:
    """Return the figures behind the advice, one sentence each."""
    step = manifest.frequency.value
    told = []
    named = _most_moved_first(manifest, drift)
    for name, feature in named[:MOST_FEATURES]:
        what = format_name(name)
        told += [
            (
                f"Volume of {what}: {format_count(feature.mean)} a user and {step}, and "
                f"{format_count(feature.usual_mean)} in the training at the same times of the week"
                f"{_change(feature.change)}."
            ),
            (
                f"Zeros of {what}: {format_share(feature.zeros)} of the new cells, and "
                f"{format_share(feature.usual_zeros)} in the training."
            ),
        ]
    if len(named) > MOST_FEATURES:
        told.append(
            f"{len(named) - MOST_FEATURES} of {len(named)} features have moved less than these."
        )
    told.append(
        f"Users: {format_count(drift.unknown_users)} of {format_count(drift.users)} are unknown to "
        "the training."
    )
    if drift.surprising is not None:
        told.append(
            f"Surprise: {format_share(drift.surprising)} of {format_number_of(drift.cells, 'new cell')} "
            f"have a p-value of at most {SURPRISING:g}; by chance alone it would be "
            f"{format_share(SURPRISING)}."
        )
    return told


def again_sentences(manifest: RunManifest) -> list[str]:
    """Return all that is to be said where an earlier run's model was used; else nothing."""
    earlier = manifest.scored_with
    if earlier is None:
        return []
    return [
        f"Nothing was trained: the model is that of {_model_of(earlier)}.",
        origin_sentence(manifest, earlier),
        drift_headline(manifest, earlier.drift),
        *drift_sentences(manifest, earlier.drift),
    ]


def _model_of(earlier: ScoredWith) -> str:
    learned = f"trained on {format_name(earlier.trained_on.name, 60)}"
    return (
        f"the run {format_name(earlier.run_name, 60)}, {learned}" if earlier.run_name else learned
    )


def _reasons(manifest: RunManifest, drift: Drift) -> list[str]:
    """Return why a new training is worth it, the feature that moved most first."""
    several = len(drift.features) > 1
    found = []
    for name, feature in _most_moved_first(manifest, drift):
        of = f" of {format_name(name)}" if several else ""
        change, zeros = feature.change, feature.zeros - feature.usual_zeros
        if change is not None and not MUCH_LESS < change < MUCH_MORE:
            found.append(f"volumes{of} are {_up_or_down(change)}")
        if abs(zeros) >= MORE_ZEROS:
            found.append(
                f"zeros{of} make up {format_share(feature.zeros)} instead of "
                f"{format_share(feature.usual_zeros)}"
            )
    if drift.users and drift.unknown_users / drift.users >= MANY_UNKNOWN:
        share = format_share(round(drift.unknown_users / drift.users, 2))
        found.append(f"{share} of the users are unknown to the training")
    surprising = drift.surprising or 0
    if drift.cells >= ENOUGH_CELLS and surprising >= MANY_SURPRISING:
        found.append(f"{format_share(surprising)} of the new cells surprise the model")
    return found


def _most_moved_first(manifest: RunManifest, drift: Drift) -> list[tuple[str, FeatureDrift]]:
    def moved(named: tuple[str, FeatureDrift]) -> float:
        feature = named[1]
        return max(abs(feature.change or 0), abs(feature.zeros - feature.usual_zeros))

    return sorted(zip(manifest.features, drift.features, strict=True), key=moved, reverse=True)


def _change(change: float | None) -> str:
    return "" if change is None else f": {_up_or_down(change)}"


def _up_or_down(change: float) -> str:
    percent = round(100 * abs(change))
    if percent == 0:
        return "the same"
    return f"{'up' if change > 0 else 'down'} {percent}%"
