"""A trained model put to work on counts that came later: only what is new is judged."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dashboard.data.continuing import Continued, continue_panel
from dashboard.data.over import Over
from dashboard.data.panel import Panel
from dashboard.detection.analysis import Analysis, Progress
from dashboard.detection.drift import drift_of, facts_of
from dashboard.detection.part import part_of
from dashboard.detection.pipeline import rescore
from dashboard.detection.trained import TrainedModel
from dashboard.runs.artefacts import open_manifest
from dashboard.runs.manifest import ScoredWith
from dashboard.runs.tables import time_label

LEAST_HISTORY = 28  # old time steps that are kept before the new ones, to be seen beside them


@dataclass(frozen=True)
class ScoredAgain:
    """analysis: of the users with new cells, some history before these being in its panel."""

    analysis: Analysis
    scored_with: ScoredWith


def score_again(
    folder: Path,
    earlier: Panel,
    later: Panel,
    *,
    missing_is_zero: bool,
    run_id: str | None = None,
    run_name: str = "",
    on_progress: Callable[[Progress], None] = lambda _: None,
    over: Over = map,
) -> ScoredAgain:
    """Score later counts with the trained model in `folder`.

    earlier: what is known so far, of which the model has learned. Raises SettingsError where the
    later counts do not fit the model. over: where very many users are judged.
    """
    manifest = open_manifest(folder)  # first: it knows what is damaged
    trained = TrainedModel.load(folder)
    trained.fitted.check_kind(later.features, later.frequency)
    continued = continue_panel(earlier, later, missing_is_zero=missing_is_zero)
    panel, fresh = continued.panel, continued.fresh
    analysis = rescore(trained, panel, manifest.threshold, on_progress, over=over, fresh=fresh)
    before = manifest.scored_with
    facts = before.facts if before else facts_of(earlier)
    scored_with = ScoredWith(
        run_id=run_id,
        run_name=run_name,
        trained_on=before.trained_on if before else manifest.dataset,
        news=continued.news,
        known_until=time_label(earlier.times[-1], earlier.frequency),
        new_times=int(_new_times(continued, earlier)),
        new_users=continued.new_users,
        silent_users=continued.silent_users,
        between=before.between + 1 if before else 0,
        facts=facts,
        drift=drift_of(facts, panel, fresh, analysis.p_value, continued.new_users),
    )
    if continued.news == "continued":
        users, times = _worth_keeping(fresh, trained.fitted.settings.window or 0)
        analysis = part_of(analysis, users, times)
    return ScoredAgain(analysis, scored_with)


def _new_times(continued: Continued, earlier: Panel) -> int:
    """Return how many time steps with new cells lie outside the earlier span."""
    some = continued.panel.times[continued.fresh.any(axis=0)]
    return int(((some > earlier.times[-1]) | (some < earlier.times[0])).sum())


def _worth_keeping(fresh: np.ndarray, window: int) -> tuple[np.ndarray, slice]:
    """Return the users with new cells, and the times from some history before the first of them."""
    first = int(np.argmax(fresh.any(axis=0)))
    return np.flatnonzero(fresh.any(axis=1)), slice(
        max(0, first - max(window, LEAST_HISTORY)), None
    )
