"""Rhythms: each cell from its user's other steps and from what all users share, without a network."""

from dashboard.detection.baselines.baseline import baseline_kind
from dashboard.detection.counts.model import foretell_by_rhythms

RHYTHMS = baseline_kind(
    "rhythms",
    "Rhythms",
    summary="Baseline: each cell foretold from its user's other steps and from all users.",
    good_at="It knows weeks, holidays and outages, and learns from no cell that it judges.",
    bad_at="It follows no slow change of a user, and with one short series it knows little.",
    compute=foretell_by_rhythms,
)
